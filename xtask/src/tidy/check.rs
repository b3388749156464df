//! Runs all checks over one workspace.

use std::path::Path;

use anyhow::{Context, Result};

use super::files::Tree;
use super::finding::Finding;
use super::manifest::Manifest;
use super::{arrows, circles, purity, sizes, web, words};

/// Every broken rule in the workspace at `root`, sorted by place. An error only when the tree cannot be read.
pub fn check(root: &Path) -> Result<Vec<Finding>> {
    let tree = Tree::read(root).with_context(|| format!("{} cannot be read", root.display()))?;
    let manifests: Vec<Manifest> = tree.with_name("Cargo.toml").filter_map(Manifest::parse).collect();
    let mut findings = Vec::new();
    findings.extend(arrows::check(&manifests));
    findings.extend(purity::check(&tree, &manifests));
    findings.extend(circles::check(&tree, &manifests));
    findings.extend(web::check(&tree));
    findings.extend(sizes::check(&tree));
    findings.extend(words::check(&tree));
    findings.sort();
    Ok(findings)
}
