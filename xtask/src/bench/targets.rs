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

const MILLISECOND: f64 = 1e6;

/// Every target that a bench measures. Figures are named as in `benches/`.
pub const TARGETS: [Target; 7] = [
    Target {
        id: "H1",
        what: "one match, 2,000 units in motion and combat: median step",
        source: Source::Figure("game_tick/2000", MILLISECOND),
        at_most: 2.0,
        unit: "ms",
    },
    Target {
        id: "H1.1000",
        what: "one match, 1,000 units in motion and combat: median step",
        source: Source::Figure("game_tick/1000", MILLISECOND),
        at_most: 2.0,
        unit: "ms",
    },
    Target {
        id: "S2",
        what: "1,000 changes in 8 views: median of step, capture and encoding, per view and changed entity",
        source: Source::Figure("engine_views/8", 8_000.0),
        at_most: 100.0,
        unit: "ns",
    },
    Target {
        id: "S3.clients",
        what: "10 to 100 clients of one view: growth of a tick",
        source: Source::Ratio("engine_clients/100", "engine_clients/10"),
        at_most: 1.3,
        unit: "x",
    },
    Target {
        id: "S3.entities",
        what: "1,000 to 10,000 entities at the same changes: growth of a tick, the scan included",
        source: Source::Ratio("engine_entities/10000", "engine_entities/1000"),
        at_most: 2.0,
        unit: "x",
    },
    Target {
        id: "S7",
        what: "keyframe of 10,000 visible entities: median encoding",
        source: Source::Figure("engine_keyframe/10000", MILLISECOND),
        at_most: 2.0,
        unit: "ms",
    },
    Target {
        id: "S8",
        what: "100 players, each its own view of 300 of 5,000 entities, 500 changing: p99 of a tick with all frames",
        source: Source::Figure("sync_interest/p99", MILLISECOND),
        at_most: 5.0,
        unit: "ms",
    },
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
