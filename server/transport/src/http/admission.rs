//! Who may open a session: the rate of handshakes, and the bounds on open sessions. Refusals are told in HTTP, to WebSockets
//! too, before a session or a 101 is made.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::response::Response;
use engineio::Transport;
use http::{HeaderValue, StatusCode, header};

use super::answer::plain;
use crate::address::counted;
use crate::conn::Conn;
use crate::dialect::Dialect;
use crate::handshake::Opening;
use crate::id::SocketId;
use crate::server::Server;
use crate::sessions::Full;

/// Opens a session for the client at `peer` and lists it.
///
/// # Errors
/// The refusal.
pub(super) fn admit(
    server: &Server,
    peer: SocketAddr,
    transport: Transport,
    dialect: Dialect,
    opening: Opening,
) -> Result<Arc<Conn>, Box<Response>> {
    let shared = server.shared();
    if let Err(wait) = shared.handshakes.take(counted(peer.ip()), shared.now()) {
        return Err(refused(server, peer, StatusCode::TOO_MANY_REQUESTS, "too many handshakes", Some(wait)));
    }
    let Ok(sid) = SocketId::random() else {
        return Err(Box::new(plain(StatusCode::INTERNAL_SERVER_ERROR, "no randomness for a session id")));
    };
    let conn = Conn::new(sid, peer, shared.clone(), transport, dialect);
    let _ = conn.opening.set(opening);
    match server.admit(&conn) {
        Ok(()) => {
            tracing::debug!(session = %sid, %peer, transport = transport.name(), "session opened");
            Ok(conn)
        }
        Err(Full::Server) => {
            Err(refused(server, peer, StatusCode::SERVICE_UNAVAILABLE, "no room for another session", None))
        }
        Err(Full::Address) => {
            Err(refused(server, peer, StatusCode::TOO_MANY_REQUESTS, "too many sessions from this address", None))
        }
    }
}

fn refused(
    server: &Server,
    peer: SocketAddr,
    status: StatusCode,
    words: &'static str,
    wait: Option<Duration>,
) -> Box<Response> {
    server.shared().metrics.handshakes_refused.fetch_add(1, Relaxed);
    tracing::debug!(%peer, status = status.as_u16(), "handshake refused: {words}");
    let mut response = plain(status, words);
    if let Some(wait) = wait {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Box::new(response)
}
