//! T5: the most events a second that a server delivers: its tick rate is raised until it cannot hold it.

use anyhow::Result;

use super::cell::Cell;
use super::findings::Findings;
use super::load::{Load, Report};
use super::programs::Programs;
use super::sample::median;
use super::server::Server;
use super::which::Which;

/// Least share of the asked events that must arrive.
const HELD: f64 = 0.97;

/// Growth of the rate while none was too high, and how near the lowest that was too high is to the highest that was not at the
/// end.
const GROWTH: f64 = 1.3;
const FINEST: f64 = 1.05;

/// What the reader of the table has to know.
const TOGETHER: &str = "\nWho is behind runs up to 16 overdue ticks. Muster sends these together, in one write for each client (`emit_all`). \
    socketioxide's connections put together what has piled up in their channels. The floor makes one write of each event.\n";

/// Least of Muster's events for one of socketioxide's.
const LIMIT: f64 = 1.6;

/// Seconds of settling after a change of the rate.
const SETTLE: f64 = 0.5;

/// Raises the rate of each of `servers`, `rounds` times in turns; a step is measured for `seconds`.
///
/// # Errors
/// When a server or the load client fails.
pub fn run(programs: &Programs, cell: &Cell, servers: &[Which], rounds: usize, seconds: f64) -> Result<Findings> {
    let programs = &programs.at_usual_priority();
    let mut all: Vec<(Which, Vec<Report>)> = servers.iter().map(|which| (*which, Vec::new())).collect();
    for round in 1..=rounds {
        for (which, most) in &mut all {
            let report = climb(programs, *which, cell, seconds)?;
            eprintln!("  {cell}, round {round}: {} holds {:.0} events/s", which.label(), report.events_per_second);
            most.push(report);
        }
    }
    let mut found = Findings::default();
    let mut text = String::from(
        "| server | events/s | server busy | client busy | µs/event | p99 ms |\n|---|---:|---:|---:|---:|---:|\n",
    );
    for (which, reports) in &all {
        let of = |get: fn(&Report) -> f64| median(reports.iter().map(get));
        let rate = of(|r| r.events_per_second);
        let (low, high) = reports.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), r| {
            (low.min(r.events_per_second), high.max(r.events_per_second))
        });
        found.spread(format!("saturation/{}", which.name()), (rate, low, high), "events/s");
        text.push_str(&format!(
            "| {} | {rate:.0} | {:.0} % | {:.0} % | {:.2} | {:.1} |\n",
            which.label(),
            of(|r| r.server_busy) * 100.0,
            of(|r| r.client_busy) * 100.0,
            of(|r| r.server_us_per_event),
            of(|r| r.p99_ms),
        ));
    }
    let rates = |wanted| all.iter().find(|(which, _)| *which == wanted).map(|(_, reports)| reports);
    if let (Some(ours), Some(theirs)) = (rates(Which::Muster), rates(Which::Oxide)) {
        let ratio = median(ours.iter().zip(theirs).map(|(a, b)| a.events_per_second / b.events_per_second));
        found.at_least(
            "T5",
            "events a second at saturation, 1,000 clients, overdue ticks together",
            ratio,
            "x socketioxide",
            LIMIT,
        );
    }
    text.push_str(TOGETHER);
    found.section(&format!("Saturation: {cell}"), &text);
    Ok(found)
}

/// The measurement at the highest rate that was held.
fn climb(programs: &Programs, which: Which, cell: &Cell, seconds: f64) -> Result<Report> {
    let mut step = Step::open(programs, which, cell)?;
    let (mut held, mut broken) = (20.0, None);
    let mut best = step.at(held, seconds)?;
    // What half the core is enough for at the cost of a slow tick comes next.
    let mut rate = (0.5e6 / best.server_us_per_event / cell.clients as f64).max(held * GROWTH);
    // What else runs on the machine may break a rate that the server holds, so each has two tries.
    let mut tried = false;
    loop {
        let report = step.at(rate, seconds)?;
        let asked = rate * cell.clients as f64;
        if report.closed > 0 {
            step = Step::open(programs, which, cell)?;
        }
        if report.closed == 0 && report.events_per_second >= asked * HELD {
            (held, best) = (rate, report);
        } else if std::mem::replace(&mut tried, true) {
            broken = Some(rate);
        } else {
            continue;
        }
        tried = false;
        rate = match broken {
            Some(broken) if broken / held < FINEST => return Ok(best),
            Some(broken) => (held * broken).sqrt(),
            None => held * GROWTH,
        };
    }
}

/// A server and its clients.
struct Step {
    server: Server,
    load: Load,
}

impl Step {
    fn open(programs: &Programs, which: Which, cell: &Cell) -> Result<Self> {
        let server = Server::start(programs, which, cell, &[])?;
        let load = Load::open(programs, &server, cell, &[])?;
        Ok(Self { server, load })
    }

    fn at(&mut self, rate: f64, seconds: f64) -> Result<Report> {
        self.server.rate(rate)?;
        let settling = self.load.measure(SETTLE)?;
        let mut report = self.load.measure(seconds)?;
        report.closed += settling.closed;
        // What has piled up leaves before the next step.
        self.server.rate(20.0)?;
        self.load.measure(SETTLE)?;
        Ok(report)
    }
}
