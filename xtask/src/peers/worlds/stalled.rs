//! A client that stops reading while everything moves: what of the world is wrong in it once it has read on and the world stands
//! still. Real clients that decode: Colyseus' own SDK, and the mirror of Muster's wire crate.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::super::findings::Findings;
use super::super::programs::Programs;
use super::super::server::Server;
use super::super::size::Size;
use super::super::which::Side;

/// Seconds before the client is stopped, while it is, and from when it goes on to the world's last tick.
const BEFORE: f64 = 1.0;
const STALLED: f64 = 10.0;
const AFTER: f64 = 3.0;
/// Seconds that starting may take.
const STARTING: f64 = 2.0;

/// The heartbeat of both servers, in milliseconds: Muster's usual one. With Colyseus' own, of three seconds, a client that is
/// silent for six to nine is closed and has to join again.
const HEARTBEAT: &str = "25000";

/// Stops a client of each server.
pub(super) fn run(programs: &Programs, size: Size) -> Result<Findings> {
    let mut found = Findings::default();
    let mut text =
        String::from("| server | entities | wrong | frames | what else the client tells |\n|---|---:|---:|---:|---|\n");
    for side in Side::BOTH {
        let told =
            once(programs, side, size.pick(2.0, STALLED)).with_context(|| format!("{}, stalled", side.name()))?;
        let number = |name: &str| told[name].as_u64().with_context(|| format!("no {name} in {told}"));
        let (entities, wrong, frames) = (number("entities")?, number("wrong")?, number("frames")?);
        let rest: Vec<String> = told
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, value)| !["entities", "wrong", "frames"].contains(&name.as_str()) && !value.is_null())
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        text.push_str(&format!("| {} | {entities} | {wrong} | {frames} | {} |\n", side.name(), rest.join(", ")));
        found.figure(format!("stalled/{}/wrong", side.name()), wrong as f64, "entities");
        if side == Side::Muster {
            ensure!(wrong == 0, "{wrong} of {entities} entities are wrong in a client of Muster that was stopped");
            let what = "wrong entities in a client that was stopped for seconds, 4,000 entities moving";
            found.at_most("S11.stalled", what, wrong as f64, "entities", 0.0);
        }
    }
    found.section("A stalled reader", &text);
    Ok(found)
}

fn once(programs: &Programs, side: Side, stalled: f64) -> Result<Value> {
    eprintln!("  a stalled reader: {}", side.name());
    let ticks = ((STARTING + BEFORE + stalled + AFTER) * 20.0).round().to_string();
    let mut command = programs.worlds(side);
    command.args(["--world", "crowd", "--clients", "1", "--ticks", &ticks, "--ping-interval", HEARTBEAT]);
    let server = Server::run(command, side.name())?;
    let mut command = programs.reader(side);
    command.args(["--connect", &server.address, "--ticks", &ticks]);
    let mut reader = Reader::start(command)?;
    reader.line()?;
    sleep(Duration::from_secs_f64(BEFORE));
    reader.signal("STOP")?;
    sleep(Duration::from_secs_f64(stalled));
    reader.signal("CONT")?;
    reader.line()
}

/// A running client; it ends when this is dropped.
struct Reader {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Reader {
    fn start(mut command: Command) -> Result<Self> {
        let mut child = command.spawn().context("the reader cannot be started")?;
        let output = BufReader::new(child.stdout.take().context("the output was asked for")?);
        Ok(Self { child, output })
    }

    fn line(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line).context("the reader has ended")
    }

    fn signal(&self, name: &str) -> Result<()> {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status()?;
        ensure!(status.success(), "the reader has ended");
        Ok(())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
