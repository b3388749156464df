//! The crate's error type, the reasons connections end for, and the classes of bad input.

use std::fmt;

/// What can go wrong outside a single connection, or when a handle is used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A [`Config`](crate::Config) that cannot work.
    #[error("configuration: {0}")]
    Config(String),
    /// The connection is closed or closing.
    #[error("the socket is closed")]
    Closed,
    /// The peer does not take its packets: the queue reached its bound and the connection was closed. The figures say what it
    /// would hold with what was not taken.
    #[error("queue of {bytes} bytes in {packets} packets exceeds its limit")]
    QueueFull {
        /// Bytes, counted as [`Config::max_queue_bytes`](crate::Config::max_queue_bytes) says.
        bytes: usize,
        /// Packets.
        packets: usize,
    },
    /// The packet alone is larger than what may wait for a client. Nothing of it was sent, and the connection stays.
    #[error("packet of {bytes} bytes exceeds the {limit} bytes that may wait for a client")]
    TooLarge {
        /// Its bytes, counted as [`Config::max_queue_bytes`](crate::Config::max_queue_bytes) says; where its binary values are
        /// too many already, theirs alone.
        bytes: usize,
        /// [`Config::max_queue_bytes`](crate::Config::max_queue_bytes).
        limit: usize,
    },
    /// Too many acknowledgements are outstanding on the connection.
    #[error("more than {limit} acknowledgements are outstanding")]
    TooManyAcks {
        /// [`Config::max_pending_acks`](crate::Config::max_pending_acks).
        limit: usize,
    },
    /// The event has been acknowledged before.
    #[error("the event has been answered already")]
    Answered,
    /// Producers wait in too many lanes of the socket.
    #[error("producers wait in {limit} lanes already")]
    TooManyLanes {
        /// [`Config::max_lanes`](crate::Config::max_lanes).
        limit: usize,
    },
    /// The arguments cannot be put into a packet.
    #[error("cannot encode the packet: {0}")]
    Encode(String),
    /// Nothing can listen there.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// As it was given.
        address: String,
        /// Why.
        source: std::io::Error,
    },
    /// The operating system refuses.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<socketio::Error> for Error {
    fn from(error: socketio::Error) -> Self {
        match error {
            socketio::Error::NotConnected(_) | socketio::Error::Closed => Self::Closed,
            socketio::Error::TooManyAcks { limit } => Self::TooManyAcks { limit },
            socketio::Error::PacketTooLarge { bytes, limit } => Self::TooLarge { bytes, limit },
            other => Self::Encode(other.to_string()),
        }
    }
}

/// Why an acknowledgement never came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AckError {
    /// The client did not answer in time.
    #[error("no acknowledgement in time")]
    Timeout,
    /// The event could not be sent: the socket was closed or had too many acknowledgements outstanding, or the event was too
    /// large.
    #[error("the event that asks for the acknowledgement could not be sent")]
    NotSent,
    /// The socket closed first.
    #[error("the socket closed before the acknowledgement")]
    Closed,
}

/// Why a socket or its connection ended. The wording of the first nine is Socket.IO's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseReason {
    /// The peer broke the transport's protocol, or the transport failed.
    TransportError,
    /// The peer went away.
    TransportClose,
    /// The server closed the connection because of what the peer sent.
    ForcedClose,
    /// The peer did not answer a heartbeat in time.
    PingTimeout,
    /// The peer sent a packet that cannot be read.
    ParseError,
    /// The server ends.
    ServerShuttingDown,
    /// The server closed the connection: nobody joined a namespace in time, or `disconnect(true, ..)`.
    ForcedServerClose,
    /// The client left the namespace.
    ClientNamespaceDisconnect,
    /// The server took the client out of the namespace.
    ServerNamespaceDisconnect,
    /// The peer reads too slowly: its queue reached the bound.
    QueueFull,
    /// A handler of this socket panicked.
    HandlerPanic,
    /// A handler of this socket returned an error, and nobody listens to errors.
    HandlerFailed,
    /// A reason of the application's own.
    Application(&'static str),
}

impl CloseReason {
    /// The reason in words, as Socket.IO writes them.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TransportError => "transport error",
            Self::TransportClose => "transport close",
            Self::ForcedClose => "forced close",
            Self::PingTimeout => "ping timeout",
            Self::ParseError => "parse error",
            Self::ServerShuttingDown => "server shutting down",
            Self::ForcedServerClose => "forced server close",
            Self::ClientNamespaceDisconnect => "client namespace disconnect",
            Self::ServerNamespaceDisconnect => "server namespace disconnect",
            Self::QueueFull => "queue full",
            Self::HandlerPanic => "handler panic",
            Self::HandlerFailed => "handler failed",
            Self::Application(words) => words,
        }
    }

    /// What the Engine.IO machine is closed with. The server's own decisions all let the queue drain.
    pub(crate) fn to_engine(self) -> engineio::CloseReason {
        match self {
            Self::TransportError => engineio::CloseReason::TransportError,
            Self::TransportClose => engineio::CloseReason::TransportClose,
            Self::PingTimeout => engineio::CloseReason::PingTimeout,
            Self::ParseError => engineio::CloseReason::ParseError,
            Self::ServerShuttingDown => engineio::CloseReason::ServerShuttingDown,
            Self::QueueFull => engineio::CloseReason::QueueFull,
            _ => engineio::CloseReason::ForcedClose,
        }
    }

    /// The reason as the machine tells it.
    pub(crate) fn from_engine(reason: engineio::CloseReason) -> Self {
        match reason {
            engineio::CloseReason::TransportClose => Self::TransportClose,
            engineio::CloseReason::TransportError => Self::TransportError,
            engineio::CloseReason::PingTimeout => Self::PingTimeout,
            engineio::CloseReason::ForcedClose => Self::ForcedClose,
            engineio::CloseReason::ParseError => Self::ParseError,
            engineio::CloseReason::ServerShuttingDown => Self::ServerShuttingDown,
            engineio::CloseReason::QueueFull => Self::QueueFull,
        }
    }

    /// The reason a socket leaves its namespace for, as the machine tells it.
    pub(crate) fn from_socket(reason: socketio::DisconnectReason) -> Self {
        match reason {
            socketio::DisconnectReason::Connection(reason) => Self::from_engine(reason),
            socketio::DisconnectReason::ForcedServerClose => Self::ForcedServerClose,
            socketio::DisconnectReason::ClientNamespaceDisconnect => Self::ClientNamespaceDisconnect,
            socketio::DisconnectReason::ServerNamespaceDisconnect => Self::ServerNamespaceDisconnect,
        }
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Classes of input that is refused. A client that is late, as its session has just ended, sends some of it too. All is counted; of
/// a connection's packets and frames the first is logged as a warning, of requests each at the level of debugging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BadInput {
    /// A request that is no Socket.IO request: unknown transport, session, method or revision.
    Request,
    /// A WebSocket frame against RFC 6455.
    WebSocket,
    /// An Engine.IO packet or payload that cannot be read, or comes at the wrong moment.
    Engine,
    /// A Socket.IO packet that cannot be read, or comes at the wrong moment.
    Packet,
    /// A body, message or packet above its limit of size, count or depth.
    TooLarge,
    /// Two polling requests of one session at a time, or a second upgrade.
    Overlap,
    /// An acknowledgement of something that was never asked. It is ignored; the session goes on.
    Ack,
    /// A request of a page from another host that is not let in; see [`Config::cors`](crate::Config::cors).
    Origin,
    /// A head, a body or attachments that did not come in time, or an answer that was not taken in time. An honest client may
    /// do so where its network fails.
    Slow,
}

impl BadInput {
    /// All classes, in the order of [`Snapshot::bad_inputs`](crate::Snapshot::bad_inputs).
    pub const ALL: [Self; 9] = [
        Self::Request,
        Self::WebSocket,
        Self::Engine,
        Self::Packet,
        Self::TooLarge,
        Self::Overlap,
        Self::Ack,
        Self::Origin,
        Self::Slow,
    ];

    /// The class of a Socket.IO packet that was refused.
    pub(crate) fn of_packet(error: &socketio::Error) -> Self {
        use socketio::Error as E;
        match error {
            E::AttachmentsWithheld { .. } => Self::Slow,
            E::MessageTooLarge { .. }
            | E::TooManyAttachments { .. }
            | E::TooDeep { .. }
            | E::TooManyValues { .. }
            | E::NamespaceTooLong { .. } => Self::TooLarge,
            _ => Self::Packet,
        }
    }

    /// The class of an Engine.IO packet or payload that was refused.
    pub(crate) fn of_engine(error: &engineio::Error) -> Self {
        match error {
            engineio::Error::PayloadTooLarge { .. } | engineio::Error::TooManyPackets { .. } => Self::TooLarge,
            _ => Self::Engine,
        }
    }

    /// The class as a metric label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::WebSocket => "websocket",
            Self::Engine => "engine",
            Self::Packet => "packet",
            Self::TooLarge => "too_large",
            Self::Overlap => "overlap",
            Self::Ack => "ack",
            Self::Origin => "origin",
            Self::Slow => "slow",
        }
    }
}
