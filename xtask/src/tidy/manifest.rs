//! What the checks need from a package's `Cargo.toml`. Reads lines, not all of TOML: tables, keys, and `package` renames.

use std::path::{Path, PathBuf};

use super::files::File;

/// Which table a dependency stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `[dependencies]`, also per target.
    Normal,
    /// `[dev-dependencies]`.
    Dev,
    /// `[build-dependencies]`.
    Build,
}

/// One dependency line.
#[derive(Debug)]
pub(super) struct Dependency {
    /// The package's own name, also when it is renamed here.
    pub(super) package: String,
    /// Its table.
    pub(super) kind: Kind,
    /// Line, counted from 1.
    pub(super) line: usize,
}

/// One package.
#[derive(Debug)]
pub(super) struct Manifest {
    /// `Cargo.toml`, relative to the root.
    pub(super) path: PathBuf,
    /// Package name.
    pub(super) name: String,
    /// Every dependency of every kind.
    pub(super) dependencies: Vec<Dependency>,
    /// Whether it has `[lints] workspace = true`.
    pub(super) inherits_lints: bool,
}

impl Manifest {
    /// `None` for a manifest without a package, such as the workspace's.
    pub(super) fn parse(file: &File) -> Option<Self> {
        let mut table = String::new();
        let mut name = None;
        let mut dependencies = Vec::new();
        let mut inherits_lints = false;
        for (index, line) in file.text.lines().enumerate() {
            let line = without_comment(line).trim();
            if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                table = header.trim_matches(['[', ']']).trim().to_owned();
                if let Some((kind, Some(package))) = dependency_table(&table) {
                    dependencies.push(Dependency { package: package.to_owned(), kind, line: index + 1 });
                }
                continue;
            }
            let Some((key, value)) = line.split_once('=') else { continue };
            let (key, value) = (key.trim(), value.trim());
            match dependency_table(&table) {
                Some((kind, None)) => {
                    let key = key.split('.').next().unwrap_or(key).trim_matches('"');
                    let package = renamed(value).unwrap_or(key).to_owned();
                    dependencies.push(Dependency { package, kind, line: index + 1 });
                }
                Some((_, Some(_))) if key == "package" => {
                    if let Some(last) = dependencies.last_mut() {
                        last.package = value.trim_matches('"').to_owned();
                    }
                }
                _ if table == "package" && key == "name" => name = Some(value.trim_matches('"').to_owned()),
                _ if table == "lints" && key == "workspace" && value == "true" => inherits_lints = true,
                _ => {}
            }
        }
        Some(Self { path: file.path.clone(), name: name?, dependencies, inherits_lints })
    }

    /// The package's folder, relative to the root.
    pub(super) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }
}

fn without_comment(line: &str) -> &str {
    line.split_once(" #").map_or(if line.starts_with('#') { "" } else { line }, |(code, _)| code)
}

/// `dependencies` -> (Normal, None); `dev-dependencies.x` -> (Dev, Some("x")); other tables -> None.
fn dependency_table(table: &str) -> Option<(Kind, Option<&str>)> {
    let table = match table.strip_prefix("target.") {
        Some(rest) => rest.find("dependencies").map(|at| {
            let start = ["dev-", "build-"].iter().find(|prefix| rest[..at].ends_with(**prefix)).map_or(0, |p| p.len());
            &rest[at - start..]
        })?,
        None => table,
    };
    for (prefix, kind) in
        [("dependencies", Kind::Normal), ("dev-dependencies", Kind::Dev), ("build-dependencies", Kind::Build)]
    {
        if let Some(rest) = table.strip_prefix(prefix) {
            return match rest.strip_prefix('.') {
                Some(package) => Some((kind, Some(package.trim_matches('"')))),
                None => rest.is_empty().then_some((kind, None)),
            };
        }
    }
    None
}

/// The `package = "name"` inside an inline table.
fn renamed(value: &str) -> Option<&str> {
    let (_, rest) = value.strip_prefix('{')?.split_once("package")?;
    rest.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Manifest> {
        Manifest::parse(&File { path: "a/Cargo.toml".into(), text: text.to_owned() })
    }

    #[test]
    fn dependencies_of_every_spelling_are_found() {
        let manifest = parse(
            "[package]\nname = \"a\"\n[lints]\nworkspace = true\n[dependencies]\nb.workspace = true # why\nc = { package = \"d\", version = \"1\" }\n\
             [dev-dependencies.e]\nversion = \"1\"\n[target.'cfg(unix)'.dependencies]\nf = \"1\"\n[target.'cfg(unix)'.build-dependencies]\ng = \"1\"\n",
        )
        .expect("a package");
        let found: Vec<(&str, Kind)> =
            manifest.dependencies.iter().map(|dependency| (dependency.package.as_str(), dependency.kind)).collect();
        assert_eq!(
            found,
            [("b", Kind::Normal), ("d", Kind::Normal), ("e", Kind::Dev), ("f", Kind::Normal), ("g", Kind::Build)]
        );
        assert!(manifest.inherits_lints);
    }

    #[test]
    fn a_workspace_manifest_is_no_package() {
        assert!(parse("[workspace]\nmembers = []\n").is_none());
    }
}
