//! Ticks at absolute deadlines, and how late they were.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

use serde::Serialize;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::clock;

/// The interval of a server's ticks and what became of them. One thread ticks, others read and change the rate.
#[derive(Debug)]
pub struct Ticker {
    /// Nanoseconds between ticks; 0 for none.
    interval: AtomicU64,
    deadline: AtomicU64,
    tick: AtomicU32,
    /// The rate has changed.
    changed: Notify,
    told: Mutex<Told>,
}

/// What has happened since the last time it was asked for.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Told {
    /// Ticks that ran.
    pub ticks: u64,
    /// Ticks left out because the one before took too long.
    pub skipped: u64,
    /// Most a tick began behind its deadline, in milliseconds.
    pub late_max_ms: f64,
    /// Longest time from when a tick was due to its end, in milliseconds.
    pub long_max_ms: f64,
}

/// What the thread that ticks has to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// There is no rate: wait until it changes.
    Idle,
    /// Wait this many nanoseconds, then ask again.
    Wait(u64),
    /// Run the tick of this number, which was due at this time.
    Run(u32, u64),
}

/// Most ticks that run when they are overdue, the newest ones; the others are skipped.
const OVERDUE: u64 = 16;

impl Ticker {
    /// A ticker of `rate` ticks per second.
    pub fn new(rate: f64) -> Self {
        let ticker = Self {
            interval: AtomicU64::new(0),
            deadline: AtomicU64::new(0),
            tick: AtomicU32::new(0),
            changed: Notify::new(),
            told: Mutex::default(),
        };
        ticker.set_rate(rate);
        ticker
    }

    /// Changes the rate; the first tick of the new one is due an interval from now.
    pub fn set_rate(&self, rate: f64) {
        let interval = if rate > 0.0 { (1e9 / rate) as u64 } else { 0 };
        self.deadline.store(clock::now() + interval, Relaxed);
        self.interval.store(interval, Relaxed);
        self.changed.notify_one();
    }

    /// Waits until the rate changes: a server that is not measured must not wake beside the one that is.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// What to do now.
    pub fn next(&self) -> Next {
        let interval = self.interval.load(Relaxed);
        if interval == 0 {
            return Next::Idle;
        }
        let (now, deadline) = (clock::now(), self.deadline.load(Relaxed));
        if now < deadline {
            return Next::Wait(deadline - now);
        }
        let late = now - deadline;
        let skipped = (late / interval + 1).saturating_sub(OVERDUE);
        let due = deadline + skipped * interval;
        self.deadline.store(due + interval, Relaxed);
        let mut told = self.lock();
        told.ticks += 1;
        told.skipped += skipped;
        told.late_max_ms = told.late_max_ms.max(late as f64 / 1e6);
        Next::Run(self.tick.fetch_add(1, Relaxed), due)
    }

    /// The tick that was due at `due` has ended.
    pub fn ran(&self, due: u64) {
        let took = clock::now().saturating_sub(due) as f64 / 1e6;
        let mut told = self.lock();
        told.long_max_ms = told.long_max_ms.max(took);
    }

    /// What has happened since the last call.
    pub fn take(&self) -> Told {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Runs `tick` with its number and start time at every deadline, on this thread, for ever. The runtime only serves to wait
/// for a rate.
pub fn run(ticker: &Ticker, runtime: &Handle, mut tick: impl FnMut(u32, u64)) -> ! {
    loop {
        match ticker.next() {
            Next::Idle => runtime.block_on(ticker.changed()),
            Next::Wait(nanoseconds) => std::thread::sleep(std::time::Duration::from_nanos(nanoseconds)),
            Next::Run(number, started) => {
                tick(number, started);
                ticker.ran(started);
            }
        }
    }
}
