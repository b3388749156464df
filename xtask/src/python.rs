//! Python and the packages of `tests/python`, in an environment of their own. Knows nothing of what the scripts do.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// Variable that names a Python with the packages installed, and wins over every search. The tests read it.
pub const VARIABLE: &str = "MUSTER_PYTHON";

/// The list of packages, from the root.
const PACKAGES: &str = "tests/python/requirements.txt";
/// Where the environment is made, from the root.
const FOLDER: &str = "target/python";
/// Names under which systems install Python.
const NAMES: [&str; 2] = ["python3", "python"];

/// A Python with the packages, in an environment that is made or renewed where it has to be. The error says why there is none.
pub fn find_or_install(root: &Path) -> Result<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE).map(PathBuf::from) {
        if named.is_file() {
            return Ok(named);
        }
        bail!("{VARIABLE} names {}, which is not a file", named.display());
    }
    let folder = root.join(FOLDER);
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = fs::read_to_string(root.join(PACKAGES)).with_context(|| format!("{PACKAGES} cannot be read"))?;
    // A copy of the list is written last: it stands for a complete installation.
    let installed = folder.join("installed.txt");
    if python.is_file() && fs::read_to_string(&installed).is_ok_and(|list| list == wanted) {
        return Ok(python);
    }
    let Some(system) = NAMES.iter().find_map(|name| process::find(name)) else {
        bail!("no Python was found; install Python 3 or set {VARIABLE}");
    };
    process::run(Command::new(system).args(["-m", "venv", "--clear"]).arg(&folder))
        .context("an environment could not be made (Debian needs python3-venv)")?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(root.join(PACKAGES));
    process::run(&mut install).context("the packages could not be installed (is the network reachable?)")?;
    fs::write(&installed, wanted)?;
    Ok(python)
}
