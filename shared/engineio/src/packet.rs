//! Engine.IO packets as values. Owns their kinds; their bytes are the business of [`crate::Frame`] and
//! [`crate::payload`].

use bytes::Bytes;

use crate::{Binary, Handshake, Text};

/// An application message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// UTF-8 text.
    Text(Text),
    /// Arbitrary bytes.
    Binary(Binary),
}

impl Message {
    /// A text message.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    /// A binary message.
    pub fn binary(bytes: impl Into<Binary>) -> Self {
        Self::Binary(bytes.into())
    }

    /// The payload's bytes in order; some chunks may be empty.
    pub fn chunks(&self) -> &[Bytes] {
        match self {
            Self::Text(text) => std::slice::from_ref(text.as_bytes()),
            Self::Binary(binary) => binary.chunks(),
        }
    }

    /// Payload length in bytes.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(binary) => binary.len(),
        }
    }

    /// Whether the payload is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Whether a ping or pong belongs to the probe of an upgrade or to the heartbeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// The heartbeat's own, without data.
    Heartbeat,
    /// Carries the text `probe`: the first packets on a WebSocket that may take over from polling.
    Upgrade,
    /// The heartbeat's own with other data, at most [`MAX_DATA`](Self::MAX_DATA) bytes, which the pong repeats. Revision
    /// 4 does not know it.
    Data(Text),
}

impl Probe {
    /// Most bytes of data a ping may carry: as many as a WebSocket's own.
    pub const MAX_DATA: usize = 125;
}

/// An Engine.IO packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// `0`: the server opens the session.
    Open(Box<Handshake>),
    /// `1`: the sender closes the session.
    Close,
    /// `2`: heartbeat, by the server or in revision 3 by the client, or the client's probe.
    Ping(Probe),
    /// `3`: answer to a ping.
    Pong(Probe),
    /// `4`: an application message.
    Message(Message),
    /// `5`: the client has moved to this transport.
    Upgrade,
    /// `6`: nothing; releases a pending poll.
    Noop,
}

impl Packet {
    /// The packet type's name in the specification.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::Close => "close",
            Self::Ping(_) => "ping",
            Self::Pong(_) => "pong",
            Self::Message(_) => "message",
            Self::Upgrade => "upgrade",
            Self::Noop => "noop",
        }
    }
}
