//! The load client at work.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command};

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::cell::Cell;
use super::programs::Programs;
use super::server::Server;

/// A running load client with all its connections open; it ends when this is dropped.
#[derive(Debug)]
pub struct Load {
    child: Child,
    commands: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// One measurement, as the load client prints it; see `benches/peers/src/load/window.rs`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[allow(missing_docs)]
pub struct Report {
    pub clients: usize,
    pub seconds: f64,
    pub events: u64,
    pub bytes: u64,
    pub missing: u64,
    pub closed: u64,
    pub pings: u64,
    pub reads: u64,
    pub events_per_second: f64,
    pub server_seconds: f64,
    pub server_us_per_event: f64,
    pub server_busy: f64,
    pub client_busy: f64,
    pub p50_ms: f64,
    pub p90_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
}

/// How all connections came back.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Reconnected {
    /// Clients that are in.
    pub reconnected: usize,
    /// From the first to drop to the last to be back.
    pub seconds: f64,
}

#[derive(Deserialize)]
struct Opened {
    opened: usize,
}

impl Load {
    /// Starts the client and waits until all connections of `cell` have joined.
    ///
    /// # Errors
    /// When they do not.
    pub fn open(programs: &Programs, server: &Server, cell: &Cell, more: &[&str]) -> Result<Self> {
        let mut command = programs.load();
        command.args(["--clients", &cell.clients.to_string(), "--parser", cell.parser.name()]).args(more);
        Self::run(command, server, cell.clients)
    }

    /// Starts the client of this command line and waits until all its connections have joined.
    ///
    /// # Errors
    /// When they do not.
    pub fn run(mut command: Command, server: &Server, clients: usize) -> Result<Self> {
        command.args(["--connect", &server.address, "--server-pid", &server.pid().to_string()]);
        let mut child = command.spawn().context("the load client cannot be started")?;
        let commands = child.stdin.take().context("the input was asked for")?;
        let output = BufReader::new(child.stdout.take().context("the output was asked for")?);
        let mut load = Self { child, commands, output };
        let opened: Opened = load.answer()?;
        anyhow::ensure!(opened.opened == clients, "only {} of {clients} clients joined", opened.opened);
        Ok(load)
    }

    /// Measures for `seconds`.
    ///
    /// # Errors
    /// When client or server have ended.
    pub fn measure(&mut self, seconds: f64) -> Result<Report> {
        writeln!(self.commands, "measure {seconds}").context("the load client has ended")?;
        self.answer()
    }

    /// Begins a measurement that [`end`](Self::end) ends.
    ///
    /// # Errors
    /// When the client has ended.
    pub fn begin(&mut self) -> Result<()> {
        writeln!(self.commands, "begin").context("the load client has ended")
    }

    /// Ends a measurement.
    ///
    /// # Errors
    /// When client or server have ended.
    pub fn end(&mut self) -> Result<Report> {
        writeln!(self.commands, "end").context("the load client has ended")?;
        self.answer()
    }

    /// Drops every connection and opens it anew, spread over `seconds`.
    ///
    /// # Errors
    /// When client or server have ended.
    pub fn reconnect(&mut self, seconds: f64) -> Result<Reconnected> {
        writeln!(self.commands, "reconnect {seconds}").context("the load client has ended")?;
        self.answer()
    }

    /// Stops the client's process: its connections stay open and fall silent.
    ///
    /// # Errors
    /// When the client has ended.
    pub fn freeze(&self) -> Result<()> {
        let status = Command::new("kill").args(["-STOP", &self.child.id().to_string()]).status()?;
        anyhow::ensure!(status.success(), "the load client has ended");
        Ok(())
    }

    fn answer<T: DeserializeOwned>(&mut self) -> Result<T> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line).context("the load client has ended")
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
