//! S14: the most rooms of W3 that one core serves in time. The load client never sleeps here: waking it would cost the server,
//! and clients are far away where a server is full.

use anyhow::Result;

use super::super::findings::Findings;
use super::super::programs::Programs;
use super::super::size::Size;
use super::super::which::Side;
use super::row::Row;
use super::sample::Sample;

/// Rooms that are tried: as many clients as a process may have files.
const LEAST: usize = 300;
const MOST: usize = 1_200;
/// The number is found to within so many rooms.
const FINEST: usize = 40;
/// Rooms that Colyseus is tried with.
const THEIRS: [usize; 3] = [100, 200, 300];

/// Most that 99 of 100 ticks begin behind their deadline, in milliseconds.
const LATE: f64 = 10.0;
/// Least share of the frames that must arrive. Colyseus' timers start anew with each tick and so run a little slow.
const HELD: f64 = 0.95;

/// Looks for the most rooms.
pub(super) fn run(programs: &Programs, size: Size) -> Result<Findings> {
    let mut found = Findings::default();
    let mut text = String::from(
        "| server | rooms | clients | late p99, ms | skipped | Hz | server busy | µs/frame | in time |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---|\n",
    );
    let mut attempt = |side: Side, rooms: usize| -> Result<bool> {
        let row = Row::small_rooms(rooms);
        // What disturbs the machine once is no answer: a number that fails is tried again.
        for _ in 0..size.pick(1, 2) {
            let sample = Sample::take(programs, side, &row, &["--spin"], (size.pick(0.5, 2.0), size.pick(1.0, 4.0)))?;
            let held = held(&sample, &row);
            eprintln!("  {} with {rooms} rooms: late p99 {:.1} ms", side.name(), sample.told.late_p99_ms);
            text.push_str(&format!(
                "| {} | {rooms} | {} | {:.1} | {} | {:.2} | {:.0} % | {:.1} | {} |\n",
                side.name(),
                row.everybody(),
                sample.told.late_p99_ms,
                sample.told.skipped,
                sample.rate(&row),
                sample.report.server_busy * 100.0,
                sample.cost(),
                if held { "yes" } else { "no" },
            ));
            if held {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let ours = search(size.pick(50, LEAST), size.pick(100, MOST), |rooms| attempt(Side::Muster, rooms))?;
    let mut theirs = 0;
    for rooms in THEIRS.into_iter().take(size.pick(1, THEIRS.len())) {
        if attempt(Side::Colyseus, rooms)? {
            theirs = rooms;
        }
    }
    found.section("The most small rooms on one core", &text);
    found.figure("most/muster", ours as f64, "rooms");
    found.figure("most/colyseus", theirs as f64, "rooms");
    let what = "rooms of W3 on one core at 20 Hz, 99 of 100 ticks less than 10 ms late, none skipped";
    found.at_least("S14", what, ours as f64, "rooms", MOST as f64);
    Ok(found)
}

fn held(sample: &Sample, row: &Row) -> bool {
    let wanted = row.everybody() as f64 * 20.0 * sample.report.seconds;
    let told = &sample.told;
    told.late_p99_ms < LATE
        && told.skipped == 0
        && sample.report.closed == 0
        && sample.report.events as f64 >= wanted * HELD
}

/// The highest number from `least` to `most` for which `holds`, to within [`FINEST`]: doubled, then halved. 0 when `least` is
/// too many.
fn search(least: usize, most: usize, mut holds: impl FnMut(usize) -> Result<bool>) -> Result<usize> {
    let (mut held, mut failed, mut next) = (0, None, least);
    loop {
        if holds(next)? {
            held = next;
        } else {
            failed = Some(next);
        }
        next = match failed {
            Some(_) if held == 0 => return Ok(0),
            Some(failed) if failed - held <= FINEST => return Ok(held),
            Some(failed) => held.midpoint(failed),
            None if held == most => return Ok(held),
            None => (held * 2).min(most),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_is_found_from_below_and_never_beyond_what_held() {
        for limit in [0, 299, 300, 301, 640, 1_199, 1_200, 5_000] {
            let mut tried = 0;
            let found = search(300, 1_200, |rooms| {
                tried += 1;
                Ok(rooms <= limit)
            });
            let found = found.expect("no measurement fails");
            let least = if limit < 300 { 0 } else { limit.min(1_200).saturating_sub(FINEST) };
            assert!((least..=limit).contains(&found) && tried <= 8, "{limit}: {found} after {tried}");
        }
    }
}
