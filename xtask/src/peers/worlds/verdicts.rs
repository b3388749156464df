//! The targets that the rows decide.

use super::super::findings::Findings;
use super::super::which::Side;
use super::row::{Row, W1, W2_OWN, W2_SHARED, W3};
use super::sample::{Sample, Taken};

/// Most processor time for a client-frame, in microseconds.
const COST: f64 = 8.0;

/// Name, row, and the most that Muster may take of what Colyseus takes.
const COSTS: [(&str, Row, f64); 3] =
    [("S11.W1", W1, 0.3333), ("S11.W2.own", W2_OWN, 0.1667), ("S11.W2.shared", W2_SHARED, 0.25)];

/// Name, row and the most bytes of a client-frame.
const BYTES: [(&str, Row, f64); 3] =
    [("S12.W1.wire", W1, 800.0), ("S12.W2.wire", W2_SHARED, 500.0), ("S12.W3.wire", W3, 180.0)];

/// Judges them.
pub(super) fn judge(found: &mut Findings, rows: &[(Row, Taken)]) {
    let find = |wanted: Row| rows.iter().find(|(row, _)| *row == wanted).map(|(_, taken)| taken);
    for (id, row, limit) in COSTS {
        let Some(taken) = find(row) else { continue };
        let what = format!("server's processor time for a client-frame: {row}");
        found.at_most(id, &what, taken.median(Side::Muster, Sample::cost), "µs", COST);
        found.at_most(&format!("{id}.ratio"), &what, taken.ratio(), "x Colyseus", limit);
    }
    for (id, row, limit) in BYTES {
        let Some(taken) = find(row) else { continue };
        let what = format!("bytes on the wire for a client-frame, positions sampled: {row}");
        found.at_most(id, &what, taken.median(Side::Muster, Sample::bytes), "B", limit);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::load::Report;
    use super::super::sample::Told;
    use super::*;

    fn sample(cost: f64) -> Sample {
        let report = Report {
            clients: 256,
            seconds: 4.0,
            events: 100,
            bytes: 36_000,
            missing: 0,
            closed: 0,
            pings: 0,
            reads: 0,
            events_per_second: 0.0,
            server_seconds: 0.0,
            server_us_per_event: cost,
            server_busy: 0.0,
            client_busy: 0.0,
            p50_ms: 0.0,
            p90_ms: 0.0,
            p99_ms: 0.0,
            max_ms: 0.0,
        };
        Sample { report, told: Told { ticks: 0, skipped: 0, late_p99_ms: 0.0, checked: true } }
    }

    #[test]
    fn cost_is_judged_by_itself_and_beside_colyseus_of_the_same_round() {
        let samples = |costs: [f64; 3]| costs.map(sample).to_vec();
        // The second round was disturbed, for both: its ratio is as good as the others.
        let taken = Taken { muster: samples([7.0, 12.0, 7.5]), colyseus: samples([20.0, 40.0, 25.0]) };
        let mut found = Findings::default();
        judge(&mut found, &[(W1, taken)]);
        let told: Vec<_> = found.judged.iter().map(|it| (it.id.as_str(), it.verdict.value, it.verdict.met)).collect();
        assert_eq!(told, [("S11.W1", 7.5, true), ("S11.W1.ratio", 0.3, true), ("S12.W1.wire", 360.0, true)]);
    }
}
