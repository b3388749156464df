//! Where things are: the workspace root, the target directory, the commit.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The workspace root: the folder above this package when cargo started us, otherwise the nearest folder upwards whose
/// `Cargo.toml` declares a workspace.
pub fn root() -> Result<PathBuf> {
    if let Some(package) = env::var_os("CARGO_MANIFEST_DIR")
        && let Some(parent) = Path::new(&package).parent()
        && declares_workspace(parent)
    {
        return Ok(parent.to_path_buf());
    }
    let here = env::current_dir().context("the current directory cannot be read")?;
    for folder in here.ancestors() {
        if declares_workspace(folder) {
            return Ok(folder.to_path_buf());
        }
    }
    bail!("no Cargo.toml with a [workspace] at or above {}", here.display())
}

/// Cargo's build folder: `CARGO_TARGET_DIR`, or `target` in the root.
pub fn target_dir(root: &Path) -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    }
}

/// The abbreviated commit, with `-dirty` when tracked files differ from it; `nocommit` outside a repository.
pub fn commit(root: &Path) -> String {
    let git = |args: &[&str]| {
        Command::new("git")
            .args(args)
            .current_dir(root)
            .output()
            .ok()
            .filter(|output| output.status.success())
            .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(hash) = git(&["rev-parse", "--short=9", "HEAD"]) else {
        return "nocommit".to_owned();
    };
    match git(&["status", "--porcelain", "--untracked-files=no"]) {
        Some(changes) if changes.is_empty() => hash,
        _ => format!("{hash}-dirty"),
    }
}

fn declares_workspace(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"))
}
