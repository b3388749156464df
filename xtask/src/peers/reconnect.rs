//! T7: all clients drop and come back within a second.

use anyhow::Result;

use super::cell::Cell;
use super::findings::Findings;
use super::load::Load;
use super::programs::Programs;
use super::sample::median;
use super::server::Server;
use super::which::Which;

/// Longest time until all are back, from the first to drop, in seconds.
const BACK: f64 = 5.0;

/// Most a tick may begin behind its deadline meanwhile, in milliseconds.
const LATE: f64 = 50.0;

/// Drops all clients of `cell` within a second, on each of `servers`, `rounds` times.
///
/// # Errors
/// When a server or the load client fails.
pub fn run(programs: &Programs, cell: &Cell, servers: &[Which], rounds: usize) -> Result<Findings> {
    let mut found = Findings::default();
    let mut text =
        String::from("| server | all back after, s | latest tick, ms | longest tick, ms |\n|---|---:|---:|---:|\n");
    for which in servers {
        eprintln!("  {} clients reconnect: {}", cell.clients, which.label());
        let (mut back, mut late, mut long) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            let mut server = Server::start(programs, *which, cell, &[])?;
            let mut load = Load::open(programs, &server, cell, &[])?;
            load.measure(1.0)?;
            server.ticks()?;
            back.push(load.reconnect(1.0)?.seconds);
            let ticks = server.ticks()?;
            late.push(ticks.late_max_ms);
            long.push(ticks.long_max_ms);
        }
        let (back, late, long) = (median(back), median(late), median(long));
        text.push_str(&format!("| {} | {back:.2} | {late:.1} | {long:.1} |\n", which.label()));
        let name = format!("reconnect-{}/{}", cell.clients, which.name());
        found.figure(format!("{name}/back"), back, "s");
        found.figure(format!("{name}/late"), late, "ms");
        if *which == Which::Muster {
            found.at_most("T7", "1,000 clients reconnect within a second: until all are back", back, "s", BACK);
            found.at_most("T7.late", "the latest tick while they reconnect", late, "ms", LATE);
        }
    }
    found.section(&format!("{} clients reconnect within a second", cell.clients), &text);
    Ok(found)
}
