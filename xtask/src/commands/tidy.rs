//! `cargo xtask tidy`: prints what breaks the project's rules and fails when anything does.

use anyhow::{Result, bail};

use crate::cli::TidyArgs;
use crate::{tidy, workspace};

/// Checks the workspace at `args.root`, or the current one.
pub fn run(args: &TidyArgs) -> Result<()> {
    let root = match &args.root {
        Some(root) => root.clone(),
        None => workspace::root()?,
    };
    let findings = tidy::check(&root)?;
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("tidy: nothing to complain about");
        return Ok(());
    }
    bail!("tidy found {} broken rule(s)", findings.len())
}
