//! Settings of the host.

use std::time::Duration;

/// How matches are run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Threads that step matches. Defaults to the number of processors, at least 1.
    pub tick_threads: usize,
    /// Most matches at a time. Defaults to 1,000.
    pub max_matches: usize,
    /// Ticks made up for after a stall; beyond that the match's clock is slowed instead. Defaults to 5.
    pub catch_up_ticks: u32,
    /// A match that no player is connected to is closed after this time. Defaults to 60 s.
    pub abandon_after: Duration,
    /// Bytes of frames that may be on their way to a client that says what it has seen; beyond them it gets a frame after a
    /// second, then after two, and so on up to sixteen. Defaults to 65,536.
    pub max_bytes_in_flight: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tick_threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            max_matches: 1_000,
            catch_up_ticks: 5,
            abandon_after: Duration::from_secs(60),
            max_bytes_in_flight: 64 * 1024,
        }
    }
}
