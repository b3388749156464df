//! `cargo xtask fuzz`: the fuzz targets of `tests/fuzz`, on their seeds and, where cargo-fuzz is at hand, by libFuzzer.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cli::FuzzArgs;
use crate::{process, workspace};

/// The targets, each a program and a module of the crate.
const TARGETS: [&str; 5] = ["payloads", "packets", "attachments", "json", "msgpack"];
/// The crate, from the root.
const CRATE: &str = "tests/fuzz";
/// How many targets run at a time.
const AT_A_TIME: usize = 2;
/// Longest input in bytes that the fuzzer tries; some are to exceed the bound of 4,096 bytes on a packet.
const LONGEST: usize = 5_000;

/// Fuzzes the chosen targets.
pub fn run(args: &FuzzArgs) -> Result<()> {
    if let Some(unknown) = args.targets.iter().find(|name| !TARGETS.contains(&name.as_str())) {
        bail!("there is no target `{unknown}`; the targets are {}", TARGETS.join(", "));
    }
    let root = workspace::root()?;
    if let Some(why) = missing() {
        bail!("{why}");
    }
    let named = |name: &&str| args.targets.is_empty() || args.targets.iter().any(|target| target == name);
    fuzz(&root, &TARGETS.into_iter().filter(named).collect::<Vec<_>>(), args.seconds)
}

/// Tests the targets on their seeds, then fuzzes all of them for `seconds`; or tells why it cannot.
pub fn check(root: &Path, seconds: u64) -> Result<Option<String>> {
    let target_dir = workspace::target_dir(root);
    let manifest = ["--quiet", "--locked", "--manifest-path", "tests/fuzz/Cargo.toml", "--no-default-features"];
    let command = |name: &str| {
        let mut command = process::cargo(root);
        command.arg(name).args(manifest).arg("--target-dir").arg(&target_dir);
        command
    };
    process::run(command("clippy").args(["--all-targets", "--", "-D", "warnings"]))?;
    process::run(&mut command("test"))?;
    if let Some(why) = missing() {
        return Ok(Some(format!("the seeds hold, but {why}")));
    }
    fuzz(root, &TARGETS, seconds)?;
    Ok(None)
}

/// Why nothing can be fuzzed here, if so.
fn missing() -> Option<String> {
    let found = process::first_line("cargo", &["fuzz", "--version"]);
    found.is_none().then(|| "cargo-fuzz was not found (`cargo install cargo-fuzz`)".to_owned())
}

fn fuzz(root: &Path, targets: &[&str], seconds: u64) -> Result<()> {
    let folder = workspace::target_dir(root).join("fuzz");
    let seeds = folder.join("seeds");
    let mut write = process::cargo(root);
    write.args(["run", "--quiet", "--manifest-path", "tests/fuzz/Cargo.toml", "--no-default-features"]);
    write.arg("--target-dir").arg(workspace::target_dir(root)).args(["--example", "seeds", "--"]).arg(&seeds);
    process::run(&mut write).context("the seeds could not be written")?;
    for target in targets {
        process::run(&mut cargo_fuzz(root, "build", target))?;
    }
    for some in targets.chunks(AT_A_TIME) {
        let running: Vec<_> =
            some.iter().map(|target| Running::start(root, &folder, target, seconds)).collect::<Result<_>>()?;
        // All have to end, also where the first has found something.
        let ended: Vec<_> = running.into_iter().map(Running::end).collect();
        ended.into_iter().collect::<Result<Vec<()>>>()?;
    }
    Ok(())
}

/// A command of cargo-fuzz. Coverage needs a compiler that takes unstable options; no sanitizer, as nothing here is unsafe.
fn cargo_fuzz(root: &Path, command: &str, target: &str) -> Command {
    let mut cargo = process::cargo(root);
    cargo.env("RUSTC_BOOTSTRAP", "1").args(["fuzz", command, "--fuzz-dir", CRATE, "--sanitizer", "none"]);
    cargo.arg("--target-dir").arg(workspace::target_dir(root).join("fuzz/build")).arg(target);
    cargo
}

/// A target that runs.
struct Running {
    target: String,
    child: std::process::Child,
    log: PathBuf,
}

impl Running {
    fn start(root: &Path, folder: &Path, target: &str, seconds: u64) -> Result<Self> {
        // What it learns goes into the first folder and is there the next time.
        let learned = folder.join("corpus").join(target);
        fs::create_dir_all(&learned)?;
        let log = folder.join(format!("{target}.log"));
        let output = File::create(&log).with_context(|| format!("{} cannot be written", log.display()))?;
        let mut command = cargo_fuzz(root, "run", target);
        command.arg(&learned).arg(folder.join("seeds").join(target)).arg("--");
        command.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={LONGEST}"));
        command.args(["-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1"]);
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let child = command.spawn().context("cargo-fuzz cannot be started")?;
        Ok(Self { target: target.to_owned(), child, log })
    }

    fn end(mut self) -> Result<()> {
        let status = self.child.wait()?;
        let log = String::from_utf8_lossy(&fs::read(&self.log)?).into_owned();
        if !status.success() {
            bail!("the target {} has found something ({}):\n{}", self.target, self.log.display(), found(&log));
        }
        println!("  {:12} {} inputs tried", self.target, tried(&log).unwrap_or("?"));
        Ok(())
    }
}

/// What a log tells of a finding: the panic, the fuzzer's own error, where the input is. All of it where it tells neither.
fn found(log: &str) -> String {
    let mut lines = log.lines();
    let mut told = Vec::new();
    while let Some(line) = lines.next() {
        if line.contains("panicked at") {
            told.push(line);
            told.extend(lines.next());
        } else if line.contains("libFuzzer: ") || line.contains("Test unit written to") {
            told.push(line);
        }
    }
    if told.is_empty() { log.to_owned() } else { told.join("\n") }
}

/// How many inputs were tried, by the fuzzer's last words.
fn tried(log: &str) -> Option<&str> {
    log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_target_is_refused_by_name() {
        let args = FuzzArgs { targets: vec!["jsno".to_owned()], seconds: 1 };
        assert!(run(&args).is_err_and(|error| error.to_string().contains("no target `jsno`")));
    }

    #[test]
    fn every_target_is_a_program_of_the_crate() {
        let manifest = workspace::root().expect("a workspace").join(CRATE).join("Cargo.toml");
        let manifest = fs::read_to_string(manifest).expect("the crate has a manifest");
        let mut programs: Vec<&str> =
            manifest.lines().filter_map(|line| line.strip_prefix("path = \"fuzz_targets/")).collect();
        programs.sort_unstable();
        let mut targets = TARGETS.map(|target| format!("{target}.rs\""));
        targets.sort_unstable();
        assert_eq!(programs, targets);
    }

    #[test]
    fn a_finding_is_told_without_its_backtrace() {
        let log = "#2 NEW\nthread panicked at src/json.rs:1:\nnot the same\n  0: frame\n==1== ERROR: libFuzzer: deadly signal\n\
                   artifact_prefix='x'; Test unit written to x/crash-1\nBase64: eA==\n";
        let told = found(log);
        assert_eq!(told.lines().count(), 4, "{told}");
        assert!(told.contains("not the same") && told.ends_with("x/crash-1"), "{told}");
        assert_eq!(found("cannot start"), "cannot start");
    }

    #[test]
    fn the_fuzzer_s_last_words_tell_how_much_it_tried() {
        let log = "#1 INITED\nstat::number_of_executed_units: 123456\nstat::average_exec_per_sec:     7\n";
        assert_eq!(tried(log), Some("123456"));
        assert_eq!(tried("nothing"), None);
    }
}
