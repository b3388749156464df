//! Ticks at absolute deadlines on a thread of their own, and how late they were.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

/// The interval of the ticks and what became of them. One thread ticks, others read and change the rate. Times are nanoseconds.
#[derive(Debug)]
pub(crate) struct Ticker {
    interval: AtomicU64,
    deadline: AtomicU64,
    ticks: AtomicU64,
    skipped: AtomicU64,
    late_max: AtomicU64,
    long_max: AtomicU64,
    /// Held where the rate changes and where one without a rate waits.
    change: Mutex<()>,
    changed: Condvar,
}

/// Most ticks that run when they are overdue, the newest ones; the others are skipped. The same in all servers of the comparison.
const OVERDUE: u64 = 16;

/// A tick that is due.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tick {
    pub(crate) number: u32,
    /// When it was due, in nanoseconds of the monotonic clock.
    pub(crate) time: u64,
}

impl Ticker {
    /// A ticker of `rate` ticks per second; 0 for none.
    pub(crate) fn new(rate: f64) -> Self {
        let zero = || AtomicU64::new(0);
        let ticker = Self {
            interval: zero(),
            deadline: zero(),
            ticks: zero(),
            skipped: zero(),
            late_max: zero(),
            long_max: zero(),
            change: Mutex::default(),
            changed: Condvar::new(),
        };
        ticker.set_rate(rate);
        ticker
    }

    /// Changes the rate; the first tick of the new one is due an interval from now.
    pub(crate) fn set_rate(&self, rate: f64) {
        let interval = if rate > 0.0 { (1e9 / rate) as u64 } else { 0 };
        let _held = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        self.deadline.store(now() + interval, Relaxed);
        self.interval.store(interval, Relaxed);
        self.changed.notify_one();
    }

    /// Runs `ticks` at every deadline, for ever. Of those that are overdue the newest [`OVERDUE`] run, together.
    pub(crate) fn run(&self, mut ticks: impl FnMut(&[Tick])) {
        let (mut number, mut due) = (0_u32, Vec::new());
        let mut count = || {
            number = number.wrapping_add(1);
            number
        };
        loop {
            let interval = self.interval.load(Relaxed);
            if interval == 0 {
                self.wait_for_a_rate();
                continue;
            }
            let (started, deadline) = (now(), self.deadline.load(Relaxed));
            if started < deadline {
                std::thread::sleep(Duration::from_nanos(deadline - started));
                continue;
            }
            let late = started - deadline;
            let overdue = late / interval + 1;
            let skipped = overdue.saturating_sub(OVERDUE);
            self.deadline.store(deadline + overdue * interval, Relaxed);
            due.clear();
            // One that is overdue is as old as its deadline: that it waited counts.
            due.extend((skipped..overdue).map(|missed| Tick { number: count(), time: deadline + missed * interval }));
            ticks(&due);
            self.ticks.fetch_add(due.len() as u64, Relaxed);
            self.skipped.fetch_add(skipped, Relaxed);
            self.late_max.fetch_max(late, Relaxed);
            self.long_max.fetch_max(now() - started, Relaxed);
        }
    }

    /// A server that is not measured must not wake beside the one that is.
    fn wait_for_a_rate(&self) {
        let held = self.change.lock().unwrap_or_else(PoisonError::into_inner);
        // Whether it was poisoned or not, there is a rate now.
        drop(self.changed.wait_while(held, |()| self.interval.load(Relaxed) == 0));
    }

    /// What has happened since the last call: ticks run, ticks left out because the one before took too long, the most a tick
    /// began behind its deadline, and the longest tick.
    pub(crate) fn take(&self) -> [u64; 4] {
        [&self.ticks, &self.skipped, &self.late_max, &self.long_max].map(|counter| counter.swap(0, Relaxed))
    }
}

/// The machine's monotonic clock, which the load client reads too.
fn now() -> u64 {
    let time = clock_gettime(ClockId::CLOCK_MONOTONIC).expect("the monotonic clock is always there");
    time.tv_sec().unsigned_abs() * 1_000_000_000 + time.tv_nsec().unsigned_abs()
}
