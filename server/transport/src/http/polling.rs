//! Long-polling: the handshake, GETs that wait for packets, POSTs that bring them.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use engineio::{ErrorCode, Packet, Revision, Transport, jsonp};
use http::{HeaderValue, StatusCode, header};
use http_body_util::LengthLimitError;
use tokio::sync::oneshot;

use super::answer::{plain, refused};
use super::body;
use crate::conn::{Conn, Post};
use crate::error::{BadInput, CloseReason};
use crate::server::Server;
use crate::task;

/// Milliseconds that a POST with a close packet waits for the GET beside it.
const POLL_PATIENCE: u32 = 10;

/// Begins the session `conn`; the answer is its open packet.
pub(super) async fn open(server: &Server, conn: Arc<Conn>) -> Result<Response, ErrorCode> {
    // The answer is on its way before the task has anything to add to it.
    let answer = match begin_get(&conn) {
        Ok(answer) => answer,
        Err(turned) => return *turned,
    };
    server.shared().tasks.spawn(task::run(server.clone(), conn.clone(), None));
    let mut response = end_get(&conn, answer).await?;
    if let Some(cookie) = server.config().cookie.as_ref().and_then(|cookie| cookie.header(conn.sid.as_str())) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Waits for packets.
pub(super) async fn get(conn: Arc<Conn>) -> Result<Response, ErrorCode> {
    match begin_get(&conn) {
        Ok(answer) => end_get(&conn, answer).await,
        Err(turned) => *turned,
    }
}

/// What the GET will be answered with, or its answer where it comes out of turn.
fn begin_get(conn: &Conn) -> Result<oneshot::Receiver<Vec<u8>>, Box<Result<Response, ErrorCode>>> {
    let (sender, receiver) = oneshot::channel();
    {
        let mut core = conn.lock();
        let now = conn.now();
        let open = core.engine.is_open();
        if let Err(code) = core.engine.begin_poll(now) {
            let ended = open && core.engine.is_closed();
            drop(core);
            return Err(Box::new(out_of_turn(conn, code, ended)));
        }
        core.poll = Some(sender);
        // The bound of the queue has ended the session; the task tells the sockets.
        let _ = core.pump(now, &conn.shared.metrics);
    }
    conn.wake.notify_one();
    Ok(receiver)
}

/// A request that is given up ends the session: what it carried may be lost.
async fn end_get(conn: &Arc<Conn>, answer: oneshot::Receiver<Vec<u8>>) -> Result<Response, ErrorCode> {
    let guard = Guard { conn, asked: Asked::Get, armed: true };
    let body = answer.await;
    guard.disarm();
    body.map(|body| packets(conn, body)).map_err(|_| ErrorCode::SessionUnknown)
}

fn packets(conn: &Arc<Conn>, body: Vec<u8>) -> Response {
    let (kind, body) = match &conn.dialect.callback {
        Some(callback) => {
            let script = jsonp::script(callback, &String::from_utf8_lossy(&body));
            ("text/javascript; charset=UTF-8", script.into_bytes())
        }
        None if conn.dialect.codec.is_binary_body(&body) => ("application/octet-stream", body),
        None => ("text/plain; charset=UTF-8", body),
    };
    let body = Body::from(Bytes::from_owner(Untaken { body, conn: conn.clone() }));
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The body of an answer until the kernel has it, or the client is gone. The next one waits for that: else a client could leave
/// any number of them unread, each on a connection of its own.
struct Untaken {
    body: Vec<u8>,
    conn: Arc<Conn>,
}

impl AsRef<[u8]> for Untaken {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl Drop for Untaken {
    fn drop(&mut self) {
        self.conn.answer_taken();
    }
}

/// Takes packets in; answers when the handlers of their events have run, so that a client cannot get ahead of them.
pub(super) async fn post(conn: Arc<Conn>, request: Request) -> Result<Response, ErrorCode> {
    let limit = conn.shared.config.max_payload;
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|len| len > limit) {
        return Ok(too_large(&conn));
    }
    let binary =
        request.headers().get(header::CONTENT_TYPE).is_some_and(|v| v.as_bytes() == b"application/octet-stream");
    {
        let mut core = conn.lock();
        let open = core.engine.is_open();
        if let Err(code) = core.engine.begin_post(conn.now()) {
            let ended = open && core.engine.is_closed();
            drop(core);
            return out_of_turn(&conn, code, ended);
        }
    }
    let guard = Guard { conn: &conn, asked: Asked::Post, armed: true };
    if binary && conn.dialect.codec.revision() == Revision::V4 {
        // The guard closes the session, as the reference server does.
        return Err(ErrorCode::BadRequest);
    }
    let body = body::read(request.into_body(), limit);
    let body = match tokio::time::timeout(conn.shared.config.body_timeout, body).await {
        Ok(Ok(body)) => body,
        Ok(Err(e)) if e.is::<LengthLimitError>() => return Ok(too_large(&conn)),
        // A client that is gone has done nothing wrong, and reads no answer.
        Ok(Err(e)) if body::is_lost(&*e) => return Ok(refused(ErrorCode::BadRequest, None, false)),
        Ok(Err(_)) => return Err(ErrorCode::BadRequest),
        Err(_) => {
            count(&conn, BadInput::Slow, &"no whole body in time");
            return Ok(refused(ErrorCode::BadRequest, None, false));
        }
    };
    let metrics = &conn.shared.metrics;
    metrics.bytes_in.fetch_add(body.len() as u64, Relaxed);
    let packets = match unpack(&conn, body, binary) {
        Ok(packets) => packets,
        Err(error) => {
            count(&conn, BadInput::of_engine(&error), &error);
            guard.disarm();
            let mut core = conn.lock();
            core.engine.handle_invalid(conn.now(), Transport::Polling);
            core.engine.end_post();
            drop(core);
            conn.wake.notify_one();
            return Ok(refused(ErrorCode::BadRequest, None, false));
        }
    };
    metrics.packets_in.fetch_add(packets.len() as u64, Relaxed);
    if packets.contains(&Packet::Close) {
        await_poll(&conn).await;
    }
    let (done, finished) = oneshot::channel();
    {
        let mut core = conn.lock();
        let ended = core.engine.close_reason();
        match ended {
            None => core.post = Some(Post { packets, done }),
            // Nobody takes them any more. A client that is refused would give up what it has not fetched.
            Some(reason) if reason.drains() => {
                let now = conn.now();
                packets.into_iter().for_each(|packet| core.engine.handle_packet(now, Transport::Polling, packet));
                core.engine.end_post();
                let _ = done.send(());
            }
            Some(_) => return Ok(refused(ErrorCode::BadRequest, None, false)),
        }
    }
    conn.wake.notify_one();
    // From here on the packets are in: a client that goes away now is the GET's matter.
    guard.disarm();
    finished.await.map_err(|_| ErrorCode::BadRequest)?;
    let mut response = Response::new(Body::from("ok"));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    Ok(response)
}

/// Waits a moment for the client's GET. A client that closes has sent one before, on another connection, and which of the two
/// is looked at first is chance; behind the close it would find no session to answer it.
async fn await_poll(conn: &Conn) {
    for _ in 0..POLL_PATIENCE {
        let settled = {
            let core = conn.lock();
            core.poll.is_some() || core.engine.is_closed()
        };
        if settled {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// The packets of a POST. A form without packets brings none, as with the reference server.
fn unpack(conn: &Conn, body: Bytes, binary: bool) -> Result<Vec<Packet>, engineio::Error> {
    let (codec, limits) = (conn.dialect.codec, &conn.shared.engine.limits);
    if conn.dialect.callback.is_none() {
        return codec.decode_body(body, binary, limits);
    }
    let form = std::str::from_utf8(&body).map_err(|_| engineio::Error::InvalidUtf8(body.len()))?;
    match jsonp::body_of(form) {
        Some(body) => codec.decode_body(body.into(), false, limits),
        None => Ok(Vec::new()),
    }
}

fn too_large(conn: &Conn) -> Response {
    count(conn, BadInput::TooLarge, &"POST above the limit");
    conn.close(CloseReason::TransportError);
    let mut response = plain(StatusCode::PAYLOAD_TOO_LARGE, "");
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A request while the session has another one, or none any more. The first of these has `ended` the session.
fn out_of_turn(conn: &Conn, code: ErrorCode, ended: bool) -> Result<Response, ErrorCode> {
    conn.wake.notify_one();
    if !ended || code == ErrorCode::SessionUnknown {
        return Err(code);
    }
    count(conn, BadInput::Overlap, &"overlapping requests");
    Ok(refused(code, None, false))
}

/// Counts bad input that has an answer of its own.
fn count(conn: &Conn, class: BadInput, error: &dyn std::fmt::Display) {
    conn.shared.metrics.bad_input(class);
    tracing::warn!(session = %conn.sid, peer = %conn.peer, class = class.as_str(), %error, "bad input");
}

/// Closes the session when a request is dropped before its end. The rest of one that is closed already waits for the next request.
struct Guard<'a> {
    conn: &'a Conn,
    asked: Asked,
    armed: bool,
}

enum Asked {
    Get,
    Post,
}

impl Guard<'_> {
    fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if self.armed {
            let mut core = self.conn.lock();
            core.engine.handle_transport_lost(self.conn.now(), Transport::Polling, true);
            match self.asked {
                Asked::Get => {
                    core.poll = None;
                    core.engine.end_poll();
                }
                Asked::Post => core.engine.end_post(),
            }
            drop(core);
            self.conn.wake.notify_one();
        }
    }
}
