//! The times of one HTTP connection: how long its head, its idleness and its stalls may take. Owns the deadlines; the stream
//! polls the timers.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

use crate::config::Config;

/// Where an HTTP connection stands. The stream, the service and the response's body all tell it what happens.
#[derive(Debug)]
pub(super) struct Times {
    header: Duration,
    idle: Duration,
    /// How long a write may make no progress.
    pub(super) write: Duration,
    /// How long the rest of a refused request may be read past.
    pub(super) linger: Duration,
    now: Mutex<Now>,
}

#[derive(Debug)]
struct Now {
    phase: Phase,
    /// The answer ends the connection: what the client still sends is read past, see `Timed::poll_shutdown`.
    last: bool,
    /// Who reads while a request is handled, and has to look at the time when it no longer is.
    reader: Option<Waker>,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    /// Nothing has come yet. The whole head of the first request has to be there by then.
    Fresh { until: Instant },
    /// The whole head of a request has to be there by then; a part of it is.
    Head { until: Instant },
    /// A request is handled: its body has a time of its own, and its answer may take as long as it likes.
    Busy,
    /// The next request has to begin by then.
    Idle { until: Instant },
}

impl Times {
    /// Of a connection that was accepted now.
    pub(super) fn new(config: &Config) -> Self {
        let until = Instant::now() + config.handshake_timeout;
        Self {
            header: config.header_timeout,
            idle: config.keep_alive_timeout,
            write: config.write_timeout,
            linger: config.close_timeout,
            now: Mutex::new(Now { phase: Phase::Fresh { until }, last: false, reader: None }),
        }
    }

    /// By when something has to be read, and whether being late is the client's fault. Where there is no such time, `reader`
    /// is woken when there is.
    pub(super) fn read_by(&self, reader: &Waker) -> Option<(Instant, bool)> {
        let mut now = self.lock();
        match now.phase {
            Phase::Head { until } => Some((until, true)),
            Phase::Fresh { until } | Phase::Idle { until } => Some((until, false)),
            Phase::Busy => {
                now.reader = Some(reader.clone());
                None
            }
        }
    }

    /// Bytes have come.
    pub(super) fn heard(&self) {
        let mut now = self.lock();
        let whole = || Instant::now() + self.header;
        match now.phase {
            Phase::Fresh { until } => now.phase = Phase::Head { until: until.min(whole()) },
            Phase::Idle { .. } => now.phase = Phase::Head { until: whole() },
            Phase::Head { .. } | Phase::Busy => {}
        }
    }

    /// The client has taken bytes: it is not idle before it has all of them.
    pub(super) fn taken(&self) {
        if let Phase::Idle { until } = &mut self.lock().phase {
            *until = Instant::now() + self.idle;
        }
    }

    /// A request's head is there.
    pub(super) fn begin(&self) {
        self.lock().phase = Phase::Busy;
    }

    /// The answer's body has been handed over.
    pub(super) fn end(&self) {
        let reader = {
            let mut now = self.lock();
            now.phase = Phase::Idle { until: Instant::now() + self.idle };
            now.reader.take()
        };
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// Whether the answer that begins now ends the connection.
    pub(super) fn set_last(&self, last: bool) {
        self.lock().last = last;
    }

    /// Whether the answer given ended the connection.
    pub(super) fn is_last(&self) -> bool {
        self.lock().last
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
