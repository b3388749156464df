//! What the tick threads measure of themselves. Written without locks, read at any time.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Buckets of a duration histogram: four to each doubling, from 1 µs to about 67 s.
const BUCKETS: usize = 26 * 4;

/// Counters of all matches of a host.
#[derive(Debug, Default)]
pub struct Meter {
    steps: AtomicU64,
    skipped_ticks: AtomicU64,
    frames: AtomicU64,
    merged_frames: AtomicU64,
    key_frames: AtomicU64,
    frame_bytes: AtomicU64,
    lateness: Histogram,
    step: Histogram,
    publish: Histogram,
}

/// A reading of a [`Meter`].
#[derive(Clone, Copy, Debug)]
pub struct MeterSnapshot {
    /// Ticks stepped.
    pub steps: u64,
    /// Ticks dropped after stalls longer than the catch-up limit.
    pub skipped_ticks: u64,
    /// Frames handed to links.
    pub frames: u64,
    /// Those that covered more than one tick.
    pub merged_frames: u64,
    /// Those that built on nothing.
    pub key_frames: u64,
    /// Bytes of those frames.
    pub frame_bytes: u64,
    /// How long after its deadline a tick began.
    pub lateness: Quantiles,
    /// How long a step took: actions, simulation, capture and views.
    pub step: Quantiles,
    /// How long encoding and sending a tick's frames took.
    pub publish: Quantiles,
}

/// Quantiles of a duration, each the upper edge of its bucket (at most 19 % above the truth).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantiles {
    /// Half were shorter.
    pub p50: Duration,
    /// 99 of 100 were shorter.
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

impl Meter {
    pub(crate) fn stepped(&self, lateness: Duration, took: Duration) {
        self.steps.fetch_add(1, Relaxed);
        self.lateness.record(lateness);
        self.step.record(took);
    }

    pub(crate) fn skipped(&self, ticks: u64) {
        self.skipped_ticks.fetch_add(ticks, Relaxed);
    }

    pub(crate) fn published(&self, took: Duration) {
        self.publish.record(took);
    }

    pub(crate) fn frame(&self, kind: engine::FrameKind, bytes: usize) {
        self.frames.fetch_add(1, Relaxed);
        self.frame_bytes.fetch_add(bytes as u64, Relaxed);
        match kind {
            engine::FrameKind::Next => {}
            engine::FrameKind::Merged => _ = self.merged_frames.fetch_add(1, Relaxed),
            engine::FrameKind::Key => _ = self.key_frames.fetch_add(1, Relaxed),
        }
    }

    /// Forgets everything measured so far. What a tick writes meanwhile may be forgotten in part.
    pub fn restart(&self) {
        let counters =
            [&self.steps, &self.skipped_ticks, &self.frames, &self.merged_frames, &self.key_frames, &self.frame_bytes];
        counters.into_iter().for_each(|counter| counter.store(0, Relaxed));
        [&self.lateness, &self.step, &self.publish].into_iter().for_each(Histogram::clear);
    }

    /// The figures since the host started, or since [`Meter::restart`].
    #[must_use]
    pub fn snapshot(&self) -> MeterSnapshot {
        MeterSnapshot {
            steps: self.steps.load(Relaxed),
            skipped_ticks: self.skipped_ticks.load(Relaxed),
            frames: self.frames.load(Relaxed),
            merged_frames: self.merged_frames.load(Relaxed),
            key_frames: self.key_frames.load(Relaxed),
            frame_bytes: self.frame_bytes.load(Relaxed),
            lateness: self.lateness.quantiles(),
            step: self.step.quantiles(),
            publish: self.publish.quantiles(),
        }
    }
}

#[derive(Debug)]
struct Histogram {
    buckets: [AtomicU64; BUCKETS],
    max: AtomicU64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { buckets: [const { AtomicU64::new(0) }; BUCKETS], max: AtomicU64::new(0) }
    }
}

impl Histogram {
    fn record(&self, value: Duration) {
        let micros = u64::try_from(value.as_micros()).unwrap_or(u64::MAX);
        self.buckets[bucket(micros)].fetch_add(1, Relaxed);
        self.max.fetch_max(micros, Relaxed);
    }

    fn clear(&self) {
        self.buckets.iter().chain([&self.max]).for_each(|count| count.store(0, Relaxed));
    }

    fn quantiles(&self) -> Quantiles {
        let counts: Vec<u64> = self.buckets.iter().map(|count| count.load(Relaxed)).collect();
        let total: u64 = counts.iter().sum();
        let max = self.max.load(Relaxed);
        let at = |per_mille: u64| {
            let mut left = (total * per_mille).div_ceil(1_000);
            let place = counts.iter().position(|count| {
                left = left.saturating_sub(*count);
                left == 0
            });
            Duration::from_micros(place.map_or(0, upper_edge).min(max))
        };
        Quantiles { p50: at(500), p99: at(990), max: Duration::from_micros(max) }
    }
}

fn bucket(micros: u64) -> usize {
    let value = micros.max(1);
    let doubling = value.ilog2() as usize;
    let quarter = if doubling < 2 { 0 } else { (value >> (doubling - 2) & 3) as usize };
    (doubling * 4 + quarter).min(BUCKETS - 1)
}

const fn upper_edge(bucket: usize) -> u64 {
    let (doubling, quarter) = (bucket / 4, (bucket % 4) as u64);
    (1 << doubling) + ((quarter + 1) << doubling) / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_within_a_bucket_of_the_truth() {
        let histogram = Histogram::default();
        (1..=1_000).for_each(|micros| histogram.record(Duration::from_micros(micros)));
        let Quantiles { p50, p99, max } = histogram.quantiles();
        assert!((500..=600).contains(&p50.as_micros()), "{p50:?}");
        assert!((990..=1_000).contains(&p99.as_micros()), "{p99:?}");
        assert_eq!(max, Duration::from_micros(1_000));
    }
    #[test]
    fn a_meter_that_begins_anew_has_forgotten_what_was() {
        let meter = Meter::default();
        let measure = |lateness| {
            meter.stepped(Duration::from_micros(lateness), Duration::from_micros(lateness));
            meter.published(Duration::from_micros(lateness));
            meter.skipped(lateness);
            meter.frame(engine::FrameKind::Merged, 100);
        };
        measure(9_000);
        meter.restart();
        measure(64);
        let now = meter.snapshot();
        assert_eq!((now.steps, now.skipped_ticks, now.frames, now.merged_frames, now.frame_bytes), (1, 64, 1, 1, 100));
        for of in [now.lateness, now.step, now.publish] {
            assert_eq!((of.p99, of.max), (Duration::from_micros(64), Duration::from_micros(64)));
        }
    }
}
