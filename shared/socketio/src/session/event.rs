//! What a session tells its application.

use super::acks::{AckId, AckToken};
use crate::{AckFailure, Args, DisconnectReason, Namespace, Value};

/// What happened, in order.
#[derive(Debug, PartialEq)]
pub enum Event {
    /// To a server: the client asks to join. Answer with `accept` or `refuse`, now or later; an unknown namespace is
    /// refused with [`ServerSession::INVALID_NAMESPACE`](super::ServerSession::INVALID_NAMESPACE).
    Connecting {
        /// The namespace asked for.
        namespace: Namespace,
        /// The authentication payload, a map.
        auth: Option<Value>,
    },
    /// To a server: the client has taken back what [`Connecting`](Self::Connecting) told of. There is nothing to answer, and it
    /// may ask again. The end of the connection takes all requests back without this event.
    Withdrawn {
        /// The namespace it had asked for.
        namespace: Namespace,
    },
    /// To a client: the server lets it join.
    Connected {
        /// The namespace joined.
        namespace: Namespace,
        /// The socket's id there.
        sid: String,
    },
    /// To a client: the server refuses it.
    ConnectError {
        /// The namespace asked for.
        namespace: Namespace,
        /// The server's words.
        message: String,
        /// What the server adds.
        data: Option<Value>,
    },
    /// The peer emitted an event.
    Event {
        /// Where.
        namespace: Namespace,
        /// Its name.
        name: String,
        /// Its arguments.
        args: Args,
        /// The right to answer, if the peer wants an answer.
        ack: Option<AckToken>,
    },
    /// The peer answered an event.
    Ack {
        /// Where.
        namespace: Namespace,
        /// Which, as `emit_with_ack` named it.
        id: AckId,
        /// The answer.
        args: Args,
    },
    /// The peer answered what was never asked, by this session or another of the same [`AckIds`](super::AckIds). It means
    /// nothing, and the session goes on, as with the reference server.
    StrayAck {
        /// Where.
        namespace: Namespace,
        /// Which id it named, if any.
        id: Option<u64>,
    },
    /// The peer will not answer an event any more.
    AckFailed {
        /// Where.
        namespace: Namespace,
        /// Which, as `emit_with_ack` named it.
        id: AckId,
        /// Why.
        failure: AckFailure,
    },
    /// A joined namespace has been left; its outstanding acknowledgements failed before.
    Disconnected {
        /// Which.
        namespace: Namespace,
        /// Why.
        reason: DisconnectReason,
    },
}
