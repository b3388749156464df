//! Finding a Chromium for the browser test, and installing Debian's where that is possible.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// Variable that names a browser and wins over every search.
pub const VARIABLE: &str = "MUSTER_CHROMIUM";

/// Names under which distributions install it.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/// An installed browser.
pub fn find() -> Option<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE) {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    NAMES.iter().find_map(|name| process::find(name))
}

/// An installed browser, or Debian's after installing it. The error says why there is none.
pub fn find_or_install(root: &Path) -> Result<PathBuf> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    if let Some(named) = env::var_os(VARIABLE) {
        bail!("{VARIABLE} names {}, which is not a file", named.display());
    }
    if process::find("apt-get").is_none() {
        bail!("no Chromium was found, and there is no apt-get to install one with; install Chromium or set {VARIABLE}");
    }
    if !is_superuser() {
        bail!(
            "no Chromium was found, and only root may install one; run `sudo apt-get install chromium` or set {VARIABLE}"
        );
    }
    println!("  no Chromium was found: installing Debian's");
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(args).current_dir(root).env("DEBIAN_FRONTEND", "noninteractive");
        process::run(&mut command)
    };
    apt(&["update", "-qq"]).context("the package lists could not be fetched")?;
    apt(&["install", "-y", "-qq", "--no-install-recommends", "chromium"]).context("Chromium could not be installed")?;
    find().context("apt-get installed chromium, but it is not on PATH")
}

/// Whether this process runs as root, from the kernel's own account of it.
fn is_superuser() -> bool {
    let Ok(status) = fs::read_to_string("/proc/self/status") else { return false };
    let ids = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    ids.and_then(|ids| ids.split_whitespace().nth(1)) == Some("0")
}
