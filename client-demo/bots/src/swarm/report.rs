//! What a run found out: as a table for people, as JSON for programs, as an exit status for scripts.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use serde::Serialize;

use crate::client::{Tally, Traffic};

/// Latency in milliseconds.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Latency {
    /// Half of the actions were faster.
    pub p50: f64,
    /// 99 of 100 actions were faster.
    pub p99: f64,
    /// The slowest.
    pub max: f64,
}

/// The result of a run.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// Players that were to play.
    pub clients: u64,
    /// Players that got a frame.
    pub playing: u64,
    /// Seconds from the first connection to the last goodbye.
    pub seconds: f64,
    /// Frames applied.
    pub frames: u64,
    /// Of these, keyframes.
    pub keyframes: u64,
    /// Of these, frames that cover more than one tick.
    pub merged_frames: u64,
    /// Frames whose hash was checked and equal.
    pub hash_checks: u64,
    /// Frames whose hash was not equal.
    pub hash_mismatches: u64,
    /// Actions sent.
    pub actions: u64,
    /// Actions answered by a receipt.
    pub receipts: u64,
    /// Refused actions by reason.
    pub refused: BTreeMap<&'static str, u64>,
    /// Seats taken back after a lost connection.
    pub resumed: u64,
    /// Events that met the end of their match on the wire. Not errors.
    pub crossed_end: u64,
    /// Times a player saw its match end.
    pub finished: u64,
    /// All errors.
    pub errors: u64,
    /// Errors by kind.
    pub error_kinds: BTreeMap<String, u64>,
    /// Bytes received per client and second, framing included.
    pub bytes_per_client_s: f64,
    /// Bytes sent per client and second, framing included.
    pub bytes_sent_per_client_s: f64,
    /// From sending an action to the first frame with its receipt.
    pub action_to_frame_ms: Latency,
}

impl Report {
    /// Sums up a run.
    #[must_use]
    pub fn new(clients: u64, seconds: f64, tally: &Tally, traffic: &Traffic) -> Self {
        let per_client =
            |bytes: u64| if tally.client_seconds > 0.0 { bytes as f64 / tally.client_seconds } else { 0.0 };
        Self {
            clients,
            playing: tally.playing,
            seconds,
            frames: tally.frames,
            keyframes: tally.keyframes,
            merged_frames: tally.merged,
            hash_checks: tally.hash_checks,
            hash_mismatches: tally.hash_mismatches,
            actions: tally.actions,
            receipts: tally.receipts,
            refused: tally.refused.clone(),
            resumed: tally.resumed,
            crossed_end: tally.crossed,
            finished: tally.finished,
            errors: tally.error_count(),
            error_kinds: tally.errors.clone(),
            bytes_per_client_s: per_client(traffic.received()),
            bytes_sent_per_client_s: per_client(traffic.sent()),
            action_to_frame_ms: Latency {
                p50: tally.latency_ms(0.5),
                p99: tally.latency_ms(0.99),
                max: tally.latency.max() as f64 / 1_000.0,
            },
        }
    }

    /// No mismatch, no error, and everyone played.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.hash_mismatches == 0 && self.errors == 0 && self.playing >= self.clients
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = "─".repeat(58);
        let mut row = |name: &str, value: String| writeln!(f, "  {name:<24} {value}");
        row("connections", format!("{} of {} played for {:.0} s", self.playing, self.clients, self.seconds))?;
        row("", line.clone())?;
        row("frames", format!("{} ({} keyframes)", count(self.frames), count(self.keyframes)))?;
        row(
            "merged frames",
            format!("{} ({:.2} %)", count(self.merged_frames), share(self.merged_frames, self.frames)),
        )?;
        row("hash checks", count(self.hash_checks))?;
        row("hash mismatches", count(self.hash_mismatches))?;
        row("", line.clone())?;
        let Latency { p50, p99, max } = self.action_to_frame_ms;
        row("actions", format!("{} ({} answered)", count(self.actions), count(self.receipts)))?;
        row("refused by the game", list(&self.refused))?;
        row("action to frame", format!("p50 {p50:.1} ms   p99 {p99:.1} ms   max {max:.1} ms"))?;
        row("", line)?;
        row("received per client", format!("{:.0} bytes/s", self.bytes_per_client_s))?;
        row("sent per client", format!("{:.0} bytes/s", self.bytes_sent_per_client_s))?;
        row(
            "matches played out",
            format!("{} times seen ({} events crossed the end)", count(self.finished), count(self.crossed_end)),
        )?;
        row("seats taken back", count(self.resumed))?;
        row("errors", list(&self.error_kinds))
    }
}

fn list<K: Display>(counts: &BTreeMap<K, u64>) -> String {
    if counts.is_empty() {
        return "0".to_owned();
    }
    let parts: Vec<String> = counts.iter().map(|(kind, number)| format!("{kind} {}", count(*number))).collect();
    format!("{}: {}", count(counts.values().sum()), parts.join(", "))
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// `1234567` as `1,234,567`.
fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_run_in_which_everyone_played_without_error_is_clean() {
        let mut tally = Tally { playing: 4, client_seconds: 8.0, ..Tally::default() };
        let report = |tally: &Tally| Report::new(4, 2.0, tally, &Traffic::default());
        assert!(report(&tally).is_clean());
        tally.error("connect");
        assert!(!report(&tally).is_clean());
        assert!(!report(&Tally { playing: 3, ..Tally::default() }).is_clean());
        assert!(!report(&Tally { playing: 4, hash_mismatches: 1, ..Tally::default() }).is_clean());
    }

    #[test]
    fn the_json_has_the_documented_names() {
        let value =
            serde_json::to_value(Report::new(4, 2.0, &Tally::default(), &Traffic::default())).expect("plain data");
        for name in ["clients", "frames", "hash_mismatches", "errors", "bytes_per_client_s"] {
            assert!(value[name].is_number(), "{name}");
        }
        for name in ["p50", "p99", "max"] {
            assert!(value["action_to_frame_ms"][name].is_number(), "{name}");
        }
    }

    #[test]
    fn large_counts_are_grouped() {
        assert_eq!(["0", "999", "1,000", "1,234,567"], [0, 999, 1_000, 1_234_567].map(count).each_ref().map(|s| &**s));
    }
}
