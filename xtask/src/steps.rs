//! The steps of `cargo xtask test`, in the order they run: cheap ones first, so that a slip is told early.

use std::fmt;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::cli::{TidyArgs, VectorsArgs};
use crate::{chromium, commands, process, python, web, workspace};

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Everything in it held.
    Passed,
    /// Something did not, and what.
    Failed(String),
    /// It could not run here, and why.
    Skipped(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("passed"),
            Self::Failed(why) => write!(f, "FAILED: {why}"),
            Self::Skipped(why) => write!(f, "skipped: {why}"),
        }
    }
}

/// One named check.
#[derive(Debug)]
pub struct Step {
    /// The name for `--skip` and `--only`.
    pub name: &'static str,
    /// What it checks, in a few words.
    pub what: &'static str,
    /// Runs it in the workspace root.
    pub run: fn(&Path) -> Result<Outcome>,
}

/// Every step.
pub const STEPS: [Step; 16] = [
    Step { name: "fmt", what: "Rust formatting", run: fmt },
    Step { name: "tidy", what: "arrows, purity, circles, sizes", run: tidy },
    Step { name: "clippy", what: "Rust lints, warnings are errors", run: clippy },
    Step { name: "docs", what: "Rust documentation builds without warnings", run: docs },
    Step { name: "rust", what: "Rust tests", run: rust },
    Step { name: "benches", what: "every bench runs once and its result holds", run: benches },
    Step { name: "counts", what: "no program takes more instructions than recorded", run: counts },
    Step { name: "fuzz", what: "whatever peers send, each reader of it keeps its word", run: fuzz },
    Step { name: "vectors", what: "golden vectors and TypeScript types are up to date", run: vectors },
    Step { name: "web-lint", what: "TypeScript formatting and lints", run: web_lint },
    Step { name: "web-types", what: "TypeScript types", run: web_types },
    Step { name: "web-test", what: "TypeScript tests", run: web_test },
    Step { name: "web-build", what: "the browser client builds", run: web_build },
    Step { name: "clients", what: "npm's parser agrees with ours, its clients talk and play", run: clients },
    Step { name: "python", what: "python-socketio from PyPI does everything", run: python_client },
    Step { name: "browser", what: "a real browser plays", run: browser },
];

/// The browser client, from the root.
const WEB: &str = "client-demo/web";
/// The manifest of the servers that the transport is compared with, from the root.
const PEERS: &str = "benches/peers/Cargo.toml";
/// The manifest of the fuzz targets, from the root.
const FUZZ: &str = "tests/fuzz/Cargo.toml";
/// For how long each target is fuzzed; two run at a time.
const FUZZ_SECONDS: u64 = 30;
/// The package of the npm clients, from the root.
const NODE_TESTS: &str = "tests/node";

fn fmt(root: &Path) -> Result<Outcome> {
    process::run(process::cargo(root).args(["fmt", "--all", "--check"]))?;
    process::run(process::cargo(root).args(["fmt", "--manifest-path", PEERS, "--check"]))?;
    process::run(process::cargo(root).args(["fmt", "--manifest-path", FUZZ, "--check"]))?;
    Ok(Outcome::Passed)
}

fn tidy(root: &Path) -> Result<Outcome> {
    commands::tidy::run(&TidyArgs { root: Some(root.to_path_buf()) })?;
    Ok(Outcome::Passed)
}

fn clippy(root: &Path) -> Result<Outcome> {
    process::run(process::cargo(root).args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ]))?;
    Ok(Outcome::Passed)
}

fn docs(root: &Path) -> Result<Outcome> {
    let mut command = process::cargo(root);
    process::run(command.env("RUSTDOCFLAGS", "-D warnings").args(["doc", "--workspace", "--no-deps"]))?;
    Ok(Outcome::Passed)
}

fn rust(root: &Path) -> Result<Outcome> {
    process::run(process::cargo(root).args(["test", "--workspace", "--all-features"]))?;
    Ok(Outcome::Passed)
}

/// Criterion runs each bench once when started as a test, on the build that the tests use. The servers that the transport is
/// compared with are a workspace of their own.
fn benches(root: &Path) -> Result<Outcome> {
    process::run(process::cargo(root).args(["test", "--quiet", "--workspace", "--all-features", "--bench", "*"]))?;
    let peers = ["--quiet", "--locked", "--manifest-path", PEERS, "--all-targets", "--target-dir"];
    let built = workspace::target_dir(root);
    process::run(process::cargo(root).arg("clippy").args(peers).arg(&built).args(["--", "-D", "warnings"]))?;
    process::run(process::cargo(root).arg("test").args(peers).arg(&built))?;
    Ok(Outcome::Passed)
}

/// Counts do not depend on the machine, but on optimization: the programs are built as benches are.
fn counts(root: &Path) -> Result<Outcome> {
    Ok(commands::instructions::check(root)?.map_or(Outcome::Passed, Outcome::Skipped))
}

fn fuzz(root: &Path) -> Result<Outcome> {
    Ok(commands::fuzz::check(root, FUZZ_SECONDS)?.map_or(Outcome::Passed, Outcome::Skipped))
}

fn vectors(_: &Path) -> Result<Outcome> {
    commands::vectors::run(&VectorsArgs { check: true })?;
    Ok(Outcome::Passed)
}

fn web_lint(root: &Path) -> Result<Outcome> {
    in_web(root, "biome", &["check", "."])
}

fn web_types(root: &Path) -> Result<Outcome> {
    in_web(root, "tsc", &["--noEmit"])
}

fn web_test(root: &Path) -> Result<Outcome> {
    in_web(root, "vitest", &["run"])
}

fn web_build(root: &Path) -> Result<Outcome> {
    in_web(root, "vite", &["build"])
}

fn in_web(root: &Path, tool: &str, args: &[&str]) -> Result<Outcome> {
    let folder = root.join(WEB);
    web::require_node()?;
    web::install(&folder)?;
    process::run(web::tool(&folder, tool).args(args))?;
    Ok(Outcome::Passed)
}

fn clients(root: &Path) -> Result<Outcome> {
    web::require_node()?;
    web::install(&root.join(NODE_TESTS))?;
    parser_beside_reference(root)?;
    web::install(&root.join(WEB))?;
    // Those of the transport need no game and are quick.
    transport_clients(root, &["--skip", "python::"], &[])?;
    ignored_tests(root, "clients::", &[])
}

fn python_client(root: &Path) -> Result<Outcome> {
    match python::find_or_install(root) {
        Ok(found) => transport_clients(root, &["python::"], &[(python::VARIABLE, &found.to_string_lossy())]),
        Err(why) => Ok(Outcome::Skipped(format!("{why:#}"))),
    }
}

fn browser(root: &Path) -> Result<Outcome> {
    web::require_node()?;
    web::install(&root.join(NODE_TESTS))?;
    if !root.join(WEB).join("dist/index.html").is_file() {
        bail!("{WEB}/dist has no page: the step web-build must run first");
    }
    match chromium::find_or_install(root) {
        Ok(browser) => ignored_tests(root, "browser::", &[(chromium::VARIABLE, &browser.to_string_lossy())]),
        Err(why) => Ok(Outcome::Skipped(format!("{why:#}"))),
    }
}

/// Runs one corpus through our JSON parser and npm's.
fn parser_beside_reference(root: &Path) -> Result<Outcome> {
    let mut command = built_tests(root, "reference");
    process::run(command.args(["--ignored", "--nocapture"]))?;
    Ok(Outcome::Passed)
}

/// Runs clients that others wrote against the transport alone, one program at a time.
fn transport_clients(root: &Path, chosen: &[&str], variables: &[(&str, &str)]) -> Result<Outcome> {
    let mut command = built_tests(root, "clients");
    command.envs(variables.iter().copied());
    command.args(["--ignored", "--test-threads=1"]).args(chosen);
    process::run(&mut command)?;
    Ok(Outcome::Passed)
}

/// Runs the tests that plain `cargo test` leaves out because they need Node, one at a time: they measure time.
fn ignored_tests(root: &Path, filter: &str, variables: &[(&str, &str)]) -> Result<Outcome> {
    let mut command = built_tests(root, "all");
    command.envs(variables.iter().copied());
    command.args(["--ignored", "--nocapture", "--test-threads=1", filter]);
    process::run(&mut command)?;
    Ok(Outcome::Passed)
}

/// Runs the test program `name` as the step `rust` has built it: for one package alone, all it needs would be built once more, with
/// fewer features.
fn built_tests(root: &Path, name: &str) -> Command {
    let mut command = process::cargo(root);
    command.args(["test", "--workspace", "--all-features", "--test", name, "--"]);
    command
}
