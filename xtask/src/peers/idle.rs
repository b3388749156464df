//! T2: memory of idle connections, and whether their heartbeat holds.

use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;

use super::cell::Cell;
use super::findings::Findings;
use super::load::Load;
use super::programs::Programs;
use super::server::Server;
use super::which::Which;

/// Heartbeat of the measurement, short enough for several pings: interval and timeout in milliseconds.
const HEARTBEAT: [&str; 4] = ["--ping-interval", "10000", "--ping-timeout", "5000"];

/// Most resident memory for an idle connection, in KiB.
const LIMIT: f64 = 8.0;

/// Opens `clients` connections to each of `servers` and holds them for `seconds`.
///
/// # Errors
/// When a server or the load client fails.
pub fn run(programs: &Programs, servers: &[Which], clients: usize, seconds: f64) -> Result<Findings> {
    let mut found = Findings::default();
    let mut text =
        String::from("| server | KiB per connection | after holding | pings | lost |\n|---|---:|---:|---:|---:|\n");
    for which in servers {
        eprintln!("  {clients} idle connections for {seconds} s: {}", which.label());
        let cell = Cell::json(clients, 200, false);
        let server = Server::start(programs, *which, &cell, &[&["--rate", "0"], &HEARTBEAT[..]].concat())?;
        let before = server.resident()?;
        let mut load = Load::open(programs, &server, &cell, &["--sources", "4"])?;
        load.begin()?;
        // The last handshakes' leftovers are freed.
        sleep(Duration::from_secs(1));
        let each = |now: u64| now.saturating_sub(before) as f64 / clients as f64 / 1_024.0;
        let opened = each(server.resident()?);
        sleep(Duration::from_secs_f64(seconds));
        let held = each(server.resident()?);
        let report = load.end()?;
        let name = format!("idle-{clients}/{}", which.name());
        found.figure(format!("{name}/memory"), opened.max(held) * 1_024.0, "B");
        found.figure(format!("{name}/lost"), report.closed as f64, "connections");
        text.push_str(&format!(
            "| {} | {opened:.2} | {held:.2} | {} | {} |\n",
            which.label(),
            report.pings,
            report.closed
        ));
        if *which == Which::Muster {
            let what = "resident memory for an idle WebSocket connection";
            found.at_most("T2", what, opened.max(held), "KiB", LIMIT);
            let lost = report.closed as f64;
            found.at_most(
                "T2.lost",
                "idle connections lost, to their heartbeat or otherwise",
                lost,
                "connections",
                0.0,
            );
        }
    }
    found.section(&format!("{clients} idle connections, {seconds} s"), &text);
    Ok(found)
}
