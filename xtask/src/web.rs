//! Node and npm: whether they are there, and keeping a package folder installed. Knows nothing of what the scripts do.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, anyhow, bail};

use crate::process;

/// Oldest Node major version the web client's tools run on.
const OLDEST_NODE: u32 = 20;

/// An error that says what to do when Node or npm is missing or too old.
pub fn require_node() -> Result<()> {
    let version = process::first_line("node", &["--version"]).ok_or_else(|| {
        anyhow!(
            "Node.js was not found. Install Node {OLDEST_NODE} or newer (https://nodejs.org) and run the command again"
        )
    })?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|text| text.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        bail!("Node {version} is too old: version {OLDEST_NODE} or newer is needed (https://nodejs.org)");
    }
    if process::find(npm_name()).is_none() {
        bail!("Node {version} is here, but npm was not found on PATH");
    }
    Ok(())
}

/// Installs the package's dependencies when `node_modules` is missing or older than its manifests. True when it did.
pub fn install(folder: &Path) -> Result<bool> {
    if !folder.join("package.json").is_file() {
        bail!("{} has no package.json", folder.display());
    }
    if is_fresh(folder) {
        return Ok(false);
    }
    let verb = if folder.join("package-lock.json").is_file() { "ci" } else { "install" };
    process::run(npm(folder).args([verb, "--no-audit", "--no-fund"])).with_context(|| {
        format!("the packages of {} could not be installed (is the network reachable?)", folder.display())
    })?;
    Ok(true)
}

/// An npm command in `folder`.
pub fn npm(folder: &Path) -> Command {
    let mut command = Command::new(npm_name());
    command.current_dir(folder);
    command
}

/// A command for a tool installed in the folder's own `node_modules`, never fetched.
pub fn tool(folder: &Path, name: &str) -> Command {
    let file = if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() };
    let mut command = Command::new(folder.join("node_modules").join(".bin").join(file));
    command.current_dir(folder);
    command
}

fn npm_name() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// npm writes `node_modules/.package-lock.json` last, so its time is the time of the last complete installation.
fn is_fresh(folder: &Path) -> bool {
    let Some(installed) = modified(&folder.join("node_modules/.package-lock.json")) else {
        return false;
    };
    ["package.json", "package-lock.json"]
        .iter()
        .filter_map(|name| modified(&folder.join(name)))
        .all(|written| written <= installed)
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}
