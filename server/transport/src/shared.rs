//! What every connection of a server reaches: settings, counters, tasks and the clock. Knows no connection.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::config::Config;
use crate::metrics::Metrics;
use crate::rate::Rate;
use crate::tasks::Tasks;

/// What every connection reaches.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) engine: engineio::ServerConfig,
    pub(crate) limits: socketio::Limits,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) tasks: Tasks,
    /// Numbers what is asked of clients: a client answers over the connection it has, which may not be the one it was asked on.
    pub(crate) ack_ids: socketio::AckIds,
    /// How often an address may open sessions.
    pub(crate) handshakes: Rate,
    /// Whether the server has been closed.
    closing: watch::Sender<bool>,
    started: Instant,
}

impl Shared {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            engine: config.engine(),
            limits: config.socket(),
            handshakes: Rate::new(config.handshakes_per_second, config.handshake_burst),
            config,
            metrics: Arc::default(),
            tasks: Tasks::default(),
            ack_ids: socketio::AckIds::default(),
            closing: watch::Sender::new(false),
            started: Instant::now(),
        }
    }

    /// The server is closed from now on.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Whether it has been closed.
    pub(crate) fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    /// Waits until it is closed.
    pub(crate) async fn closing(&self) {
        // Fails only without the sender, which stands here.
        let _ = self.closing.subscribe().wait_for(|closed| *closed).await;
    }

    /// Time since the server's start: the machines' clock.
    pub(crate) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// The machines' time as the runtime's timers want it.
    pub(crate) fn instant(&self, at: Duration) -> tokio::time::Instant {
        tokio::time::Instant::from_std(
            self.started.checked_add(at).unwrap_or(self.started + Duration::from_secs(86_400)),
        )
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("config", &self.config).finish_non_exhaustive()
    }
}
