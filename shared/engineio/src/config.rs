//! Settings of a session. Owns intervals and switches; the figures that bound memory are in [`Limits`].

use std::time::Duration;

use crate::{Codec, Limits};

/// Settings of the server's end of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerConfig {
    /// Time from the opening, or from the last pong, to the next ping. Defaults to 25 s.
    pub ping_interval: Duration,
    /// Time the client has to answer a ping; of revision 3, to send one beyond the interval. Defaults to 20 s.
    pub ping_timeout: Duration,
    /// Time from the WebSocket's opening to the end of the upgrade. Defaults to 10 s.
    pub upgrade_timeout: Duration,
    /// Pause between the noops that release the client's polls during an upgrade. Defaults to 100 ms.
    pub upgrade_noop_interval: Duration,
    /// Whether a polling session may move to WebSocket. Defaults to true.
    pub allow_upgrades: bool,
    /// Bounds on input and queue.
    pub limits: Limits,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            upgrade_timeout: Duration::from_secs(10),
            upgrade_noop_interval: Duration::from_millis(100),
            allow_upgrades: true,
            limits: Limits::default(),
        }
    }
}

/// Settings of the client's end of a session. Heartbeat intervals come from the server's handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientConfig {
    /// Time to wait for the server's open packet. Defaults to 20 s.
    pub open_timeout: Duration,
    /// Time from the WebSocket's opening to the end of the upgrade. Defaults to 10 s.
    pub upgrade_timeout: Duration,
    /// Bounds on input and queue.
    pub limits: Limits,
    /// Revision to speak, and the form of binary messages. Defaults to [`Codec::V4`].
    pub codec: Codec,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            open_timeout: Duration::from_secs(20),
            upgrade_timeout: Duration::from_secs(10),
            limits: Limits::default(),
            codec: Codec::default(),
        }
    }
}
