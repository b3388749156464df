//! Imports of the browser client: `sync/` knows no game, and no files import each other in a circle.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::files::{File, Tree};
use super::finding::Finding;
use super::graph::{self, Graph};
use super::rust_source::line_of;

/// The browser client's sources.
const SOURCE: &str = "client-demo/web/src";

/// Checks every TypeScript file below [`SOURCE`].
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let source = Path::new(SOURCE);
    let files: Vec<&File> = tree.under(source).filter(|file| matches!(file.ending(), "ts" | "tsx")).collect();
    let known: BTreeSet<&Path> = files.iter().map(|file| file.path.as_path()).collect();
    let mut findings = Vec::new();
    let mut graph = Graph::new();
    for file in &files {
        let edges = graph.entry(file.path.display().to_string()).or_default();
        for (at, specifier) in imports(&file.text) {
            let Some(wanted) = resolve(&file.path, specifier) else { continue };
            if file.path.starts_with(source.join("sync")) && wanted.starts_with(source.join("game")) {
                let message = format!("forbidden arrow sync -> game: `{specifier}` (sync/ knows no game)");
                findings.push(Finding::new(&file.path, line_of(&file.text, at), message));
            }
            edges.extend(locate(&known, &wanted).map(|path| path.display().to_string()));
        }
    }
    for circle in graph::circles(&graph) {
        let names: Vec<&str> = circle
            .iter()
            .map(|path| Path::new(path).strip_prefix(source).ok().and_then(Path::to_str).unwrap_or(path))
            .collect();
        let message = format!("files import each other in a circle: {}", names.join(" -> "));
        findings.push(Finding::new(Path::new(&circle[0]), 0, message));
    }
    findings
}

/// Relative module names in `import ... from "x"`, `export ... from "x"`, `import "x"` and `import("x")`.
fn imports(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for quote in ['"', '\''] {
        for (at, _) in text.match_indices(&format!("{quote}.")) {
            let before = text[..at].trim_end().trim_end_matches('(').trim_end();
            let Some(specifier) = text[at + 1..].split(quote).next() else { continue };
            if (before.ends_with("from") || before.ends_with("import")) && !specifier.contains('\n') {
                found.push((at, specifier));
            }
        }
    }
    found
}

/// A relative name as a path from the workspace root.
fn resolve(importer: &Path, specifier: &str) -> Option<PathBuf> {
    let mut path = importer.parent()?.to_path_buf();
    for part in Path::new(specifier).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    Some(path)
}

fn locate<'a>(known: &BTreeSet<&'a Path>, wanted: &Path) -> Option<&'a Path> {
    let plain = wanted.display().to_string();
    let stem = plain.strip_suffix(".js").unwrap_or(&plain);
    [plain.clone(), format!("{stem}.ts"), format!("{stem}.tsx"), format!("{stem}/index.ts")]
        .iter()
        .find_map(|candidate| known.get(Path::new(candidate)).copied())
}
