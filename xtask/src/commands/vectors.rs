//! `cargo xtask vectors`: regenerates what is made from the Rust message types, the golden vectors and the TypeScript.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cli::VectorsArgs;
use crate::{process, workspace};

/// Folders that the generator owns: every file in them is generated.
const GENERATED: [&str; 2] = ["shared/messages/vectors", "client-demo/web/src/generated"];

/// Runs the generator. With `--check` the tree is left as it was and any difference is an error.
pub fn run(args: &VectorsArgs) -> Result<()> {
    let root = workspace::root()?;
    let before = read_all(&root)?;
    generate(&root)?;
    let after = read_all(&root)?;
    let changed = differences(&before, &after);
    if !args.check {
        for path in &changed {
            println!("  changed {}", path.display());
        }
        println!("vectors: {} generated file(s), {} changed", after.len(), changed.len());
        return Ok(());
    }
    restore(&root, &before, &changed)?;
    if after.is_empty() {
        bail!("the generator wrote nothing into {}", GENERATED.join(" or "));
    }
    if changed.is_empty() {
        println!("vectors: {} generated file(s) are up to date", after.len());
        return Ok(());
    }
    let names: Vec<String> = changed.iter().map(|path| path.display().to_string()).collect();
    bail!("out of date: {}; run `cargo xtask vectors`", names.join(", "))
}

fn generate(root: &Path) -> Result<()> {
    process::run(process::cargo(root).args(["run", "--quiet", "-p", "messages", "--example", "vectors"]))
        .context("the vectors could not be generated")
}

fn read_all(root: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for folder in GENERATED {
        read_folder(root, Path::new(folder), &mut files)?;
    }
    Ok(files)
}

fn read_folder(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    if !root.join(folder).is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            read_folder(root, &path, files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// Paths that are in one map only, or hold different bytes.
fn differences(before: &BTreeMap<PathBuf, Vec<u8>>, after: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).cloned().collect();
    paths.sort();
    paths.dedup();
    paths
}

fn restore(root: &Path, before: &BTreeMap<PathBuf, Vec<u8>>, changed: &[PathBuf]) -> Result<()> {
    for path in changed {
        match before.get(path) {
            Some(bytes) => fs::write(root.join(path), bytes)?,
            None => fs::remove_file(root.join(path))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(files: &[(&str, &str)]) -> BTreeMap<PathBuf, Vec<u8>> {
        files.iter().map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn added_removed_and_edited_files_all_count_as_differences() {
        let before = map(&[("same", "1"), ("edited", "1"), ("removed", "1")]);
        let after = map(&[("same", "1"), ("edited", "2"), ("added", "1")]);
        assert_eq!(differences(&before, &after), [PathBuf::from("added"), "edited".into(), "removed".into()]);
    }
}
