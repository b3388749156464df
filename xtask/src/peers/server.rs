//! A server under measurement.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::cell::Cell;
use super::programs::Programs;
use super::which::Which;

/// A running server; it ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    commands: ChildStdin,
    output: BufReader<ChildStdout>,
    /// What it listens on.
    pub address: String,
}

/// What a server tells about its ticks.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Ticks {
    /// Ticks that ran.
    pub ticks: u64,
    /// Ticks left out because the one before took too long.
    pub skipped: u64,
    /// Most a tick began behind its deadline, in milliseconds.
    pub late_max_ms: f64,
    /// Longest tick, in milliseconds.
    pub long_max_ms: f64,
}

impl Server {
    /// Starts a server for `cell` and waits until it listens.
    ///
    /// # Errors
    /// When it does not.
    pub fn start(programs: &Programs, which: Which, cell: &Cell, more: &[&str]) -> Result<Self> {
        let mut command = programs.server(which);
        command.args(cell.flags()).args(more);
        Self::run(command, which.label())
    }

    /// Starts the server of this command line and waits until it listens.
    ///
    /// # Errors
    /// When it does not.
    pub fn run(mut command: Command, label: &str) -> Result<Self> {
        let mut child = command.spawn().with_context(|| format!("{label} cannot be started"))?;
        let commands = child.stdin.take().context("the input was asked for")?;
        let mut output = BufReader::new(child.stdout.take().context("the output was asked for")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let Some(address) = line.trim().strip_prefix("listening ") else {
            bail!("{label} said {line:?} instead of its address");
        };
        Ok(Self { child, commands, output, address: address.to_owned() })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in bytes.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn resident(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).context("the server is gone")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the server is gone")?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kibibytes * 1_024)
    }

    /// Changes the tick rate; 0 stops the ticks.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn rate(&mut self, hertz: f64) -> Result<()> {
        writeln!(self.commands, "rate {hertz}").context("the server is gone")
    }

    /// What has happened to the ticks since the last time.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn ticks(&mut self) -> Result<Ticks> {
        Ok(serde_json::from_value(self.stats()?)?)
    }

    /// Everything the server tells about itself.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn stats(&mut self) -> Result<serde_json::Value> {
        writeln!(self.commands, "stats").context("the server is gone")?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line).with_context(|| format!("{line:?} are no figures"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
