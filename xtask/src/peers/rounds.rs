//! Rounds of turns: all servers are started, then each is measured for a moment, again and again, so that what changes on the
//! machine meanwhile changes all alike.

use anyhow::{Context, Result};

use super::cell::Cell;
use super::programs::Programs;
use super::sample::{Opened, Sample, median};
use super::which::Which;

/// How often and how long is measured.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Rounds, each with servers that are started anew.
    pub rounds: usize,
    /// Turns of each server in a round.
    pub turns: usize,
    /// Seconds each server runs before the first turn, with all connections open.
    pub warmup: f64,
    /// Seconds of a turn that are measured.
    pub seconds: f64,
}

/// One cell, measured.
#[derive(Debug, Clone)]
pub struct Taken {
    /// What was sent.
    pub cell: Cell,
    /// The servers in the order of their turns, each with a sample for each of its turns.
    pub samples: Vec<(Which, Vec<Sample>)>,
}

impl Taken {
    /// Measures `cell` on all `servers`.
    ///
    /// # Errors
    /// When a server or the load client fails.
    pub fn take(programs: &Programs, cell: Cell, servers: &[Which], plan: Plan) -> Result<Self> {
        let mut samples: Vec<(Which, Vec<Sample>)> = servers.iter().map(|which| (*which, Vec::new())).collect();
        for round in 1..=plan.rounds {
            let open = |which: &Which| {
                Opened::start(programs, *which, &cell, plan.warmup).with_context(|| told(*which, &cell))
            };
            let mut opened = servers.iter().map(open).collect::<Result<Vec<_>>>()?;
            for turn in 0..plan.turns {
                let mut costs = String::new();
                for at in order(servers.len(), turn) {
                    let which = servers[at];
                    let sample = opened[at].turn(plan.seconds).with_context(|| told(which, &cell))?;
                    let cost = sample.report.server_us_per_event;
                    costs.push_str(&format!(", {} {cost:.2}", which.name()));
                    samples[at].1.push(sample);
                }
                eprintln!("  {cell}, round {round}, turn {}, µs/event{costs}", turn + 1);
            }
        }
        Ok(Self { cell, samples })
    }

    /// The median, the lowest and the highest of a server's figure.
    pub fn figure(&self, which: Which, of: impl Fn(&Sample) -> f64) -> Option<(f64, f64, f64)> {
        let (_, samples) = self.samples.iter().find(|(server, _)| *server == which)?;
        let low = samples.iter().map(&of).fold(f64::INFINITY, f64::min);
        let high = samples.iter().map(&of).fold(f64::NEG_INFINITY, f64::max);
        Some((median(samples.iter().map(&of)), low, high))
    }

    /// Processor time of the server for an event, in microseconds: the median.
    pub fn cost(&self, which: Which) -> Option<f64> {
        self.figure(which, |sample| sample.report.server_us_per_event).map(|(median, _, _)| median)
    }

    /// Cost of `which` over that of `other`: the median of the turns' ratios, as both of a turn ran next to each other.
    pub fn ratio(&self, which: Which, other: Which) -> Option<f64> {
        let of = |wanted| self.samples.iter().find(|(server, _)| *server == wanted).map(|(_, samples)| samples);
        let (ours, theirs) = (of(which)?, of(other)?);
        let cost = |sample: &Sample| sample.report.server_us_per_event;
        Some(median(ours.iter().zip(theirs).map(|(a, b)| cost(a) / cost(b))))
    }
}

/// Who follows whom in a turn: each time another one is first.
fn order(servers: usize, turn: usize) -> impl Iterator<Item = usize> {
    (0..servers).map(move |place| (place + turn) % servers)
}

fn told(which: Which, cell: &Cell) -> String {
    format!("{} with {cell}", which.label())
}
