//! How far a client has come, and what a message leads to.

/// How far a client has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The connection does not stand yet.
    Connecting,
    /// A place was asked for over HTTP.
    Asking,
    /// The WebSocket handshake went out.
    Upgrading,
    /// The other end has the first word.
    Opening,
    /// Said to be coming.
    Joining,
    /// Asked for a room's frames.
    Seating,
    /// Gets what the server sends at its ticks.
    Joined,
    Closed,
}

/// What a message leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) phase: Phase,
    /// Bytes to send.
    pub(super) say: Option<Vec<u8>>,
}

impl Step {
    /// Nothing is said.
    pub(super) const fn to(phase: Phase) -> Self {
        Self { phase, say: None }
    }

    /// These bytes are sent.
    pub(super) const fn say(phase: Phase, bytes: Vec<u8>) -> Self {
        Self { phase, say: Some(bytes) }
    }
}
