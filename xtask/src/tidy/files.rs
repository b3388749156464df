//! The text files of a workspace, read once. Leaves out what is built, installed, generated or recorded.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folders that hold nothing written by hand, wherever they are.
const SKIPPED: [&str; 7] = [".git", "target", "node_modules", "dist", "generated", "runs", "out"];

/// Endings of the files that are read.
const TEXT: [&str; 14] =
    ["rs", "toml", "md", "ts", "tsx", "css", "html", "js", "mjs", "json", "sh", "yml", "yaml", "run"];

/// One file.
#[derive(Debug)]
pub(super) struct File {
    /// Relative to the workspace root.
    pub(super) path: PathBuf,
    /// The whole text.
    pub(super) text: String,
}

impl File {
    /// The ending of the name, without the dot.
    pub(super) fn ending(&self) -> &str {
        ending(&self.path)
    }

    /// The last part of the path.
    pub(super) fn name(&self) -> &str {
        name(&self.path)
    }
}

/// All files, in path order.
#[derive(Debug)]
pub(super) struct Tree {
    files: Vec<File>,
}

impl Tree {
    /// Reads the workspace at `root`.
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        read_folder(root, Path::new(""), &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    /// Every file.
    pub(super) fn all(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// Files with this name.
    pub(super) fn with_name(&self, wanted: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.name() == wanted)
    }

    /// Files below a folder.
    pub(super) fn under(&self, folder: &Path) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.path.starts_with(folder))
    }
}

fn read_folder(root: &Path, folder: &Path, files: &mut Vec<File>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() && !SKIPPED.contains(&name(&path)) {
            read_folder(root, &path, files)?;
        } else if kind.is_file() && (TEXT.contains(&ending(&path)) || name(&path) == "run") {
            // A file that is not UTF-8 is not text, whatever its ending says.
            if let Ok(text) = String::from_utf8(fs::read(entry.path())?) {
                files.push(File { path, text });
            }
        }
    }
    Ok(())
}

fn ending(path: &Path) -> &str {
    path.extension().and_then(|ending| ending.to_str()).unwrap_or("")
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or("")
}
