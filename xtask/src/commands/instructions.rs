//! `cargo xtask bench instructions`: records instruction counts, or compares them with the recorded ones.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::bench::callgrind;
use crate::bench::counts::{Change, Counts, FILE, TOLERANCE};
use crate::cli::InstructionsArgs;
use crate::workspace;

/// Runs the command.
pub fn run(args: &InstructionsArgs) -> Result<()> {
    let root = workspace::root()?;
    if args.check {
        match check(&root)? {
            Some(why) => println!("not compared: {why}"),
            None => println!("no count is more than {TOLERANCE} % above the recorded one"),
        }
        return Ok(());
    }
    let Some(valgrind) = callgrind::find() else { bail!("{NOT_INSTALLED}") };
    let counts = callgrind::count(&root, &valgrind)?;
    fs::write(root.join(FILE), counts.write()).with_context(|| format!("{FILE} cannot be written"))?;
    println!("recorded in {FILE}");
    Ok(())
}

const NOT_INSTALLED: &str = "valgrind, which counts instructions, is not installed";

/// Counts and compares; an error when a count is too high. Gives the reason where comparing would say nothing: without
/// valgrind, or with another compiler than the one that the counts were recorded with.
pub fn check(root: &Path) -> Result<Option<String>> {
    let Some(valgrind) = callgrind::find() else { return Ok(Some(NOT_INSTALLED.to_owned())) };
    let text = fs::read_to_string(root.join(FILE)).with_context(|| format!("{FILE} cannot be read"))?;
    let recorded = Counts::read(&text).with_context(|| format!("{FILE} is not as expected"))?;
    let compiler = callgrind::compiler();
    if recorded.compiler != compiler {
        let told = format!("{FILE} is of {}, this is {compiler}: record anew to compare", recorded.compiler);
        return Ok(Some(told));
    }
    let changes = callgrind::count(root, &valgrind)?.changes(&recorded);
    changes.iter().for_each(|change| println!("{change}"));
    let failing: Vec<String> = changes.iter().filter(|change| change.fails()).map(ToString::to_string).collect();
    if changes.iter().any(|change| matches!(change, Change::Below(..))) {
        println!("`cargo xtask bench instructions` records what has become faster");
    }
    if !failing.is_empty() {
        bail!("{} ({TOLERANCE} % are allowed)", failing.join("; "));
    }
    Ok(None)
}
