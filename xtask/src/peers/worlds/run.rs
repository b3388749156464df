//! All measurements of the worlds, in turns.

use anyhow::{Context, Result, ensure};

use super::super::findings::Findings;
use super::super::programs::Programs;
use super::super::size::Size;
use super::super::which::Side;
use super::row::{ROWS, Row, W1, W2_SHARED, W3};
use super::sample::{Sample, Taken, floor};
use super::{most, stalled, verdicts};
use crate::bench::chart::Bar;

/// Bytes around a frame on the wire: the event that announces it, and the heads of both messages.
const AROUND: f64 = 46.0;

/// Measures everything.
///
/// # Errors
/// When a server or a client fails, or a world is not the scripted one.
pub fn run(programs: &Programs, size: Size) -> Result<Findings> {
    let rounds = size.pick(1, 3);
    let mut found = Findings::default();
    let mut rows = Vec::new();
    for row in ROWS {
        let mut taken = Taken::default();
        for round in 1..=rounds {
            for side in Side::BOTH {
                let sample = one(programs, side, &row, size)?;
                eprintln!("  {row}, round {round}: {} {:.2} µs/frame", side.name(), sample.cost());
                taken.add(side, sample);
            }
        }
        rows.push((row, taken));
    }
    found.section("Scripted worlds", &table(&rows));
    for (row, taken) in &rows {
        record(&mut found, row, taken);
    }
    found.add(floors(programs, &rows, size)?);
    found.add(reckoned(programs, size)?);
    verdicts::judge(&mut found, &rows);
    found.add(most::run(programs, size)?);
    found.add(stalled::run(programs, size)?);
    Ok(found)
}

fn one(programs: &Programs, side: Side, row: &Row, size: Size) -> Result<Sample> {
    let times = (size.pick(0.3, 1.8), row.seconds(size));
    let sample = Sample::take(programs, side, row, &[], times).with_context(|| format!("{}: {row}", side.name()))?;
    ensure!(sample.told.checked || size == Size::Quick, "{}: {row}: the world was not checked", side.name());
    ensure!(sample.report.closed == 0, "{}: {row}: {} connections were lost", side.name(), sample.report.closed);
    Ok(sample)
}

fn table(rows: &[(Row, Taken)]) -> String {
    let mut text = String::from(
        "| world | Muster, µs | Colyseus, µs | Muster is | Muster, B | Colyseus, B | late p99, ms | Colyseus late | Hz | Colyseus Hz |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for (row, taken) in rows {
        let both = |of: &dyn Fn(&Sample) -> f64| Side::BOTH.map(|side| taken.median(side, of));
        let ([our_cost, their_cost], [our_bytes, their_bytes]) = (both(&Sample::cost), both(&Sample::bytes));
        let [our_late, their_late] = both(&|sample| sample.told.late_p99_ms);
        let [our_rate, their_rate] = both(&|sample| sample.rate(row));
        text.push_str(&format!(
            "| {row} | {our_cost:.1} | {their_cost:.1} | {:.2} x | {our_bytes:.0} | {their_bytes:.0} | {our_late:.1} | \
             {their_late:.1} | {our_rate:.1} | {their_rate:.1} |\n",
            taken.ratio()
        ));
    }
    text.push_str(
        "\nProcessor time of the server, simulation included, and bytes on the wire, for each frame a client got.\n",
    );
    text
}

fn record(found: &mut Findings, row: &Row, taken: &Taken) {
    for side in Side::BOTH {
        let name = format!("{}/{}", row.name(), side.name());
        let mut figure = |what: &str, unit: &str, of: &dyn Fn(&Sample) -> f64| {
            found.spread(format!("{name}/{what}"), taken.figure(side, of), unit);
        };
        figure("cpu", "ns", &|sample| sample.cost() * 1e3);
        figure("bytes", "B", &Sample::bytes);
        figure("late_p99", "ms", &|sample| sample.told.late_p99_ms);
        let value = taken.median(side, Sample::cost) * 1e3;
        found.bars.push(Bar { label: name, group: side.name().to_owned(), value });
    }
    found.figure(format!("{}/muster-to-colyseus", row.name()), taken.ratio(), "x");
}

/// What the kernel takes of it: the bare writer with frames and bursts like Muster's.
fn floors(programs: &Programs, rows: &[(Row, Taken)], size: Size) -> Result<Findings> {
    let mut found = Findings::default();
    let mut text = String::from("| like | bare writer, µs | Muster, µs |\n|---|---:|---:|\n");
    for wanted in [W1, W2_SHARED, W3] {
        let Some((row, taken)) = rows.iter().find(|(row, _)| *row == wanted) else { continue };
        let frame = taken.median(Side::Muster, Sample::bytes) - AROUND;
        let bare = floor(programs, row, frame, size.pick(0.5, 3.0))?;
        found.figure(format!("{}/bare/cpu", row.name()), bare * 1e3, "ns");
        text.push_str(&format!("| {row} | {bare:.1} | {:.1} |\n", taken.median(Side::Muster, Sample::cost)));
    }
    text.push_str(
        "\nThe bare writer sends as many frames of that size in bursts like the rooms': what writing alone takes.\n",
    );
    found.section("The floor", &text);
    Ok(found)
}

/// Bytes with dead-reckoned positions, which Muster alone has.
fn reckoned(programs: &Programs, size: Size) -> Result<Findings> {
    let mut found = Findings::default();
    let mut text = String::from("| world | B on the wire | µs |\n|---|---:|---:|\n");
    for row in [W1, W2_SHARED, W3].map(Row::reckoned) {
        let sample = one(programs, Side::Muster, &row, size)?;
        found.figure(format!("{}/muster/bytes", row.name()), sample.bytes(), "B");
        found.figure(format!("{}/muster/cpu", row.name()), sample.cost() * 1e3, "ns");
        text.push_str(&format!("| {row} | {:.0} | {:.1} |\n", sample.bytes(), sample.cost()));
    }
    found.section("Muster with dead-reckoned positions", &text);
    Ok(found)
}
