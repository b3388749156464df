//! File sizes, in lines.

use std::path::Path;

use super::files::{File, Tree};
use super::finding::Finding;

/// Longest file of any kind.
const LONGEST: usize = 600;
/// Longest `lib.rs` or `mod.rs`: they declare and re-export only.
const LONGEST_DECLARING: usize = 75;
/// Longest `main.rs`.
const LONGEST_MAIN: usize = 59;

/// Checks Rust, TypeScript, JavaScript and CSS.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.all() {
        let lines = file.text.lines().count();
        if let Some(limit) = limit(file).filter(|limit| lines > *limit) {
            findings.push(Finding::new(
                &file.path,
                0,
                format!("{lines} lines exceed the limit of {limit} for this file"),
            ));
        }
    }
    findings
}

fn limit(file: &File) -> Option<usize> {
    match (file.name(), file.ending()) {
        ("lib.rs" | "mod.rs", _) if in_source(&file.path) => Some(LONGEST_DECLARING),
        ("main.rs", _) if in_source(&file.path) => Some(LONGEST_MAIN),
        (_, "rs" | "ts" | "tsx" | "css" | "js" | "mjs") => Some(LONGEST),
        _ => None,
    }
}

fn in_source(path: &Path) -> bool {
    path.iter().any(|part| part == "src")
}
