//! T4: heap allocations of a broadcast, which must not grow with the number of clients.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};

use super::cell::{Cell, Parser};
use super::findings::Findings;
use super::load::Load;
use super::programs::Programs;
use super::server::Server;
use super::which::Which;

/// Numbers of clients between which the growth is taken.
const CLIENTS: [usize; 2] = [100, 1_000];

/// Most allocations for an event and client: none, but for a list that doubles now and then.
const LIMIT: f64 = 0.005;

/// Counts the allocations of Muster's ticks for `seconds`.
///
/// # Errors
/// When the server or the load client fails.
pub fn run(programs: &Programs, seconds: f64) -> Result<Findings> {
    let mut found = Findings::default();
    let mut text = String::from(
        "| payload | parser | allocations per tick, 100 clients | 1,000 clients | per event and client |\n|---|---|---:|---:|---:|\n",
    );
    let mut worst = f64::NAN;
    for (per_client, parser) in [(false, Parser::Json), (false, Parser::Msgpack), (true, Parser::Json)] {
        let mut ticks = [0.0; 2];
        for (clients, per_tick) in CLIENTS.into_iter().zip(&mut ticks) {
            eprintln!("  allocations, {clients} clients, {}", parser.name());
            *per_tick = count(programs, &Cell { clients, bytes: 200, per_client, parser }, seconds)?;
        }
        let [few, many] = ticks;
        let each = (many - few) / (CLIENTS[1] - CLIENTS[0]) as f64;
        let payload = if per_client { "per client" } else { "shared" };
        text.push_str(&format!("| {payload} | {} | {few:.1} | {many:.1} | {each:.4} |\n", parser.name()));
        found.figure(format!("allocations/{payload}/{}", parser.name()), each, "per event and client");
        if !per_client {
            worst = worst.max(each);
        }
    }
    let what = "heap allocations for a shared event and client, the worse parser";
    found.at_most("T4", what, worst, "per event and client", LIMIT);
    found.section("Allocations of a tick", &text);
    Ok(found)
}

/// Allocations of one tick.
fn count(programs: &Programs, cell: &Cell, seconds: f64) -> Result<f64> {
    let mut server = Server::start(programs, Which::Counted, cell, &["--rate", "0"])?;
    let load = Load::open(programs, &server, cell, &[])?;
    server.rate(20.0)?;
    // The first ticks find their buffers empty.
    sleep(Duration::from_secs(1));
    let before = read(&mut server)?;
    sleep(Duration::from_secs_f64(seconds));
    let after = read(&mut server)?;
    drop(load);
    Ok((after.0 - before.0) / after.1.max(1.0))
}

/// Allocations since the start, and ticks since the last time.
fn read(server: &mut Server) -> Result<(f64, f64)> {
    let stats = server.stats()?;
    let figure = |name: &str| stats.get(name).and_then(serde_json::Value::as_f64);
    figure("allocations").zip(figure("ticks")).context("the server counts no allocations")
}
