//! Building the programs, and command lines that run them on their cores.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::which::Which;
use crate::{process, web, workspace};

/// Where the other servers and the load client are, from the workspace root.
const PEERS: &str = "benches/peers";

/// The server has a core of its own, and so has the load client.
const SERVER_CORE: &str = "0";
const LOAD_CORE: &str = "1";

/// Above what else runs on the machine, where the system allows it.
const PRIORITY: &str = "-15";

/// The programs, built.
#[derive(Debug, Clone)]
pub struct Programs {
    root: PathBuf,
    built: PathBuf,
}

impl Programs {
    /// Where they are, without building them.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf(), built: workspace::target_dir(root).join("release") }
    }

    /// Builds all of them for speed.
    ///
    /// # Errors
    /// When a build fails, or Node or `taskset` is missing.
    pub fn build(root: &Path) -> Result<Self> {
        for tool in ["taskset", "nice"] {
            if process::find(tool).is_none() {
                bail!("`{tool}` is needed to give each program its core");
            }
        }
        process::run(process::cargo(root).args(["build", "--release", "-p", "transport", "--examples"]))?;
        let manifest = format!("{PEERS}/Cargo.toml");
        let target = workspace::target_dir(root);
        let mut peers = process::cargo(root);
        peers.args(["build", "--release", "--locked", "--manifest-path", &manifest, "--target-dir"]).arg(target);
        process::run(&mut peers)?;
        web::require_node()?;
        web::install(&root.join(PEERS).join("node"))?;
        Ok(Self::at(root))
    }

    /// A server's command line: with its flags, on its core, obeying commands.
    pub fn server(&self, which: Which) -> Command {
        let mut command = pinned(SERVER_CORE);
        match which {
            Which::Bare => command.arg(self.built.join("peers-bare")),
            Which::Oxide => command.arg(self.built.join("peers-oxide")),
            Which::Muster => command.arg(self.built.join("examples/fanout")),
            Which::Frames => command.arg(self.built.join("examples/fanout")).arg("--frames"),
            Which::Node => command.arg("node").arg(self.root.join(PEERS).join("node/server.mjs")),
        };
        command.arg("--control");
        command
    }

    /// The load client's command line.
    pub fn load(&self) -> Command {
        let mut command = pinned(LOAD_CORE);
        command.arg(self.built.join("peers-load")).arg("--control");
        command
    }

    /// The command line of another program of the release build, on the server's core.
    pub fn other(&self, path: &str) -> Command {
        let mut command = pinned(SERVER_CORE);
        command.arg(self.built.join(path));
        command
    }
}

/// `nice` and `taskset` become what they start, so the process keeps its id. A shell raises the limit of open files first.
fn pinned(core: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n $(ulimit -Hn); exec nice -n \"$0\" taskset -c \"$@\"", PRIORITY, core]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}
