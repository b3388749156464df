//! Copies the real manifests, breaks one rule, and sees it named.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::check::check;
use super::files::Tree;

/// A workspace in a temporary folder, removed when dropped.
struct Workspace(PathBuf);

impl Workspace {
    /// The project's own manifests, each crate with an empty `src/lib.rs`.
    fn copy_of_ours() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let workspace = Self(std::env::temp_dir().join(format!("muster-tidy-{}-{number}", std::process::id())));
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the workspace root");
        let tree = Tree::read(ours).expect("the workspace is readable");
        for manifest in tree.with_name("Cargo.toml") {
            workspace.write(&manifest.path.display().to_string(), &manifest.text);
            if manifest.path.components().count() > 1 {
                let library = manifest.path.with_file_name("src").join("lib.rs");
                workspace.write(&library.display().to_string(), "//! Empty.\n");
            }
        }
        workspace
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }

    fn add_dependency(&self, manifest: &str, line: &str) {
        let text = fs::read_to_string(self.0.join(manifest)).expect("the manifest was copied");
        self.write(manifest, &text.replace("[dependencies]", &format!("[dependencies]\n{line}")));
    }

    fn findings(&self) -> Vec<String> {
        check(&self.0).expect("the copy is readable").iter().map(ToString::to_string).collect()
    }

    #[track_caller]
    fn assert_finds(&self, part: &str) {
        let findings = self.findings();
        assert!(findings.iter().any(|finding| finding.contains(part)), "no finding has {part:?}: {findings:#?}");
    }

    #[track_caller]
    fn assert_silent_about(&self, part: &str) {
        let findings: Vec<String> = self.findings().into_iter().filter(|finding| finding.contains(part)).collect();
        assert_eq!(findings, Vec::<String>::new());
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        // A folder left behind in the temporary directory harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_projects_own_manifests_keep_the_arrows() {
    assert_eq!(Workspace::copy_of_ours().findings(), Vec::<String>::new());
}

#[test]
fn an_arrow_against_the_table_is_named() {
    let workspace = Workspace::copy_of_ours();
    workspace.add_dependency("server/host/Cargo.toml", "transport.workspace = true");
    workspace.assert_finds("forbidden arrow host -> transport");
}

#[test]
fn nothing_may_import_tests_or_benches() {
    let workspace = Workspace::copy_of_ours();
    workspace.add_dependency("server/app/Cargo.toml", "tests = { path = \"../../tests\" }");
    workspace
        .add_dependency("client-demo/bots/Cargo.toml", "renamed = { package = \"benches\", path = \"../../benches\" }");
    workspace.assert_finds("forbidden arrow app -> tests");
    workspace.assert_finds("forbidden arrow bots -> benches");
}

#[test]
fn a_dev_dependency_is_an_arrow_too() {
    let workspace = Workspace::copy_of_ours();
    workspace.add_dependency("shared/wire/Cargo.toml", "[dev-dependencies]\nmessages.workspace = true\n[dependencies]");
    workspace.assert_finds("forbidden arrow wire -> messages");
}

#[test]
fn a_runtime_in_the_engine_is_named() {
    let workspace = Workspace::copy_of_ours();
    workspace.add_dependency("server/engine/Cargo.toml", "tokio.workspace = true");
    workspace.assert_finds("`engine` must not depend on `tokio`");
}

#[test]
fn a_clock_in_shared_is_found_at_its_line() {
    let workspace = Workspace::copy_of_ours();
    workspace.write("shared/wire/src/clock.rs", "//! Clock.\nfn now() -> Instant {\n    Instant::now()\n}\n");
    workspace.assert_finds("shared/wire/src/clock.rs:3: `Instant::now` is not allowed here");
}

#[test]
fn a_grouped_import_of_io_in_shared_is_found() {
    let workspace = Workspace::copy_of_ours();
    workspace.write("shared/wire/src/io.rs", "//! Io.\nuse std::{fmt, fs::File};\nasync fn f() {}\n");
    workspace.assert_finds("io.rs:2: `std::fs` is not allowed here");
    workspace.assert_finds("io.rs:3: `async fn` is not allowed here");
}

#[test]
fn io_in_the_tests_of_shared_is_allowed() {
    let workspace = Workspace::copy_of_ours();
    let code = "//! Wire.\n#[cfg(test)]\nmod tests {\n    use std::fs;\n    fn f() { Instant::now(); }\n}\n";
    workspace.write("shared/wire/src/vectors.rs", code);
    workspace.assert_silent_about("shared/wire/src");
}

#[test]
fn files_in_a_circle_are_named_also_through_a_re_export() {
    let workspace = Workspace::copy_of_ours();
    workspace.write("server/game/src/lib.rs", "//! Game.\nmod map;\nmod unit;\npub use map::Map;\n");
    workspace.write("server/game/src/map.rs", "use crate::unit::Unit;\npub struct Map;\n");
    workspace.write("server/game/src/unit.rs", "use crate::Map;\npub struct Unit;\n");
    workspace.assert_finds("files import each other in a circle: map.rs -> unit.rs -> map.rs");
}

#[test]
fn files_in_a_circle_are_named_where_one_imports_the_other_whole() {
    let workspace = Workspace::copy_of_ours();
    workspace.write("server/game/src/lib.rs", "//! Game.\nmod maps;\n");
    workspace.write("server/game/src/maps/mod.rs", "//! Maps.\nmod map;\nmod unit;\n");
    workspace.write("server/game/src/maps/map.rs", "use super::unit;\npub struct Map(unit::Unit);\n");
    workspace.write("server/game/src/maps/unit.rs", "use super::map::Map;\npub struct Unit;\n");
    workspace.assert_finds("files import each other in a circle: maps/map.rs -> maps/unit.rs -> maps/map.rs");
}

#[test]
fn a_folder_module_that_declares_and_re_exports_is_no_circle() {
    let workspace = Workspace::copy_of_ours();
    workspace.write("server/game/src/lib.rs", "//! Game.\nmod rules;\npub use rules::run;\n");
    workspace.write("server/game/src/rules/mod.rs", "//! Rules.\nmod fight;\nmod r#move;\npub use fight::run;\n");
    workspace.write("server/game/src/rules/fight.rs", "use super::walk::step;\npub fn run() {}\n");
    workspace.write("server/game/src/rules/walk.rs", "use super::*;\npub fn step() {}\n");
    workspace.assert_silent_about("server/game/src");
}

#[test]
fn the_sync_folder_of_the_browser_client_knows_no_game() {
    let workspace = Workspace::copy_of_ours();
    workspace.write(
        "client-demo/web/src/sync/net.ts",
        "import { io } from \"socket.io-client\";\nimport { Unit } from \"../game/unit\";\n",
    );
    workspace.write("client-demo/web/src/game/unit.ts", "export * from './map';\nexport interface Unit {}\n");
    workspace.write("client-demo/web/src/game/map.ts", "import type { Unit } from \"./unit.js\";\n");
    workspace.assert_finds("client-demo/web/src/sync/net.ts:2: forbidden arrow sync -> game");
    workspace.assert_finds("circle: game/map.ts -> game/unit.ts -> game/map.ts");
}

#[test]
fn long_files_are_found() {
    let workspace = Workspace::copy_of_ours();
    workspace.write("server/game/src/lib.rs", &"//\n".repeat(76));
    workspace.write("server/game/src/long.rs", &"//\n".repeat(601));
    workspace.write("server/app/src/main.rs", &"//\n".repeat(60));
    workspace.assert_finds("server/game/src/lib.rs: 76 lines exceed the limit of 75");
    workspace.assert_finds("server/game/src/long.rs: 601 lines exceed the limit of 600");
    workspace.assert_finds("server/app/src/main.rs: 60 lines exceed the limit of 59");
}

#[test]
fn a_crate_without_the_workspaces_lints_is_found() {
    let workspace = Workspace::copy_of_ours();
    let text = fs::read_to_string(workspace.0.join("server/host/Cargo.toml")).expect("the manifest was copied");
    workspace.write("server/host/Cargo.toml", &text.replace("[lints]\nworkspace = true", ""));
    workspace.assert_finds("server/host/Cargo.toml: must have `[lints] workspace = true`");
}

#[test]
fn a_path_of_one_machine_is_found() {
    let workspace = Workspace::copy_of_ours();
    workspace.write("README.md", concat!("Look in /ho", "me/me/muster\n"));
    workspace.assert_finds("README.md:1:");
}
