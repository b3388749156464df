//! What clients count. Owns the figures; reports are made from it elsewhere.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use messages::Reject;
use messages::session::ProblemCode;

/// Longest latency told apart, in microseconds: ten minutes.
const LONGEST: u64 = 600_000_000;

/// Counters of one or many clients.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Clients with a connection now.
    pub connected: u64,
    /// Clients that got at least one frame.
    pub playing: u64,
    /// Frames applied.
    pub frames: u64,
    /// Of these, keyframes.
    pub keyframes: u64,
    /// Of these, frames that cover more than one tick.
    pub merged: u64,
    /// Frames that carried a hash, equal to ours.
    pub hash_checks: u64,
    /// Frames that carried another hash.
    pub hash_mismatches: u64,
    /// Actions sent.
    pub actions: u64,
    /// Actions that a receipt has answered.
    pub receipts: u64,
    /// Actions the game refused, by reason. Not errors: a view is a moment old when a player acts on it.
    pub refused: BTreeMap<&'static str, u64>,
    /// Errors by kind.
    pub errors: BTreeMap<String, u64>,
    /// From sending an action to the first frame with its receipt, in microseconds.
    pub latency: Histogram<u64>,
    /// Times a seat was taken back after a lost connection.
    pub resumed: u64,
    /// Events that met the end of their match on the wire and were answered with `not_seated`. Not errors.
    pub crossed: u64,
    /// Matches that ended.
    pub finished: u64,
    /// Seconds that clients spent connected, summed.
    pub client_seconds: f64,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            connected: 0,
            playing: 0,
            frames: 0,
            keyframes: 0,
            merged: 0,
            hash_checks: 0,
            hash_mismatches: 0,
            actions: 0,
            receipts: 0,
            refused: BTreeMap::new(),
            errors: BTreeMap::new(),
            latency: Histogram::new_with_bounds(1, LONGEST, 3).expect("the bounds are apart and 3 figures supported"),
            resumed: 0,
            crossed: 0,
            finished: 0,
            client_seconds: 0.0,
        }
    }
}

impl Tally {
    /// Counts an error.
    pub fn error(&mut self, kind: impl Into<String>) {
        *self.errors.entry(kind.into()).or_default() += 1;
    }

    /// All errors.
    #[must_use]
    pub fn error_count(&self) -> u64 {
        self.errors.values().sum()
    }

    /// A latency in milliseconds at a quantile in 0..=1; 0 without samples.
    #[must_use]
    pub fn latency_ms(&self, quantile: f64) -> f64 {
        self.latency.value_at_quantile(quantile) as f64 / 1_000.0
    }

    pub(crate) fn delay(&mut self, delay: Duration) {
        self.latency.saturating_record(u64::try_from(delay.as_micros()).unwrap_or(u64::MAX));
    }

    pub(crate) fn receipt(&mut self, code: u8) {
        self.receipts += 1;
        if code != 0 {
            let word = Reject::from_code(code).map_or("unknown code", word);
            *self.refused.entry(word).or_default() += 1;
        }
    }

    pub(crate) fn problem(&mut self, code: ProblemCode) {
        let word = serde_json::to_value(code).ok().and_then(|value| value.as_str().map(str::to_owned));
        self.error(word.unwrap_or_else(|| "problem".to_owned()));
    }
}

const fn word(reason: Reject) -> &'static str {
    match reason {
        Reject::Unseen => "unseen",
        Reject::NotYours => "not yours",
        Reject::Unable => "unable",
        Reject::BadTarget => "bad target",
        Reject::OffMap => "off map",
        Reject::UnitCount => "unit count",
        Reject::Ore => "ore",
        Reject::Supply => "supply",
        Reject::QueueFull => "queue full",
        Reject::Blocked => "blocked",
        Reject::Over => "over",
    }
}
