//! Counting instructions: builds the programs of `benches/instructions.rs` and runs each under callgrind.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::counts::Counts;
use crate::process;

/// The program with all of them.
const PROGRAM: &str = "instructions";
/// Its function within which instructions count, as its symbol matches.
const COUNTED: &str = "--toggle-collect=*measured_part*";

/// Version and host of the compiler, on which counts depend.
#[must_use]
pub fn compiler() -> String {
    let version = process::first_line("rustc", &["--version"]).unwrap_or_else(|| "unknown compiler".to_owned());
    format!("{version}, {}-{}", std::env::consts::ARCH, std::env::consts::OS)
}

/// Where valgrind is, if it is installed.
#[must_use]
pub fn find() -> Option<PathBuf> {
    process::find("valgrind")
}

/// Counts all programs, one after the other.
pub fn count(root: &Path, valgrind: &Path) -> Result<Counts> {
    let executable = build(root)?;
    let names = output(Command::new(&executable).arg("--list"))?.0;
    let mut programs = Vec::new();
    for name in names.lines() {
        let mut command = Command::new(valgrind);
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no", COUNTED]);
        let (_, log) = output(command.arg(&executable).arg(name).current_dir(root))?;
        let count = collected(&log).with_context(|| format!("callgrind did not count {name}:\n{log}"))?;
        println!("{name:20} {count:>12}");
        programs.push((name.to_owned(), count));
    }
    Ok(Counts { compiler: compiler(), programs })
}

/// The number of the line `==PID== Collected : NUMBER`. Nothing collected counts as no number: the function was not found.
fn collected(log: &str) -> Option<u64> {
    let line = log.lines().find_map(|line| line.split_once("Collected :"))?.1;
    line.split_whitespace().next()?.parse().ok().filter(|count| *count > 0)
}

#[derive(Deserialize)]
struct Artifact {
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds the program as benches are built and gives its path.
fn build(root: &Path) -> Result<PathBuf> {
    let mut command = process::cargo(root);
    command.args(["build", "--release", "-p", "benches", "--bin", PROGRAM, "--message-format=json-render-diagnostics"]);
    command.stderr(Stdio::inherit());
    let (messages, _) = output(&mut command)?;
    let built = messages.lines().filter_map(|line| serde_json::from_str::<Artifact>(line).ok());
    built
        .filter(|artifact| artifact.target.as_ref().is_some_and(|target| target.name == PROGRAM))
        .find_map(|artifact| artifact.executable)
        .context("cargo names no program `instructions`")
}

/// What a command writes to its two outputs; an error when it ends badly.
fn output(command: &mut Command) -> Result<(String, String)> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?} cannot be started"))?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let (out, log) = (text(output.stdout), text(output.stderr));
    if !output.status.success() {
        bail!("{command:?} ended with {}:\n{log}", output.status);
    }
    Ok((out, log))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_in_the_log_and_none_is_no_count() {
        let log = "==1== For interactive control, run 'callgrind_control -h'.\n==1== \n==1== Collected : 4927922\n";
        assert_eq!(collected(log), Some(4_927_922));
        assert_eq!(collected("==1== Collected : 0\n"), None);
        assert_eq!(collected("==1== Events    : Ir\n"), None);
    }
}
