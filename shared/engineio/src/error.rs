//! Everything that can go wrong, and how it is told: errors of this crate, the protocol's numbered request errors with
//! their HTTP statuses, and the reasons a session closes with.

use std::fmt;

/// Why bytes were not understood or an operation was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A packet without even a type.
    #[error("empty packet")]
    EmptyPacket,
    /// The first byte is no packet type.
    #[error("unknown packet type byte {0:#04x}")]
    UnknownType(u8),
    /// A packet type that carries nothing came with data, or a ping with other data than `probe`.
    #[error("{len} unexpected bytes in a {kind} packet")]
    UnexpectedData {
        /// Name of the packet type.
        kind: &'static str,
        /// Bytes behind the type.
        len: usize,
    },
    /// The open packet's JSON is not a handshake.
    #[error("malformed handshake")]
    InvalidHandshake,
    /// A text payload is not UTF-8.
    #[error("payload of {0} bytes is not utf-8")]
    InvalidUtf8(usize),
    /// A `b` packet is not base64.
    #[error("binary packet of {0} bytes is not base64")]
    InvalidBase64(usize),
    /// A length in a polling body of revision 3 is none, ends within a character, or exceeds what is there.
    #[error("invalid length at byte {0} of the payload")]
    InvalidLength(usize),
    /// A body or message longer than the limit.
    #[error("payload of {len} bytes exceeds the {limit} byte limit")]
    PayloadTooLarge {
        /// Length in bytes.
        len: usize,
        /// [`Limits::max_payload`](crate::Limits::max_payload).
        limit: usize,
    },
    /// More packets in a body than the limit.
    #[error("payload of more than {limit} packets")]
    TooManyPackets {
        /// [`Limits::payload_packets`](crate::Limits::payload_packets).
        limit: usize,
    },
    /// The message does not fit into the outgoing queue.
    #[error("message of {len} bytes does not fit into the queue, which holds {queued} of {limit} bytes")]
    QueueFull {
        /// Length in bytes of the refused message.
        len: usize,
        /// Bytes queued now.
        queued: usize,
        /// [`Limits::queue_bytes`](crate::Limits::queue_bytes).
        limit: usize,
    },
    /// The session is closed.
    #[error("session is closed")]
    Closed,
}

/// A request the server refuses; the protocol numbers these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The `transport` parameter names none we serve.
    TransportUnknown = 0,
    /// The `sid` parameter names no living session.
    SessionUnknown = 1,
    /// A handshake by another method than GET.
    BadHandshakeMethod = 2,
    /// Anything else that does not fit the session's state.
    BadRequest = 3,
    /// Refused by the server's policy.
    Forbidden = 4,
    /// The `EIO` parameter asks for another revision.
    UnsupportedVersion = 5,
}

impl ErrorCode {
    /// The number in the error body.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The text in the error body.
    pub const fn message(self) -> &'static str {
        match self {
            Self::TransportUnknown => "Transport unknown",
            Self::SessionUnknown => "Session ID unknown",
            Self::BadHandshakeMethod => "Bad handshake method",
            Self::BadRequest => "Bad request",
            Self::Forbidden => "Forbidden",
            Self::UnsupportedVersion => "Unsupported protocol version",
        }
    }

    /// The HTTP status of a refused polling request. Refused WebSocket handshakes always have 400.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::Forbidden => 403,
            _ => 400,
        }
    }

    /// The JSON body of a refused polling request.
    pub fn json(self) -> String {
        format!(r#"{{"code":{},"message":"{}"}}"#, self.number(), self.message())
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for ErrorCode {}

/// Why a session closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseReason {
    /// The peer closed the transport, or said so.
    TransportClose,
    /// The transport failed, or the peer broke its rules.
    TransportError,
    /// The peer did not answer, or did not send, a ping in time.
    PingTimeout,
    /// This end closed the session.
    ForcedClose,
    /// The peer sent bytes that are no packet.
    ParseError,
    /// The server is going down.
    ServerShuttingDown,
    /// The peer reads too slowly: the bounded queue overflowed.
    QueueFull,
}

impl CloseReason {
    /// The text applications see.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TransportClose => "transport close",
            Self::TransportError => "transport error",
            Self::PingTimeout => "ping timeout",
            Self::ForcedClose => "forced close",
            Self::ParseError => "parse error",
            Self::ServerShuttingDown => "server shutting down",
            Self::QueueFull => "queue full",
        }
    }

    /// Whether what is queued may still be written before the transport ends. Where the peer is gone or
    /// misbehaves it may not.
    pub const fn drains(self) -> bool {
        matches!(self, Self::ForcedClose | Self::ServerShuttingDown)
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_bodies_are_those_of_the_reference_server() {
        let bodies = [
            (ErrorCode::TransportUnknown, 400, r#"{"code":0,"message":"Transport unknown"}"#),
            (ErrorCode::SessionUnknown, 400, r#"{"code":1,"message":"Session ID unknown"}"#),
            (ErrorCode::BadHandshakeMethod, 400, r#"{"code":2,"message":"Bad handshake method"}"#),
            (ErrorCode::BadRequest, 400, r#"{"code":3,"message":"Bad request"}"#),
            (ErrorCode::Forbidden, 403, r#"{"code":4,"message":"Forbidden"}"#),
            (ErrorCode::UnsupportedVersion, 400, r#"{"code":5,"message":"Unsupported protocol version"}"#),
        ];
        for (code, status, body) in bodies {
            assert_eq!((code.http_status(), code.json().as_str()), (status, body));
        }
    }
}
