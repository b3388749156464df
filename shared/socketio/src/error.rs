//! Everything that can go wrong, and how it is told: errors of this crate, the reasons a namespace is left with, and
//! which error closes a connection with which reason.

use std::fmt;

use engineio::CloseReason;

use crate::Namespace;

/// Why a message was refused or an operation failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A message without even a packet type.
    #[error("empty message")]
    EmptyMessage,
    /// The packet type is none of the protocol's.
    #[error("unknown packet type")]
    UnknownType,
    /// The attachment count of a binary packet is no decimal number followed by a dash.
    #[error("malformed attachment count")]
    InvalidAttachmentCount,
    /// More attachments than the limit.
    #[error("{count} attachments exceed the limit of {limit}")]
    TooManyAttachments {
        /// Attachments announced or given.
        count: usize,
        /// [`Limits::attachments`](crate::Limits::attachments).
        limit: usize,
    },
    /// A placeholder names no attachment.
    #[error("placeholder without a valid attachment number")]
    InvalidPlaceholder,
    /// The attachments of a packet did not come in time.
    #[error("{missing} attachments did not arrive in time")]
    AttachmentsWithheld {
        /// Attachments still awaited.
        missing: usize,
    },
    /// Text came while attachments were awaited, or on a MessagePack connection.
    #[error("text message where a binary one is due")]
    UnexpectedText,
    /// A binary message came that no packet announced.
    #[error("binary message where a text one is due")]
    UnexpectedBinary,
    /// The name of a namespace does not begin with a slash, or has a comma.
    #[error("malformed namespace")]
    InvalidNamespace,
    /// The name of a namespace is too long.
    #[error("namespace name of {len} bytes exceeds the {limit} byte limit")]
    NamespaceTooLong {
        /// Length in bytes.
        len: usize,
        /// [`Limits::namespace_bytes`](crate::Limits::namespace_bytes).
        limit: usize,
    },
    /// The acknowledgement id is negative, not whole, or beyond 64 bits.
    #[error("malformed acknowledgement id")]
    InvalidId,
    /// The payload is not JSON.
    #[error("malformed json at column {column}")]
    InvalidJson {
        /// One-based column in the payload.
        column: usize,
    },
    /// The message is not MessagePack.
    #[error("malformed messagepack: marker {marker:#04x} at byte {offset}")]
    InvalidMsgpack {
        /// The marker byte that was not understood.
        marker: u8,
        /// Its offset in the message.
        offset: usize,
    },
    /// The MessagePack message ends too early, or declares more than there is.
    #[error("messagepack message of {len} bytes is cut short")]
    Truncated {
        /// Length in bytes.
        len: usize,
    },
    /// Bytes behind the MessagePack value.
    #[error("{0} bytes behind the messagepack value")]
    TrailingBytes(usize),
    /// Arrays and maps nested too deep.
    #[error("nested deeper than the limit of {limit}")]
    TooDeep {
        /// [`Limits::depth`](crate::Limits::depth).
        limit: usize,
    },
    /// Too many values in one packet.
    #[error("packet of more than {limit} values")]
    TooManyValues {
        /// [`Limits::values`](crate::Limits::values).
        limit: usize,
    },
    /// A packet, with its attachments, is too long.
    #[error("packet of {len} bytes exceeds the {limit} byte limit")]
    MessageTooLarge {
        /// Length in bytes so far.
        len: usize,
        /// [`Limits::message_bytes`](crate::Limits::message_bytes).
        limit: usize,
    },
    /// A packet of ours is larger than what may be sent at a time.
    #[error("packet of {bytes} bytes to send exceeds the {limit} byte limit")]
    PacketTooLarge {
        /// Its bytes, each message counted with [`PACKET_COST`](engineio::Limits::PACKET_COST); where its binary values are too
        /// many already, theirs alone, as it was not encoded then.
        bytes: usize,
        /// [`Limits::packet_bytes`](crate::Limits::packet_bytes).
        limit: usize,
    },
    /// The data does not fit the packet's kind.
    #[error("data that does not fit a {0} packet")]
    InvalidData(&'static str),
    /// The first element of an event is not a string.
    #[error("event name is not a string")]
    InvalidEventName,
    /// The event name has a meaning of its own for applications.
    #[error("event name {0:?} is reserved")]
    ReservedEvent(&'static str),
    /// The namespace has not been joined.
    #[error("not connected to namespace {0}")]
    NotConnected(Namespace),
    /// The namespace is joined already, or the answer is outstanding.
    #[error("already connected to namespace {0}")]
    AlreadyConnected(Namespace),
    /// No request to join the namespace is outstanding.
    #[error("no pending connection to namespace {0}")]
    NotConnecting(Namespace),
    /// Too many namespaces. Tells a client of its own bound; a server tells it to the client that asks, as a refusal.
    #[error("more than {limit} namespaces")]
    TooManyNamespaces {
        /// [`Limits::namespaces`](crate::Limits::namespaces).
        limit: usize,
    },
    /// Too many acknowledgements outstanding.
    #[error("more than {limit} acknowledgements outstanding")]
    TooManyAcks {
        /// [`Limits::outstanding_acks`](crate::Limits::outstanding_acks).
        limit: usize,
    },
    /// A packet kind this end never receives.
    #[error("unexpected {0} packet")]
    UnexpectedPacket(&'static str),
    /// No namespace was joined in time.
    #[error("no namespace joined in time")]
    ConnectTimeout,
    /// The session is over.
    #[error("session is closed")]
    Closed,
    /// An argument the application wants was not given.
    #[error("argument {0} is missing")]
    MissingArgument(usize),
    /// A value is not what the application wants, or cannot be represented.
    #[error("{0}")]
    Value(String),
}

impl Error {
    /// The reason the namespaces of a connection are left with when this error ends it.
    pub const fn disconnect_reason(&self) -> DisconnectReason {
        match self {
            Self::NotConnected(_) | Self::AlreadyConnected(_) | Self::ConnectTimeout => {
                DisconnectReason::ForcedServerClose
            }
            _ => DisconnectReason::Connection(CloseReason::ForcedClose),
        }
    }
}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Value(message.to_string())
    }
}

impl serde::ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Value(message.to_string())
    }
}

/// Why a namespace was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisconnectReason {
    /// The connection under it ended.
    Connection(CloseReason),
    /// The server closed the connection because the client broke the rules of the session.
    ForcedServerClose,
    /// The client left.
    ClientNamespaceDisconnect,
    /// The server sent the client away.
    ServerNamespaceDisconnect,
}

impl DisconnectReason {
    /// The text applications see.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connection(reason) => reason.as_str(),
            Self::ForcedServerClose => "forced server close",
            Self::ClientNamespaceDisconnect => "client namespace disconnect",
            Self::ServerNamespaceDisconnect => "server namespace disconnect",
        }
    }
}

impl fmt::Display for DisconnectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why an acknowledgement will never come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AckFailure {
    /// The time the application gave is over.
    #[error("no acknowledgement in time")]
    Timeout,
    /// The namespace was left.
    #[error("disconnected before the acknowledgement")]
    Disconnected,
}
