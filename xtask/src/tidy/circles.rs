//! Circles between the files of one crate.
//!
//! A file imports another when shipped code names a path that resolves into it. A `pub use` is a re-export and counts
//! for nothing by itself: an import that goes through it is charged to the file that defines the name.

use std::collections::BTreeMap;
use std::path::Path;

use super::files::{File, Tree};
use super::finding::Finding;
use super::graph::{self, Graph};
use super::manifest::Manifest;
use super::rust_source::{is_test_file, without_inline_modules, without_tests};
use super::use_paths::{Statement, inline_paths, statements};

/// How many re-exports one name may go through.
const MAX_HOPS: usize = 8;

/// Reports every circle of every crate.
pub(super) fn check(tree: &Tree, manifests: &[Manifest]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in manifests {
        let source = manifest.folder().join("src");
        let modules = Modules::read(tree, &source);
        for circle in graph::circles(&modules.graph()) {
            let first = Path::new(&circle[0]);
            let names: Vec<&str> = circle
                .iter()
                .map(|path| Path::new(path).strip_prefix(&source).ok().and_then(Path::to_str).unwrap_or(path))
                .collect();
            findings.push(Finding::new(
                first,
                0,
                format!("files import each other in a circle: {}", names.join(" -> ")),
            ));
        }
    }
    findings
}

struct Module {
    file: String,
    code: String,
    statements: Vec<Statement>,
}

/// The crate's files by module path; the crate root is the empty path.
struct Modules(BTreeMap<Vec<String>, Module>);

impl Modules {
    fn read(tree: &Tree, source: &Path) -> Self {
        let mut modules = BTreeMap::new();
        for file in tree.under(source).filter(|file| file.ending() == "rs" && !is_test_file(&file.path)) {
            if let Some(path) = module_path(file, source) {
                let code = without_inline_modules(&without_tests(&file.text));
                let statements = statements(&code);
                modules.insert(path, Module { file: file.path.display().to_string(), code, statements });
            }
        }
        Self(modules)
    }

    fn graph(&self) -> Graph {
        let mut graph = Graph::new();
        for (path, module) in &self.0 {
            let uses = module
                .statements
                .iter()
                .filter(|statement| !statement.exports)
                .flat_map(|statement| statement.leaves.clone());
            let inline = inline_paths(&module.code).into_iter().map(|(_, leaf)| leaf);
            let targets = uses
                .chain(inline)
                .filter_map(|leaf| self.file_of(&self.absolute(path, &leaf)?, MAX_HOPS))
                .filter(|target| *target != module.file);
            graph.entry(module.file.clone()).or_default().extend(targets.map(str::to_owned));
        }
        graph
    }

    /// A path as seen from a module, from the crate root on; `None` when it leads out of the crate.
    fn absolute(&self, here: &[String], leaf: &[String]) -> Option<Vec<String>> {
        let mut base = match leaf.first()?.as_str() {
            "crate" => Vec::new(),
            "self" | "super" => here.to_vec(),
            first => {
                let child: Vec<String> = here.iter().cloned().chain([first.to_owned()]).collect();
                self.0.contains_key(&child).then_some(())?;
                return Some(here.iter().chain(leaf).cloned().collect());
            }
        };
        for segment in leaf {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => base.truncate(base.len().checked_sub(1)?),
                name => base.push(name.to_owned()),
            }
        }
        Some(base)
    }

    /// The file that an absolute path leads into, through re-exports.
    fn file_of(&self, path: &[String], hops: usize) -> Option<&str> {
        let depth = (0..=path.len()).rev().find(|depth| self.0.contains_key(&path[..*depth]))?;
        let (here, module) = self.0.get_key_value(&path[..depth])?;
        let declares = module.file.ends_with("mod.rs") || module.file.ends_with("lib.rs");
        let Some(name) = path.get(depth) else {
            // A module imported whole: what it is imported for is in its file, or, for a folder, cannot be told.
            return (!declares).then_some(module.file.as_str());
        };
        if hops > 0 && name != "*" {
            for leaf in
                module.statements.iter().filter(|statement| statement.exports).flat_map(|statement| &statement.leaves)
            {
                if leaf.last() == Some(name)
                    && let Some(target) = self.absolute(here, leaf).filter(|target| target != path)
                {
                    return self.file_of(&target, hops - 1);
                }
            }
        }
        // A name of the crate root or of a `mod.rs` that is neither a module nor re-exported by name is a glob's or a
        // macro's: where it comes from cannot be told, so it is left out. The same goes for `super::*`.
        (!declares).then_some(module.file.as_str())
    }
}

/// `src/a/b.rs` and `src/a/b/mod.rs` are `a::b`; programs (`main.rs`, `bin/`) are crates of their own.
fn module_path(file: &File, source: &Path) -> Option<Vec<String>> {
    let relative = file.path.strip_prefix(source).ok()?.with_extension("");
    let mut parts: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    match parts.last()?.as_str() {
        "main" if parts.len() == 1 => return None,
        "lib" if parts.len() == 1 => parts.clear(),
        "mod" => drop(parts.pop()),
        _ => {}
    }
    (parts.first().map(String::as_str) != Some("bin")).then_some(parts)
}
