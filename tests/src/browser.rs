//! Finding a Chromium.

use std::env;
use std::path::PathBuf;

/// Variable that names a browser and wins over every search.
pub const VARIABLE: &str = "MUSTER_CHROMIUM";

/// Names under which distributions install it.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/// The browser named by [`VARIABLE`], or the first one on `PATH`.
#[must_use]
pub fn find() -> Option<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE) {
        return Some(PathBuf::from(named));
    }
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|program| program.is_file())
}
