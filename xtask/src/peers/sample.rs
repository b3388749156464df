//! One server measured, now and then, with its connections open.

use anyhow::Result;
use serde::Serialize;

use super::cell::Cell;
use super::load::{Load, Report};
use super::programs::Programs;
use super::server::Server;
use super::which::Which;

/// Ticks per second while a server has its turn. Between its turns it has none.
const RATE: f64 = 20.0;

/// Seconds at the beginning of a turn that are not measured. A connection that has been silent for a moment acknowledges the next
/// 16 segments one by one, which at [`RATE`] takes 0.8 s and costs the sender half as much again; and what others have driven out
/// of the caches comes back meanwhile.
const SETTLING: f64 = 1.0;

/// What one turn of one server gave.
#[derive(Debug, Clone, Serialize)]
pub struct Sample {
    /// Resident memory that opening the connections took, in bytes for each.
    pub bytes_per_connection: f64,
    /// What the load client measured.
    #[serde(flatten)]
    pub report: Report,
}

/// A server with all connections of a cell open, which sends nothing until it has its turn.
#[derive(Debug)]
pub struct Opened {
    server: Server,
    load: Load,
    bytes_per_connection: f64,
}

impl Opened {
    /// Starts `which`, opens the connections of `cell` and lets it run for `warmup` seconds.
    ///
    /// # Errors
    /// When server or client fail.
    pub fn start(programs: &Programs, which: Which, cell: &Cell, warmup: f64) -> Result<Self> {
        let mut server = Server::start(programs, which, cell, &[])?;
        let before = server.resident()?;
        let mut load = Load::open(programs, &server, cell, &[])?;
        let grown = server.resident()?.saturating_sub(before);
        load.measure(warmup)?;
        server.rate(0.0)?;
        Ok(Self { server, load, bytes_per_connection: grown as f64 / cell.clients as f64 })
    }

    /// Lets it run and measures for `seconds`.
    ///
    /// # Errors
    /// When server or client fail.
    pub fn turn(&mut self, seconds: f64) -> Result<Sample> {
        self.server.rate(RATE)?;
        self.load.measure(SETTLING)?;
        let report = self.load.measure(seconds)?;
        self.server.rate(0.0)?;
        Ok(Sample { bytes_per_connection: self.bytes_per_connection, report })
    }
}

/// The middle of `values`; of an even number, the lower middle.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 2.0);
        assert!(median([]).is_nan());
    }
}
