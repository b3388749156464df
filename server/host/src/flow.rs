//! Flow control of one client by its acknowledgements, so that queues on the way to it are noticed that no socket shows,
//! those of a proxy or of a browser that sleeps.
//!
//! A pure machine: the time of everything is an argument. A client that never acknowledges anything is not measured by it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use engine::Tick;

use crate::Config;

/// Frames remembered of a client that has not acknowledged any yet: enough to measure its first round trip.
const UNASKED: usize = 64;
/// How long the shortest round trip counts: between once and twice this, so that a client that moves is measured anew.
const SHORTEST_LASTS: Duration = Duration::from_secs(10);
/// Round trips near the shortest one after which twice as many frames may be on their way, once something has queued.
const CALM: u32 = 4;
/// Most times that this doubles for a line that can't take more.
const PATIENCE: u32 = 3;
/// The first pause after which a client beyond its window gets a frame all the same: what it said may have been lost.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest such pause. They double.
const LAST_PAUSE: Duration = Duration::from_secs(16);

#[derive(Debug)]
struct Sent {
    tick: Tick,
    at: Instant,
    bytes: usize,
    /// Nothing else was on its way.
    alone: bool,
}

/// What is on its way to a client.
#[derive(Debug)]
pub(crate) struct Flow {
    /// Frames handed over and not acknowledged, oldest first.
    sent: VecDeque<Sent>,
    bytes: usize,
    acknowledges: bool,
    /// The newest tick acknowledged.
    seen: Option<Tick>,
    /// Shortest round trips of this period, and of the one before. Both unknown after something has queued, until a frame
    /// has gone that nothing was before.
    shortest: [Option<Duration>; 2],
    period_began: Option<Instant>,
    /// Most frames on their way since something has queued.
    limit: Option<usize>,
    /// Round trips near the shortest one since the limit has changed.
    calm: u32,
    /// Times in a row that a second frame had to wait for the first.
    failed: u32,
    pause: Duration,
    /// When the client last acknowledged anything.
    answered: Option<Instant>,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            sent: VecDeque::new(),
            bytes: 0,
            acknowledges: false,
            seen: None,
            shortest: [None; 2],
            period_began: None,
            limit: None,
            calm: 0,
            failed: 0,
            pause: FIRST_PAUSE,
            answered: None,
        }
    }
}

impl Flow {
    /// Reads what the next frame will change.
    pub(crate) fn fetch(&self) {
        std::hint::black_box(self.sent.back().map(|sent| sent.bytes));
    }

    /// A frame was handed over.
    pub(crate) fn sent(&mut self, tick: Tick, bytes: usize, now: Instant) {
        if !self.acknowledges && self.sent.len() == UNASKED {
            self.forget_oldest();
        }
        self.sent.push_back(Sent { tick, at: now, bytes, alone: self.sent.is_empty() });
        self.bytes += bytes;
    }

    /// The client says that it has applied the frame of `tick`. `period`: the time between two ticks.
    pub(crate) fn seen(&mut self, tick: Tick, at: Instant, period: Duration) {
        self.acknowledges = true;
        self.seen = self.seen.max(Some(tick));
        while let Some(oldest) = self.sent.pop_front_if(|sent| sent.tick <= tick) {
            self.bytes -= oldest.bytes;
            (self.pause, self.answered) = (FIRST_PAUSE, Some(at));
            if oldest.tick == tick {
                self.measure(at.saturating_duration_since(oldest.at), oldest.alone, at, period);
            }
        }
    }

    /// The client starts from a keyframe: it will not acknowledge what is on its way.
    pub(crate) fn restart(&mut self) {
        self.sent.clear();
        self.bytes = 0;
    }

    /// The newest tick that the client has acknowledged.
    pub(crate) const fn newest_seen(&self) -> Option<Tick> {
        self.seen
    }

    /// Whether the client may get a frame now. One that is beyond its window gets one after a pause all the same, and
    /// after a longer one the next.
    pub(crate) fn open(&mut self, now: Instant, rate: u16, config: &Config) -> bool {
        let Some(newest) = self.sent.back().filter(|_| self.acknowledges) else { return true };
        if self.sent.len() < self.window(rate) && self.bytes < config.max_bytes_in_flight {
            return true;
        }
        let pause = self.pause.max(self.trip().unwrap_or_default() * 2);
        let quiet = self.answered.map_or(newest.at, |answered| answered.max(newest.at));
        let paused = now.saturating_duration_since(quiet) >= pause;
        if paused {
            self.pause = (self.pause * 2).min(LAST_PAUSE);
        }
        paused
    }

    /// The shortest round trip of late.
    fn trip(&self) -> Option<Duration> {
        self.shortest.into_iter().flatten().min()
    }

    /// How many frames may be on their way: as many as leave during the shortest round trip and one, at least two, and as
    /// many more as leave between two acknowledgements of a client that sends four a second. Once something has queued, one;
    /// now and then a second one tells whether the line takes more.
    fn window(&self, rate: u16) -> usize {
        match self.limit {
            None => wide(self.trip(), rate),
            Some(1) if self.trip().is_some() && self.calm >= CALM << self.failed => 2,
            Some(limit) => limit,
        }
    }

    fn measure(&mut self, trip: Duration, alone: bool, now: Instant, period: Duration) {
        if alone || self.limit.is_none() {
            if self.period_began.is_none_or(|began| now.saturating_duration_since(began) >= SHORTEST_LASTS) {
                self.shortest = [None, self.shortest[0]];
                self.period_began = Some(now);
            }
            self.shortest[0] = Some(self.shortest[0].map_or(trip, |shortest| shortest.min(trip)));
        }
        let Some(shortest) = self.trip() else { return };
        // A client that says so a tick late is not slow.
        let near = trip <= shortest + shortest / 4 + period;
        match self.limit {
            None if trip > shortest + shortest.max(period * 2) => {
                // What was measured so far may have queued already.
                (self.limit, self.calm, self.failed, self.shortest) = (Some(1), 0, 0, [None; 2]);
            }
            None => {}
            // Back before the next tick: the line takes a frame with each.
            Some(1) if alone && trip <= period && self.calm >= CALM << self.failed => self.limit = None,
            Some(1) if alone => self.calm += 1,
            Some(1) if near => (self.limit, self.calm) = (Some(2), 0),
            Some(_) if !near => {
                self.limit = self.limit.map(|limit| (limit / 2).max(1));
                (self.calm, self.failed) = (0, (self.failed + 1).min(PATIENCE));
            }
            Some(limit) => {
                self.calm += 1;
                if self.calm >= CALM {
                    let rate = (1.0 / period.as_secs_f64()).round() as u16;
                    (self.limit, self.calm) = (Some(limit * 2).filter(|limit| *limit < wide(Some(shortest), rate)), 0);
                    self.failed = 0;
                }
            }
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.sent.pop_front() {
            self.bytes -= oldest.bytes;
        }
    }
}

/// The window of a client whose frames don't queue.
fn wide(trip: Option<Duration>, rate: u16) -> usize {
    let during = (trip.unwrap_or_default().as_secs_f64() * f64::from(rate)).ceil() as usize + 1;
    during.max(2) + usize::from(rate).div_ceil(4) + 1
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;
