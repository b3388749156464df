//! T6: clients that stop reading: what they cost in memory, what they cost the others, and whether they are let go; and how soon
//! the server notices clients that have fallen silent.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::cell::Cell;
use super::findings::Findings;
use super::load::{Load, Report};
use super::programs::Programs;
use super::sample::median;
use super::server::Server;
use super::which::Which;

/// Most memory for a stalled client, in KiB.
const MEMORY: f64 = 256.0;

/// Most that the others' p99 may grow to.
const GROWTH: f64 = 1.05;

/// Ticks a second: enough for a stalled client to reach its bound within a measurement.
const RATE: &str = "50";

/// Heartbeat of the clients that fall silent: interval and timeout, in seconds.
const HEARTBEAT: [f64; 2] = [2.0, 1.0];

/// Longest time until they are noticed, in such intervals and timeouts: those and the way to the last of them.
const NOTICED: f64 = 1.05;

/// One measurement with some clients stalled.
struct Held {
    report: Report,
    /// Growth of resident memory, at its highest.
    grown: u64,
    /// Stalled clients that the server has let go.
    gone: u64,
}

/// Measures `rounds` times with all clients of `cell` reading, and with `stalled` of them never reading, for `seconds` each.
///
/// The others are compared with those of a server all of whose clients read: until its buffers are full nothing tells that a
/// client has stopped, so it is sent what it would be sent otherwise. What the others would have without these clients at all
/// is measured too.
///
/// # Errors
/// When a server or the load client fails.
pub fn run(programs: &Programs, cell: &Cell, stalled: usize, rounds: usize, seconds: f64) -> Result<Findings> {
    let (mut growth, mut beside, mut memory, mut gone) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut text = String::from(
        "p99 of the others, when those who stall here read, when they stall, and when they are not there:\n\n\
         | round | read, ms | stall, ms | not there, ms | KiB per stalled client | let go |\n\
         |---:|---:|---:|---:|---:|---:|\n",
    );
    for round in 1..=rounds {
        eprintln!("  {cell}, round {round}: {stalled} stalled");
        let some = stalled.to_string();
        let without = hold(programs, &Cell { clients: cell.clients - stalled, ..*cell }, &[], seconds)?;
        let with = hold(programs, cell, &["--stalled", &some], seconds)?;
        let reading = hold(programs, cell, &["--aside", &some], seconds)?;
        // What grows without them is not theirs.
        let each = with.grown.saturating_sub(without.grown) as f64 / stalled as f64 / 1_024.0;
        let [reading, p99, without] = [&reading, &with, &without].map(|held| held.report.p99_ms);
        text.push_str(&format!(
            "| {round} | {reading:.2} | {p99:.2} | {without:.2} | {each:.0} | {} of {stalled} |\n",
            with.gone
        ));
        growth.push(p99 / reading);
        beside.push(p99 / without);
        memory.push(each);
        gone.push(with.gone as f64);
    }
    let mut found = Findings::default();
    let (growth, memory, gone) = (median(growth), median(memory), median(gone));
    found.figure("slow/p99-growth", growth, "x");
    found.figure("slow/p99-beside-none", median(beside), "x");
    found.figure("slow/memory", memory * 1_024.0, "B");
    found.at_most("T6", "memory for a stalled client, 100 of 1,000", memory, "KiB", MEMORY);
    found.at_most("T6.others", "p99 of the others when they stall, and when they read", growth, "x", GROWTH);
    found.at_least("T6.gone", "stalled clients the server lets go", gone, "clients", stalled as f64);
    found.section(&format!("{stalled} of {} clients stall", cell.clients), &text);
    let noticed = silence(programs, cell)?;
    found.figure("slow/noticed", noticed, "s");
    let share = noticed / HEARTBEAT.iter().sum::<f64>();
    found.at_most("T6.noticed", "silent clients noticed, after ping interval and timeout", share, "x", NOTICED);
    Ok(found)
}

/// Seconds until the server has ended the sessions of all clients of `cell`, which neither read nor answer any more.
fn silence(programs: &Programs, cell: &Cell) -> Result<f64> {
    eprintln!("  {} clients fall silent", cell.clients);
    let [interval, timeout] = HEARTBEAT.map(|seconds| (seconds * 1e3).to_string());
    let heartbeat = ["--rate", "0", "--ping-interval", &interval, "--ping-timeout", &timeout];
    let mut server = Server::start(programs, Which::Muster, cell, &heartbeat)?;
    let load = Load::open(programs, &server, cell, &[])?;
    load.freeze()?;
    let started = Instant::now();
    while started.elapsed().as_secs_f64() < 10.0 * HEARTBEAT.iter().sum::<f64>() {
        if server.stats()?.get("sessions").and_then(serde_json::Value::as_u64) == Some(0) {
            return Ok(started.elapsed().as_secs_f64());
        }
        sleep(Duration::from_millis(20));
    }
    bail!("the server never noticed that its clients have fallen silent")
}

fn hold(programs: &Programs, cell: &Cell, some: &[&str], seconds: f64) -> Result<Held> {
    let mut server = Server::start(programs, Which::Muster, cell, &["--rate", RATE])?;
    let mut load = Load::open(programs, &server, cell, some)?;
    let before = server.resident()?;
    let mut most = before;
    load.begin()?;
    for _ in 0..(seconds * 10.0) as usize {
        sleep(Duration::from_millis(100));
        most = most.max(server.resident()?);
    }
    let report = load.end()?;
    let stats = server.stats()?;
    let gone = stats.pointer("/closes/queue full").and_then(serde_json::Value::as_u64).unwrap_or(0);
    Ok(Held { report, grown: most - before, gone })
}
