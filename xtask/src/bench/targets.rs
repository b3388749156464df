//! The targets that benches can judge: one table from a figure's name to its target.

use serde::{Deserialize, Serialize};

use super::criterion::Figure;

/// One target and where its figure comes from.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Short name, such as `S1`.
    pub id: &'static str,
    /// What is measured.
    pub what: &'static str,
    /// How to get the value.
    pub source: Source,
    /// Largest value that meets the target.
    pub at_most: f64,
    /// Unit of the value and of the limit.
    pub unit: &'static str,
}

/// How a target's value comes from figures.
#[derive(Debug, Clone, Copy)]
pub enum Source {
    /// The figure divided by a number, for other units or for a cost per item.
    Figure(&'static str, f64),
    /// The first figure divided by the second, both of one run.
    Ratio(&'static str, &'static str),
}

const MICROSECOND: f64 = 1e3;
const MILLISECOND: f64 = 1e6;

impl Target {
    /// One row of the table.
    const fn row(id: &'static str, at_most: f64, unit: &'static str, source: Source, what: &'static str) -> Self {
        Self { id, what, source, at_most, unit }
    }
}

/// Every target that a bench measures. Figures are named as in `benches/`. What is called `engine` is the engine's part of a
/// target that `cargo xtask peers worlds` judges over real sockets.
pub const TARGETS: [Target; 31] = [
    Target::row(
        "H1",
        2.0,
        "ms",
        Source::Figure("game_tick/2000", MILLISECOND),
        "one match, 2,000 units in motion and combat: median step",
    ),
    Target::row(
        "H1.1000",
        2.0,
        "ms",
        Source::Figure("game_tick/1000", MILLISECOND),
        "one match, 1,000 units in motion and combat: median step",
    ),
    Target::row(
        "S1",
        150.0,
        "µs",
        Source::Figure("sync_idle/10000x10/8_views/100_clients/tick", MICROSECOND),
        "idle tick of 10,000 entities x 10 components, 100 clients, 8 views",
    ),
    Target::row(
        "S1.view",
        150.0,
        "µs",
        Source::Figure("sync_idle/10000x10/1_views/100_clients/tick", MICROSECOND),
        "the same with one view",
    ),
    Target::row(
        "S1.client",
        0.3,
        "µs",
        Source::Figure("sync_idle/added_client", MICROSECOND),
        "an idle tick, for each further client",
    ),
    Target::row(
        "S2",
        2.0,
        "ms",
        Source::Figure("sync_active/10000x10/1000_changes/8_views/tick_p99", 1e3),
        "tick with 1,000 of 10,000 entities changed, 100 clients, 8 views: 99th percentile",
    ),
    Target::row(
        "S2.change",
        100.0,
        "ns",
        Source::Figure("sync_active/10000x10/1000_changes/8_views/per_change", 1.0),
        "the same, mean for each view and changed entity",
    ),
    Target::row(
        "S3.clients",
        1.3,
        "x",
        Source::Figure("sync_scaling/clients/frames_ratio", 1.0),
        "10 to 100 clients of the same views: growth of encoding",
    ),
    Target::row(
        "S3.entities",
        2.0,
        "x",
        Source::Figure("sync_scaling/entities/frames_ratio", 1.0),
        "1,000 to 10,000 entities at the same changes: growth of encoding",
    ),
    Target::row(
        "S4",
        3.5,
        "B",
        Source::Figure("wire_size/W1/sampled/bytes_per_changed_entity", 1.0),
        "world W1, positions sampled: bytes per changed entity",
    ),
    Target::row(
        "S4.entropy",
        1.5,
        "x",
        Source::Figure("wire_size/W1/sampled/over_bound", 1.0),
        "the same over its order-0 entropy, nothing compressed",
    ),
    Target::row(
        "S5",
        0.6,
        "B",
        Source::Figure("wire_size/W1_walks/reckoned/bytes_per_moving_unit_tick", 1.0),
        "world W1 without hp, dead-reckoned: bytes per moving unit and tick",
    ),
    Target::row(
        "S6",
        2.0,
        "ticks",
        Source::Figure("sync_laggard/tenth/W1/staleness_over_transmit", 1.0),
        "a tenth of the bandwidth, no round trip: age of frames at arrival beyond their time on the link",
    ),
    Target::row("S7.bytes", 60.0, "kB", Source::Figure("sync_join/10000/bytes", 1e3), "keyframe of 10,000 entities"),
    Target::row(
        "S7.parts",
        60.0,
        "kB",
        Source::Figure("sync_join/10000/bytes_in_parts", 1e3),
        "the same in parts while the world goes on: all frames until it is whole",
    ),
    Target::row("S7.encode", 2.0, "ms", Source::Figure("sync_join/10000/one/frames", MILLISECOND), "encoding it"),
    Target::row("S7.crowd", 1.5, "x", Source::Figure("sync_join/10000/crowd_ratio", 1.0), "100 joins at once over one"),
    Target::row(
        "S9",
        55.0,
        "ms",
        Source::Figure("action_to_frame/100_clients/p99", MILLISECOND),
        "100 players in 25 matches over real sockets: action to the first frame that shows it, 99th percentile",
    ),
    Target::row(
        "S8",
        5.0,
        "ms",
        Source::Figure("sync_views/100_players/tick_p99", 1e3),
        "100 players with views of their own, 300 of 5,000 entities each, 10 % changing: 99th percentile of a tick",
    ),
    Target::row(
        "S10",
        0.0,
        "a tick",
        Source::Figure("engine_allocations/W2/beyond_payloads", 1.0),
        "allocations beyond payloads, world W2 with 32 views",
    ),
    Target::row(
        "engine.W1",
        3.0,
        "µs",
        Source::Figure("sync_worlds/W1/8_rooms/32/cpu_per_client_frame", MICROSECOND),
        "no target of its own, a part of S11: the engine's share of a client-frame, 8 rooms of W1, 32 clients",
    ),
    Target::row(
        "engine.W2",
        3.0,
        "µs",
        Source::Figure("sync_worlds/W2/8_rooms/32/shared_views/cpu_per_client_frame", MICROSECOND),
        "the same, 8 rooms of W2, a view for each team",
    ),
    Target::row(
        "engine.W2.own",
        3.0,
        "µs",
        Source::Figure("sync_worlds/W2/8_rooms/32/own_views/cpu_per_client_frame", MICROSECOND),
        "the same, 8 rooms of W2, a view for each client",
    ),
    Target::row(
        "S12.W1",
        800.0,
        "B",
        Source::Figure("wire_size/W1/sampled/bytes_per_frame", 1.0),
        "world W1, positions sampled: bytes per client-frame",
    ),
    Target::row("S12.W2", 500.0, "B", Source::Figure("wire_size/W2/sampled/bytes_per_frame", 1.0), "world W2"),
    Target::row("S12.W3", 180.0, "B", Source::Figure("wire_size/W3/sampled/bytes_per_frame", 1.0), "world W3"),
    Target::row(
        "S13.W1",
        200.0,
        "B",
        Source::Figure("wire_size/W1/reckoned/bytes_per_frame", 1.0),
        "world W1, dead-reckoned: bytes per client-frame",
    ),
    Target::row("S13.W2", 260.0, "B", Source::Figure("wire_size/W2/reckoned/bytes_per_frame", 1.0), "world W2"),
    Target::row("S13.W3", 50.0, "B", Source::Figure("wire_size/W3/reckoned/bytes_per_frame", 1.0), "world W3"),
    Target::row(
        "engine.W3",
        26.0,
        "ms",
        Source::Figure("sync_worlds/W3/1200_rooms/4/tick", MILLISECOND),
        "no target of its own, a part of S14: the engine's share of a tick of 1,200 rooms of W3",
    ),
    Target::row(
        "engine.W3.p99",
        26.0,
        "ms",
        Source::Figure("sync_worlds/W3/1200_rooms/4/tick_p99", 1e3),
        "the same: 99th percentile",
    ),
];

/// A target's value in one run, as stored in `targets.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The figure, in `unit`.
    pub value: f64,
    /// Unit of the value.
    pub unit: String,
    /// The limit, as text.
    pub target: String,
    /// Whether the value is within the limit.
    pub met: bool,
}

/// A target's value, with its name and what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Short name, such as `S1`.
    pub id: String,
    /// What is measured.
    pub what: String,
    /// How it came out.
    pub verdict: Verdict,
}

impl Verdict {
    /// Judges `value`, which is to be at most `limit`, or with `at_least` at least that.
    pub fn new(value: f64, unit: &str, limit: f64, at_least: bool) -> Self {
        let met = if at_least { value >= limit } else { value <= limit };
        let sign = if at_least { ">=" } else { "<=" };
        let value = (value * 10_000.0).round() / 10_000.0;
        Self { value, unit: unit.to_owned(), target: format!("{sign} {limit}"), met }
    }
}

/// The verdict on every target whose figures are all there.
pub fn judge(targets: &[Target], figures: &[Figure]) -> Vec<Judged> {
    let value_of = |name: &str| figures.iter().find(|figure| figure.name == name).map(|figure| figure.value);
    let mut judged = Vec::new();
    for target in targets {
        let value = match target.source {
            Source::Figure(name, divisor) => value_of(name).map(|value| value / divisor),
            Source::Ratio(above, below) => value_of(above)
                .zip(value_of(below))
                .filter(|(_, below)| *below > 0.0)
                .map(|(above, below)| above / below),
        };
        if let Some(value) = value {
            let verdict = Verdict::new(value, target.unit, target.at_most, false);
            judged.push(Judged { id: target.id.to_owned(), what: target.what.to_owned(), verdict });
        }
    }
    judged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(name: &str, value: f64) -> Figure {
        Figure { name: name.to_owned(), value, interval: (value, value), unit: "ns".to_owned() }
    }

    #[test]
    fn times_are_converted_and_ratios_divided_before_they_are_judged() {
        let targets = [
            Target { id: "A", what: "", source: Source::Figure("a", 1e3), at_most: 150.0, unit: "µs" },
            Target { id: "B", what: "", source: Source::Ratio("b", "a"), at_most: 1.3, unit: "x" },
            Target { id: "C", what: "", source: Source::Figure("missing", 1.0), at_most: 1.0, unit: "ns" },
        ];
        let judged = judge(&targets, &[figure("a", 150_000.0), figure("b", 300_000.0)]);
        let [a, b] = &judged[..] else { panic!("{judged:?}") };
        assert_eq!(a.verdict, Verdict { value: 150.0, unit: "µs".into(), target: "<= 150".into(), met: true });
        assert!(b.id == "B" && !b.verdict.met);
    }

    #[test]
    fn what_must_be_large_is_judged_the_other_way_round() {
        let verdict = Verdict::new(1.7, "x", 1.6, true);
        assert!(verdict.met && verdict.target == ">= 1.6", "{verdict:?}");
        assert!(!Verdict::new(1.5, "x", 1.6, true).met);
    }

    #[test]
    fn every_target_has_its_own_name() {
        let mut ids: Vec<&str> = TARGETS.iter().map(|target| target.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), TARGETS.len());
    }
}
