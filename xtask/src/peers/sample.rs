//! One server measured once.

use anyhow::Result;
use serde::Serialize;

use super::cell::Cell;
use super::load::{Load, Report};
use super::programs::Programs;
use super::server::Server;
use super::which::Which;

/// What one turn of one server gave.
#[derive(Debug, Clone, Serialize)]
pub struct Sample {
    /// Resident memory that opening the connections took, in bytes for each.
    pub bytes_per_connection: f64,
    /// What the load client measured.
    #[serde(flatten)]
    pub report: Report,
}

impl Sample {
    /// Starts `which`, opens the connections of `cell`, lets it run for `warmup` seconds and measures for `seconds`.
    ///
    /// # Errors
    /// When server or client fail.
    pub fn take(programs: &Programs, which: Which, cell: &Cell, warmup: f64, seconds: f64) -> Result<Self> {
        let server = Server::start(programs, which, cell, &[])?;
        let before = server.resident()?;
        let mut load = Load::open(programs, &server, cell, &[])?;
        let grown = server.resident()?.saturating_sub(before);
        load.measure(warmup)?;
        let report = load.measure(seconds)?;
        Ok(Self { bytes_per_connection: grown as f64 / cell.clients as f64, report })
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
