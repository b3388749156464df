//! The arrows between crates. The table below is the rule; the manifests are checked against it.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::manifest::{Kind, Manifest};

/// Crate, and the workspace crates it may import. Nothing may import `tests`, `benches` or `xtask`.
const ARROWS: [(&str, &[&str]); 16] = [
    // shared/
    ("wire", &[]),
    ("engineio", &[]),
    ("socketio", &["engineio"]),
    ("messages", &["wire"]),
    // server/
    ("transport", &["socketio", "engineio"]),
    ("engine", &["wire"]),
    ("game", &["engine", "messages"]),
    ("host", &["engine"]),
    ("store", &[]),
    ("app", &["transport", "engine", "game", "host", "store", "messages", "wire", "bots"]),
    // client-demo/
    ("bots", &["wire", "engineio", "socketio", "messages"]),
    // What imports everything, and is imported by nothing.
    ("tests", &EVERYTHING),
    ("benches", &EVERYTHING),
    ("xtask", &[]),
    // Workspaces of their own. What peers send, fuzzed:
    ("fuzz", &["engineio", "socketio"]),
    // Other servers, and clients for all, which read the frames of the worlds:
    ("peers", &["wire"]),
];

const EVERYTHING: [&str; 11] =
    ["wire", "engineio", "socketio", "messages", "transport", "engine", "game", "host", "store", "app", "bots"];

/// Checks every manifest's workspace dependencies against the table, and that it inherits the workspace's lints.
pub(super) fn check(manifests: &[Manifest]) -> Vec<Finding> {
    let table: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let mut findings = Vec::new();
    for manifest in manifests {
        let name = manifest.name.as_str();
        if manifest.folder().file_name().is_some_and(|folder| folder != name) {
            findings.push(Finding::new(&manifest.path, 0, format!("crate `{name}` must be in a folder of that name")));
        }
        if !manifest.inherits_lints {
            findings.push(Finding::new(&manifest.path, 0, "must have `[lints] workspace = true`"));
        }
        let Some(allowed) = table.get(name) else {
            findings.push(Finding::new(&manifest.path, 0, format!("crate `{name}` is not in tidy's table of arrows")));
            continue;
        };
        for dependency in &manifest.dependencies {
            let target = dependency.package.as_str();
            let ours = table.contains_key(target) || manifests.iter().any(|other| other.name == target);
            if !ours || allowed.contains(&target) {
                continue;
            }
            let kind = match dependency.kind {
                Kind::Normal => "",
                Kind::Dev => " (a dev-dependency counts too)",
                Kind::Build => " (a build dependency counts too)",
            };
            let may = if allowed.is_empty() { "no workspace crate".to_owned() } else { allowed.join(", ") };
            findings.push(Finding::new(
                &manifest.path,
                dependency.line,
                format!("forbidden arrow {name} -> {target}{kind}: {name} may import {may}"),
            ));
        }
    }
    findings
}
