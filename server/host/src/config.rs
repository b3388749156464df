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
    /// Ticks that may be sent beyond the last one a client says it has seen. A client further behind gets one merged
    /// frame a second. Counts from its first `seen`. Defaults to 40.
    pub max_unseen_ticks: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            tick_threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            max_matches: 1_000,
            catch_up_ticks: 5,
            abandon_after: Duration::from_secs(60),
            max_unseen_ticks: 40,
        }
    }
}
