//! Rounds of turns: in each round every server is measured once, so that what changes on the machine meanwhile changes all.

use anyhow::{Context, Result};

use super::cell::Cell;
use super::programs::Programs;
use super::sample::{Sample, median};
use super::which::Which;

/// How often and how long is measured.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Turns of each server.
    pub rounds: usize,
    /// Seconds before a measurement, with all connections open.
    pub warmup: f64,
    /// Seconds of a measurement.
    pub seconds: f64,
}

/// One cell, measured.
#[derive(Debug, Clone)]
pub struct Taken {
    /// What was sent.
    pub cell: Cell,
    /// The servers in the order of their turns, each with one sample a round.
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
            for (which, taken) in &mut samples {
                let sample = Sample::take(programs, *which, &cell, plan.warmup, plan.seconds)
                    .with_context(|| format!("{} with {cell}", which.label()))?;
                let cost = sample.report.server_us_per_event;
                eprintln!("  {cell}, round {round}: {} {cost:.2} µs/event", which.label());
                taken.push(sample);
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

    /// Cost of `which` over that of `other`: the median of the rounds' ratios, as both of a round ran next to each other.
    pub fn ratio(&self, which: Which, other: Which) -> Option<f64> {
        let of = |wanted| self.samples.iter().find(|(server, _)| *server == wanted).map(|(_, samples)| samples);
        let (ours, theirs) = (of(which)?, of(other)?);
        let cost = |sample: &Sample| sample.report.server_us_per_event;
        Some(median(ours.iter().zip(theirs).map(|(a, b)| cost(a) / cost(b))))
    }
}
