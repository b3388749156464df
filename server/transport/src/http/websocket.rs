//! WebSocket handshakes (RFC 6455, section 4.2): of new sessions and of upgrades. After the 101 the TCP stream is taken over
//! from hyper.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use engineio::{Codec, ErrorCode, Transport};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::timed::Timed;
use crate::conn::Conn;
use crate::error::BadInput;
use crate::io::{Reader, Received, ws_close};
use crate::server::Server;
use crate::shared::Shared;
use crate::slots::Slot;
use crate::task;

/// Time between the 101 and the open packet behind it. Many clients listen for messages a turn after they hear of the 101, and
/// lose a packet that they read together with it: on one machine every other one was lost without this pause, and
/// hardly any with it.
const APART: Duration = Duration::from_millis(2);

/// Whether the request asks for a WebSocket.
pub(super) fn is_upgrade(request: &Request) -> bool {
    let headers = request.headers();
    lists(headers, header::CONNECTION, "upgrade") && lists(headers, header::UPGRADE, "websocket")
}

/// Begins the session `conn` on a WebSocket, once `accept` has found the request to be a handshake.
pub(super) fn open(server: &Server, conn: Arc<Conn>, mut request: Request) {
    let slot = request.extensions().get::<Arc<Slot>>().cloned();
    let taken = hyper::upgrade::on(&mut request);
    let owned = server.clone();
    server.shared().tasks.spawn(async move {
        let reader = take_over(taken, slot, &conn.shared).await;
        if reader.is_none() {
            conn.lock().engine.handle_transport_lost(conn.now(), Transport::WebSocket, true);
        }
        tokio::time::sleep(APART).await;
        task::run(owned, conn, reader).await;
    });
}

/// Lets a WebSocket take over the polling session `conn`. One too many is let in and closed at once, as the reference server
/// does: clients tell a WebSocket that closes from one that fails.
pub(super) async fn upgrade(conn: Arc<Conn>, codec: Codec, mut request: Request) -> Result<Response, ErrorCode> {
    let response = accept(&request)?;
    let begun = {
        let mut core = conn.lock();
        core.engine.begin_upgrade_with(conn.now(), codec).map(|()| {
            core.upgrades = core.upgrades.wrapping_add(1);
            core.upgrades
        })
    };
    if begun.is_err() {
        conn.shared.metrics.bad_input(BadInput::Overlap);
    }
    let slot = request.extensions().get::<Arc<Slot>>().cloned();
    let taken = hyper::upgrade::on(&mut request);
    let tasks = conn.shared.tasks.clone();
    tasks.spawn(async move {
        let reader = take_over(taken, slot, &conn.shared).await;
        let unwanted = {
            let mut core = conn.lock();
            // One that comes so late that it was given up is not to be taken for the next one.
            let newest = begun == Ok(core.upgrades);
            match reader {
                Some(reader) if newest && core.engine.is_upgrading() => {
                    core.newcomer = Some(reader);
                    None
                }
                None if newest => {
                    core.engine.handle_transport_lost(conn.now(), Transport::WebSocket, true);
                    None
                }
                unwanted => unwanted,
            }
        };
        conn.wake.notify_one();
        if let Some(reader) = unwanted {
            // A client that does not answer the close frame is left alone after a while.
            let config = &conn.shared.config;
            let _ = tokio::time::timeout(config.close_timeout, turn_away(reader, config.read_turn)).await;
        }
    });
    Ok(response)
}

/// Waits for the 101 to be written and takes the stream from hyper.
async fn take_over(taken: OnUpgrade, slot: Option<Arc<Slot>>, shared: &Shared) -> Option<Box<Reader>> {
    let given_up = async {
        shared.closing().await;
        tokio::time::sleep(shared.config.close_timeout).await;
    };
    let upgraded = tokio::select! {
        taken = tokio::time::timeout(shared.config.handshake_timeout, taken) => match taken {
            Ok(Ok(upgraded)) => upgraded,
            Ok(Err(error)) => {
                tracing::debug!(%error, "websocket handshake failed");
                return None;
            }
            Err(_) => return None,
        },
        () = given_up => return None,
    };
    let Ok(parts) = upgraded.downcast::<Timed>() else {
        tracing::error!("the stream below a websocket is no TCP stream");
        return None;
    };
    Some(Box::new(Reader::new(Arc::new(parts.io.into_inner()), &parts.read_buf, slot, &shared.config)))
}

/// Closes a WebSocket that is not wanted, and reads what comes until its client has answered.
async fn turn_away(mut reader: Box<Reader>, turn: usize) {
    let stream = reader.stream().clone();
    if stream.writable().await.is_err() || stream.try_write(ws_close(None).as_slice()).is_err() {
        return;
    }
    loop {
        let (mut left, mut replies) = (turn, Vec::new());
        loop {
            replies.clear();
            match reader.next(&mut left, &mut replies) {
                Ok(Some(Received::Close(_))) | Err(_) => return,
                Ok(Some(_)) => {}
                Ok(None) => break,
            }
        }
        if stream.readable().await.is_err() {
            return;
        }
        // A peer that never stops sending must not keep the timeout from running.
        tokio::task::yield_now().await;
    }
}

/// The 101 to a handshake.
pub(super) fn accept(request: &Request) -> Result<Response, ErrorCode> {
    let headers = request.headers();
    let key = headers.get(header::SEC_WEBSOCKET_KEY).ok_or(ErrorCode::BadRequest)?;
    let version = headers.get(header::SEC_WEBSOCKET_VERSION).map(HeaderValue::as_bytes);
    if request.method() != Method::GET || version != Some(b"13") || key.len() != 24 {
        return Err(ErrorCode::BadRequest);
    }
    let answer = HeaderValue::try_from(derive_accept_key(key.as_bytes())).map_err(|_| ErrorCode::BadRequest)?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, answer);
    Ok(response)
}

/// Whether a comma-separated header lists `word`.
fn lists(headers: &HeaderMap, name: header::HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|v| v.to_str().ok());
    values.flat_map(|v| v.split(',')).any(|v| v.trim().eq_ignore_ascii_case(word))
}
