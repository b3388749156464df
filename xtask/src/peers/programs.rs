//! Building the programs, and command lines that run them on their cores.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use super::which::{Side, Which};
use crate::{process, web, workspace};

/// Where the other servers and the load client are, from the workspace root.
const PEERS: &str = "benches/peers";

/// The server has a core of its own, and so has the load client.
const SERVER_CORE: &str = "0";
const LOAD_CORE: &str = "1";

/// Puts a program before everything else on its core, where the system allows it: what else runs then costs it caches, but no time.
const REAL_TIME: [&str; 3] = ["chrt", "--rr", "1"];

/// The programs, built.
#[derive(Debug, Clone)]
pub struct Programs {
    root: PathBuf,
    built: PathBuf,
    /// Whether [`REAL_TIME`] is allowed.
    real_time: bool,
}

impl Programs {
    /// Where they are, without building them.
    pub fn at(root: &Path) -> Self {
        let [chrt, options @ ..] = REAL_TIME;
        let allowed = Command::new(chrt).args(options).arg("true").stderr(Stdio::null()).status();
        let real_time = allowed.is_ok_and(|status| status.success());
        Self { root: root.to_path_buf(), built: workspace::target_dir(root).join("release"), real_time }
    }

    /// The same programs at the usual priority: who computes all the time at that of real time is halted for a while each second.
    pub fn at_usual_priority(&self) -> Self {
        Self { real_time: false, ..self.clone() }
    }

    /// Builds all of them for speed.
    ///
    /// # Errors
    /// When a build fails, or Node or `taskset` is missing.
    pub fn build(root: &Path) -> Result<Self> {
        if process::find("taskset").is_none() {
            bail!("`taskset` is needed to give each program its core");
        }
        let examples = ["--example", "fanout", "--example", "fanout_counted"];
        process::run(process::cargo(root).args(["build", "--release", "-p", "transport"]).args(examples))?;
        process::run(process::cargo(root).args(["build", "--release", "-p", "benches", "--example", "worlds-server"]))?;
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
        let mut command = self.pinned(SERVER_CORE);
        match which {
            Which::Bare => command.arg(self.built.join("peers-bare")),
            Which::Oxide => command.arg(self.built.join("peers-oxide")),
            Which::Muster => command.arg(self.built.join("examples/fanout")),
            Which::Recovery => command.arg(self.built.join("examples/fanout")).arg("--recovery"),
            Which::Single => command.arg(self.built.join("examples/fanout")).arg("--single"),
            Which::Frames => command.arg(self.built.join("examples/fanout")).arg("--frames"),
            Which::Counted => command.arg(self.built.join("examples/fanout_counted")),
            Which::Node => command.arg("node").arg(self.root.join(PEERS).join("node/server.mjs")),
        };
        command.arg("--control");
        command
    }

    /// The command line of a server of the scripted worlds.
    pub fn worlds(&self, side: Side) -> Command {
        let mut command = self.pinned(SERVER_CORE);
        match side {
            Side::Muster => command.arg(self.built.join("examples/worlds-server")),
            Side::Colyseus => command.arg("node").arg(self.root.join(PEERS).join("node/worlds.mjs")),
        };
        command.arg("--control");
        command
    }

    /// The command line of a client that holds what it is shown and looks at it in the end.
    pub fn reader(&self, side: Side) -> Command {
        let mut command = self.pinned(LOAD_CORE);
        match side {
            Side::Muster => command.arg(self.built.join("peers-reader")),
            Side::Colyseus => command.arg("node").arg(self.root.join(PEERS).join("node/reader.mjs")),
        };
        command
    }

    /// The load client's command line.
    pub fn load(&self) -> Command {
        let mut command = self.pinned(LOAD_CORE);
        command.arg(self.built.join("peers-load")).arg("--control");
        command
    }

    /// The tools become what they start, so the process keeps its id. A shell raises the limit of open files first.
    fn pinned(&self, core: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -n $(ulimit -Hn); exec \"$0\" \"$@\""]);
        if self.real_time {
            command.args(REAL_TIME);
        }
        command.args(["taskset", "--cpu-list", core]).stdin(Stdio::piped()).stdout(Stdio::piped());
        command
    }
}
