//! Words that have no place in the tree: absolute paths of somebody's machine.

use super::files::Tree;
use super::finding::Finding;
use super::rust_source::line_of;

/// Starts of paths that exist on one machine only. Written in two parts so that this file passes its own check.
const HOMES: [&str; 5] = [
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("C:", "\\Users"),
];

/// Checks every text file but npm's own lock files.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.all().filter(|file| file.name() != "package-lock.json") {
        for home in HOMES {
            for (at, _) in file.text.match_indices(home).filter(|(at, _)| starts_a_path(&file.text, *at)) {
                let message = format!("`{home}` is a path of one machine: use a relative path");
                findings.push(Finding::new(&file.path, line_of(&file.text, at), message));
            }
        }
    }
    findings
}

/// `a/home/b` and `https://host/home/` are no absolute paths.
fn starts_a_path(text: &str, at: usize) -> bool {
    !text[..at]
        .chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '}' | ')'))
}
