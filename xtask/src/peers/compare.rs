//! T1: processor time for a delivered event, beside the other servers.

use anyhow::Result;

use super::cell::{Cell, Parser};
use super::findings::Findings;
use super::programs::Programs;
use super::rounds::{Plan, Taken};
use super::sample::Sample;
use super::table;
use super::which::Which;
use crate::bench::chart::Bar;

/// Most that Muster may take of what another server takes: the target's name, what of Muster, the server, its unit and the limit.
const LIMITS: [(&str, Which, Which, &str, f64); 4] = [
    ("T1", Which::Muster, Which::Bare, "x bare writer", 1.20),
    ("T1.recovery", Which::Recovery, Which::Bare, "x bare writer", 1.20),
    ("T1.socketioxide", Which::Muster, Which::Oxide, "x socketioxide", 0.60),
    ("T1.node", Which::Muster, Which::Node, "x Node, default parser", 0.25),
];

/// Measures all `cells` on all `servers`.
///
/// # Errors
/// When a server or the load client fails.
pub fn run(programs: &Programs, cells: &[Cell], servers: &[Which], plan: Plan) -> Result<Findings> {
    let mut all = Vec::new();
    for cell in cells {
        let taken = Taken::take(programs, *cell, servers, plan)?;
        print!("{}", table::terminal(&taken));
        all.push(taken);
    }
    Ok(findings(&all))
}

fn findings(all: &[Taken]) -> Findings {
    let mut found = Findings::default();
    found.sections.push_str("\n## Servers beside each other\n");
    let mut turns = csv_head();
    for taken in all {
        found.sections.push_str(&table::markdown(taken));
        for (which, samples) in &taken.samples {
            let name = format!("{}/{}", taken.cell.name(), which.name());
            let mut figure = |what: &str, unit: &str, of: &dyn Fn(&Sample) -> f64| {
                if let Some(spread) = taken.figure(*which, of) {
                    found.spread(format!("{name}/{what}"), spread, unit);
                }
            };
            figure("cpu", "ns", &|s| s.report.server_us_per_event * 1e3);
            figure("p50", "ms", &|s| s.report.p50_ms);
            figure("p99", "ms", &|s| s.report.p99_ms);
            figure("memory", "B", &|s| s.bytes_per_connection);
            if let Some(ratio) = taken.ratio(Which::Muster, *which).filter(|_| *which != Which::Muster) {
                found.figure(format!("{}/muster-to-{}", taken.cell.name(), which.name()), ratio, "x");
            }
            let value = taken.cost(*which).unwrap_or_default() * 1e3;
            found.bars.push(Bar { label: name, group: which.name().to_owned(), value });
            for (turn, sample) in samples.iter().enumerate() {
                turns.push_str(&csv_line(&taken.cell, *which, turn + 1, sample));
            }
        }
    }
    for (id, ours, peer, unit, limit) in LIMITS {
        let judged = all.iter().filter(|taken| counts(&taken.cell, peer));
        let worst = judged.filter_map(|taken| taken.ratio(ours, peer)).fold(f64::NAN, f64::max);
        if worst.is_finite() {
            let what = "processor time for a delivered event, the worst of the cells with 1,000 and 2,000 clients";
            found.at_most(id, what, worst, unit, limit);
        }
    }
    found.files.push(("turns.csv".to_owned(), turns));
    found
}

/// Whether the target looks at this cell: 1,000 and 2,000 clients, 200 bytes shared or 1,000 bytes for each client; beside Node
/// with its default parser only.
fn counts(cell: &Cell, peer: Which) -> bool {
    cell.clients >= 1_000
        && [(200, false), (1_000, true)].contains(&(cell.bytes, cell.per_client))
        && (peer != Which::Node || cell.parser == Parser::Json)
}

fn csv_head() -> String {
    "cell,server,turn,us_per_event,p50_ms,p90_ms,p99_ms,max_ms,bytes_per_connection,events,missing,closed,server_busy,client_busy\n"
        .to_owned()
}

fn csv_line(cell: &Cell, which: Which, turn: usize, sample: &Sample) -> String {
    let report = &sample.report;
    format!(
        "{},{},{turn},{:.4},{:.3},{:.3},{:.3},{:.3},{:.0},{},{},{},{:.4},{:.4}\n",
        cell.name(),
        which.name(),
        report.server_us_per_event,
        report.p50_ms,
        report.p90_ms,
        report.p99_ms,
        report.max_ms,
        sample.bytes_per_connection,
        report.events,
        report.missing,
        report.closed,
        report.server_busy,
        report.client_busy,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::load::Report;

    fn sample(cost: f64) -> Sample {
        let report = Report {
            clients: 1_000,
            seconds: 4.0,
            events: 80_000,
            bytes: 0,
            missing: 0,
            closed: 0,
            pings: 0,
            reads: 0,
            events_per_second: 20_000.0,
            server_seconds: 0.0,
            server_us_per_event: cost,
            server_busy: 0.0,
            client_busy: 0.0,
            p50_ms: 1.0,
            p90_ms: 2.0,
            p99_ms: 3.0,
            max_ms: 4.0,
        };
        Sample { bytes_per_connection: 2_400.0, report }
    }

    fn taken(clients: usize, muster: [f64; 3], bare: [f64; 3]) -> Taken {
        let samples = |costs: [f64; 3]| costs.map(sample).to_vec();
        let samples = vec![(Which::Bare, samples(bare)), (Which::Muster, samples(muster))];
        Taken { cell: Cell::json(clients, 200, false), samples }
    }

    #[test]
    fn the_worst_cell_decides_and_small_cells_do_not_count() {
        // The second turn was disturbed, for both: its ratio is as good as the others.
        let all = [
            taken(200, [50.0; 3], [5.0; 3]),
            taken(1_000, [5.5, 11.0, 5.5], [5.0, 10.0, 5.0]),
            taken(2_000, [6.5, 6.0, 6.5], [5.0, 5.0, 5.0]),
        ];
        let found = findings(&all);
        let [verdict] = &found.judged[..] else { panic!("{:?}", found.judged) };
        assert_eq!((verdict.id.as_str(), verdict.verdict.value, verdict.verdict.met), ("T1", 1.3, false));
        assert_eq!(found.bars.len(), 6);
        assert_eq!(found.files[0].1.lines().count(), 1 + 3 * 6);
    }
}
