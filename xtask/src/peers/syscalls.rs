//! T3: calls into the kernel that send, for a delivered event, counted by strace.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::cell::{Cell, Parser};
use super::findings::Findings;
use super::load::Load;
use super::programs::Programs;
use super::server::Server;
use super::which::Which;
use crate::process;

/// What sends to a socket.
const SENDING: [&str; 4] = ["sendto", "sendmsg", "sendmmsg", "writev"];

/// libuv sends with this, too; in Rust it wakes a runtime or writes to a file.
const WRITE: &str = "write";

/// Connections. Few, as strace makes every call dear.
const CLIENTS: usize = 200;

/// Counts on each of `servers` with both parsers for `seconds`.
///
/// # Errors
/// When strace is missing, or a server or the load client fails.
pub fn run(programs: &Programs, servers: &[Which], seconds: f64) -> Result<Findings> {
    if process::find("strace").is_none() {
        bail!("strace is needed to count calls (apt-get install strace)");
    }
    let mut found = Findings::default();
    let mut text = String::from(
        "| server | parser | sends per event | which | other writes per event |\n|---|---|---:|---|---:|\n",
    );
    let mut worst: f64 = 0.0;
    for which in servers {
        for parser in [Parser::Json, Parser::Msgpack] {
            eprintln!("  calls that send, {}: {}", parser.name(), which.label());
            let cell = Cell { parser, ..Cell::json(CLIENTS, 200, false) };
            let (events, calls) = count(programs, *which, &cell, seconds)?;
            let of = |name: &str| calls.get(name).copied().unwrap_or(0) as f64 / events as f64;
            let (written, by_write) = if *which == Which::Node { (of(WRITE), 0.0) } else { (0.0, of(WRITE)) };
            let sent = SENDING.iter().map(|name| of(name)).sum::<f64>() + written;
            let mut names: Vec<&str> = calls.keys().map(String::as_str).collect();
            names.retain(|name| *name != WRITE || *which == Which::Node);
            let row =
                [which.label(), parser.name(), &format!("{sent:.3}"), &names.join(", "), &format!("{by_write:.3}")];
            text.push_str(&format!("| {} |\n", row.join(" | ")));
            found.figure(format!("sends/{}/{}", parser.name(), which.name()), sent, "per event");
            if *which == Which::Muster {
                worst = worst.max(sent);
            }
        }
    }
    if worst > 0.0 {
        // Rounded, as a heartbeat or two may fall into the time.
        let value = (worst * 100.0).round() / 100.0;
        found.at_most("T3", "calls that send, for a delivered event, the worse parser", value, "per event", 1.0);
    }
    found.section("Calls that send", &text);
    Ok(found)
}

/// Delivered events and calls by name while nothing else was going on.
fn count(programs: &Programs, which: Which, cell: &Cell, seconds: f64) -> Result<(u64, BTreeMap<String, u64>)> {
    let mut server = Server::start(programs, which, cell, &["--rate", "0"])?;
    let mut load = Load::open(programs, &server, cell, &[])?;
    // Whatever follows the opening is over.
    sleep(Duration::from_millis(500));
    let file = std::env::temp_dir().join(format!("muster-strace-{}", server.pid()));
    let mut strace = attach(server.pid(), &file)?;
    load.begin()?;
    server.rate(20.0)?;
    sleep(Duration::from_secs_f64(seconds));
    server.rate(0.0)?;
    sleep(Duration::from_millis(500));
    let report = load.end()?;
    Command::new("kill").args(["-INT", &strace.id().to_string()]).status()?;
    strace.wait()?;
    let text = fs::read_to_string(&file).context("strace left no summary")?;
    fs::remove_file(&file)?;
    if report.events == 0 {
        bail!("no event was delivered under strace");
    }
    Ok((report.events, parse(&text)))
}

fn attach(pid: u32, file: &std::path::Path) -> Result<Child> {
    let traced = format!("trace={},{WRITE}", SENDING.join(","));
    let mut command = Command::new("strace");
    command.args(["-f", "-c", "-e", &traced, "-p", &pid.to_string(), "-o"]).arg(file);
    let child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().context("strace cannot be started")?;
    for _ in 0..100 {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).context("the server is gone")?;
        if status.lines().any(|line| line.strip_prefix("TracerPid:").is_some_and(|tracer| tracer.trim() != "0")) {
            // Its other threads follow at once.
            sleep(Duration::from_millis(300));
            return Ok(child);
        }
        sleep(Duration::from_millis(50));
    }
    bail!("strace cannot attach to the server")
}

/// Calls by name in the summary of `strace -c`.
fn parse(summary: &str) -> BTreeMap<String, u64> {
    let rows = summary.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (name, calls) = (words.last()?, words.get(3)?);
        words.first()?.parse::<f64>().ok()?;
        (*name != "total").then_some(((*name).to_owned(), calls.parse().ok()?))
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_of_strace_is_read_with_and_without_errors() {
        let calls = parse(
            "% time     seconds  usecs/call     calls    errors syscall\n\
             ------ ----------- ----------- --------- --------- ----------------\n\
             \x20 99.10    0.120000          30      4000           sendto\n\
             \x20  0.90    0.001000          10       100         7 writev\n\
             ------ ----------- ----------- --------- --------- ----------------\n\
             100.00    0.121000                  4100         7 total\n",
        );
        assert_eq!(calls, BTreeMap::from([("sendto".to_owned(), 4_000), ("writev".to_owned(), 100)]));
    }
}
