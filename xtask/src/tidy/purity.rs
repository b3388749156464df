//! What some crates must never do: I/O, clocks and async in `shared/`, sockets and runtimes in `engine` and `game`.
//!
//! Looks at dependencies and at the code of `src/` outside tests. Comments and strings do not count.

use std::path::Path;

use super::files::Tree;
use super::finding::Finding;
use super::manifest::{Kind, Manifest};
use super::rust_source::{is_test_file, line_of, without_tests};
use super::use_paths::{self, contains_path};

/// Packages that open sockets or run tasks.
const NETWORK: [&str; 9] =
    ["tokio", "tokio-tungstenite", "tungstenite", "axum", "hyper", "hyper-util", "tower", "tower-http", "mio"];

/// Packages beside [`NETWORK`] that `shared/` must not use: futures, the simulation's world, the system's randomness.
const IMPURE: [&str; 4] = ["futures-util", "futures", "bevy_ecs", "getrandom"];

/// Paths that are I/O or a clock. `std::time::Instant` as an argument's type is fine: reading it is not.
const IO: [&str; 6] = ["std::net", "std::fs", "std::process", "std::thread", "std::env", "tokio"];
const CLOCKS: [&str; 4] = ["Instant::now", "SystemTime", "std::time::SystemTime", "UNIX_EPOCH"];
const ASYNC: [&str; 4] = ["async fn", "async move", "async {", ".await"];
const SOCKETS: [&str; 3] = ["std::net", "tokio", "std::os::fd"];

/// Checks the pure crates.
pub(super) fn check(tree: &Tree, manifests: &[Manifest]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in manifests {
        let rule = if manifest.folder().starts_with("shared") {
            Rule {
                packages: NETWORK.iter().chain(&IMPURE).copied().collect(),
                paths: IO.iter().chain(&CLOCKS).copied().collect(),
                words: ASYNC.to_vec(),
                reason: "shared/ does no I/O, reads no clock and is not async",
            }
        } else if matches!(manifest.name.as_str(), "engine" | "game") {
            Rule {
                packages: NETWORK.to_vec(),
                paths: SOCKETS.iter().chain(&CLOCKS).copied().collect(),
                words: ASYNC.to_vec(),
                reason: "the simulation has no socket, no runtime and no clock",
            }
        } else {
            continue;
        };
        rule.check_dependencies(manifest, &mut findings);
        rule.check_code(tree, manifest.folder(), &mut findings);
    }
    findings
}

struct Rule {
    packages: Vec<&'static str>,
    paths: Vec<&'static str>,
    words: Vec<&'static str>,
    reason: &'static str,
}

impl Rule {
    fn check_dependencies(&self, manifest: &Manifest, findings: &mut Vec<Finding>) {
        for dependency in &manifest.dependencies {
            if dependency.kind == Kind::Normal && self.packages.contains(&dependency.package.as_str()) {
                let message =
                    format!("`{}` must not depend on `{}`: {}", manifest.name, dependency.package, self.reason);
                findings.push(Finding::new(&manifest.path, dependency.line, message));
            }
        }
    }

    fn check_code(&self, tree: &Tree, folder: &Path, findings: &mut Vec<Finding>) {
        let sources =
            tree.under(folder).filter(|file| file.ending() == "rs" && file.path.starts_with(folder.join("src")));
        for file in sources.filter(|file| !is_test_file(&file.path)) {
            let code = without_tests(&file.text);
            let mut hits: Vec<(usize, &str)> = Vec::new();
            for path in &self.paths {
                hits.extend(contains_path(&code, path).map(|at| (at, *path)));
            }
            for statement in use_paths::statements(&code) {
                for leaf in &statement.leaves {
                    let full = leaf.join("::");
                    let hit = self.paths.iter().find(|path| full == **path || full.starts_with(&format!("{path}::")));
                    hits.extend(hit.map(|path| (statement.at, *path)));
                }
            }
            for word in &self.words {
                hits.extend(code.match_indices(word).map(|(at, _)| (at, *word)));
            }
            let mut lines: Vec<(usize, &str)> = hits.into_iter().map(|(at, what)| (line_of(&code, at), what)).collect();
            lines.sort_unstable();
            lines.dedup();
            for (line, what) in lines {
                findings.push(Finding::new(&file.path, line, format!("`{what}` is not allowed here: {}", self.reason)));
            }
        }
    }
}
