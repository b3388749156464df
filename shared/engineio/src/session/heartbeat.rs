//! Liveness. Owns the one timer that says when to ping, or when to give the peer up; sends nothing itself.

use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// A ping is to be sent now.
    Ping,
    /// The peer has been silent for too long.
    TimedOut,
}

#[derive(Clone, Copy, Debug)]
enum Timer {
    /// Not started.
    Idle,
    /// The server pings at this time.
    PingAt(Duration),
    /// The server pinged and waits for the pong.
    PongBy { deadline: Duration, sent: Duration },
    /// The client expects the next ping by this time.
    PingBy(Duration),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Heartbeat {
    interval: Duration,
    timeout: Duration,
    timer: Timer,
    rtt: Option<Duration>,
}

impl Heartbeat {
    pub(super) fn idle() -> Self {
        Self { interval: Duration::ZERO, timeout: Duration::ZERO, timer: Timer::Idle, rtt: None }
    }

    /// The end that sends pings.
    pub(super) fn pinging(now: Duration, interval: Duration, timeout: Duration) -> Self {
        Self { interval, timeout, timer: Timer::PingAt(now.saturating_add(interval)), rtt: None }
    }

    /// The end that answers pings.
    pub(super) fn answering(now: Duration, interval: Duration, timeout: Duration) -> Self {
        let mut heartbeat = Self { interval, timeout, timer: Timer::Idle, rtt: None };
        heartbeat.ping_received(now);
        heartbeat
    }

    pub(super) fn ping_received(&mut self, now: Duration) {
        self.timer = Timer::PingBy(now.saturating_add(self.interval).saturating_add(self.timeout));
    }

    /// Unsolicited pongs change nothing: they cannot put off the next ping.
    pub(super) fn pong_received(&mut self, now: Duration) {
        if let Timer::PongBy { sent, .. } = self.timer {
            self.rtt = Some(now.saturating_sub(sent));
            self.timer = Timer::PingAt(now.saturating_add(self.interval));
        }
    }

    pub(super) fn stop(&mut self) {
        self.timer = Timer::Idle;
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        match self.timer {
            Timer::Idle => None,
            Timer::PingAt(at) | Timer::PongBy { deadline: at, .. } | Timer::PingBy(at) => Some(at),
        }
    }

    pub(super) fn handle_timeout(&mut self, now: Duration) -> Option<Due> {
        match self.timer {
            Timer::PingAt(at) if now >= at => {
                // A ping that leaves a little late does not put off the end; after a longer pause of this program the peer
                // has its whole time.
                let from = if now.saturating_sub(at) <= self.timeout / 16 { at } else { now };
                self.timer = Timer::PongBy { deadline: from.saturating_add(self.timeout), sent: now };
                Some(Due::Ping)
            }
            Timer::PongBy { deadline, .. } | Timer::PingBy(deadline) if now >= deadline => Some(Due::TimedOut),
            _ => None,
        }
    }

    pub(super) fn rtt(&self) -> Option<Duration> {
        self.rtt
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_ping_a_little_late_keeps_the_deadline_and_one_far_too_late_gives_the_whole_time() {
        for (late, deadline) in [(0, 500), (12, 500), (13, 513), (1_000, 1_500)] {
            let mut heartbeat = Heartbeat::pinging(Duration::ZERO, 300 * MS, 200 * MS);
            assert_eq!(heartbeat.handle_timeout((300 + late) * MS), Some(Due::Ping));
            assert_eq!(heartbeat.deadline(), Some(deadline * MS), "{late} ms late");
        }
    }
}
