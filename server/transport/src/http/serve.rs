//! The accept loop: HTTP/1.1 with bounded heads, bounded waits and bounded connections, and an orderly end.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::header;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use tower::ServiceExt;

use super::timed::Timed;
use super::times::Times;
use crate::error::{BadInput, Error};
use crate::server::Server;
use crate::shared::Shared;
use crate::slots::{Slot, Slots};

/// Pause after the operating system refused to accept, which it does while files are short.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Time that tasks have to end by themselves when the last of their own waits is over.
const LAST_PAUSE: Duration = Duration::from_millis(100);

/// Serves `router` and the endpoint in it on `listener` until `shutdown` ends or the server is [closed](Server::close). Then no
/// session is opened, and all sockets are told [`ServerShuttingDown`](crate::CloseReason::ServerShuttingDown). When their clients have
/// what was sent to them, or the close timeout is over, no connection is accepted any more, and requests under way are finished or,
/// after the shutdown timeout, dropped. Returns when every task has ended; the server stays closed.
///
/// A handler that blocks keeps its session's task from ending. When close timeout and shutdown timeout are over, one after the other,
/// `serve` returns all the same, and a warning tells how many sessions are left. The end of the runtime then waits for what still
/// blocks a thread of it, unless it is [`shutdown_background`](tokio::runtime::Runtime::shutdown_background) or the program exits.
///
/// Of servers whose routers are merged in, each has to be closed, as this closes `server` alone. Dropped before its end, it accepts
/// no more, and leaves the sockets as they are.
///
/// # Errors
/// [`Error::Io`] when the listener is unusable.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    server: &Server,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), Error> {
    let ended = async {
        tokio::select! {
            () = shutdown => {}
            () = server.shared().closing() => {}
        }
    };
    accept(listener, router, server, pin!(ended)).await
}

/// Is not generic, so that it is compiled once and not for each caller.
async fn accept(
    listener: TcpListener,
    router: Router,
    server: &Server,
    shutdown: Pin<&mut (dyn Future<Output = ()> + Send)>,
) -> Result<(), Error> {
    let shared = server.shared();
    let (stop, stopped) = watch::channel(None);
    let slots = Slots::new(&shared.config, shared.metrics.clone());
    let http = Arc::new(http(shared));
    listener.local_addr()?;
    let door = Door { listener, router, shared: shared.clone(), slots, http, stopped };
    door.open_until(shutdown).await;
    tracing::info!("shutting down");
    server.close();
    let end = Instant::now() + shared.config.close_timeout + shared.config.shutdown_timeout;
    // Clients that poll fetch their last packets by further requests, some on connections of their own.
    let _ = timeout_at(end, door.open_until(pin!(server.emptied()))).await;
    drop(door);
    stop.send_replace(Some(end.min(Instant::now() + shared.config.shutdown_timeout)));
    if timeout_at(end + LAST_PAUSE, server.closed()).await.is_err() {
        let sessions = shared.metrics.sessions.load(Relaxed);
        tracing::warn!(sessions, "tasks are left after the shutdown: a handler blocks");
    }
    Ok(())
}

/// Where connections come in.
struct Door {
    listener: TcpListener,
    router: Router,
    shared: Arc<Shared>,
    slots: Slots,
    http: Arc<hyper::server::conn::http1::Builder>,
    /// Until when connections have to end, once they do.
    stopped: watch::Receiver<Option<Instant>>,
}

impl Door {
    /// Accepts connections until `closing` ends.
    async fn open_until(&self, mut closing: Pin<&mut (dyn Future<Output = ()> + Send)>) {
        let Self { listener, slots, shared, .. } = self;
        loop {
            let accepted = async {
                let permit = slots.permit().await;
                (permit, listener.accept().await)
            };
            let (permit, accepted) = tokio::select! {
                biased;
                () = &mut closing => return,
                accepted = accepted => accepted,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::select! {
                        () = &mut closing => return,
                        () = tokio::time::sleep(ACCEPT_PAUSE) => continue,
                    }
                }
            };
            shared.metrics.tcp_total.fetch_add(1, Relaxed);
            let Some(slot) = slots.take(peer.ip(), permit) else {
                shared.metrics.tcp_refused.fetch_add(1, Relaxed);
                continue;
            };
            let (http, router, stopped) = (self.http.clone(), self.router.clone(), self.stopped.clone());
            shared.tasks.spawn(connection(http, stream, peer, router, stopped, shared.clone(), slot));
        }
    }
}

fn http(shared: &Shared) -> hyper::server::conn::http1::Builder {
    let mut http = hyper::server::conn::http1::Builder::new();
    // Times are the stream's, see `Timed`.
    http.header_read_timeout(None)
        .max_headers(shared.config.max_headers)
        .max_header_size(shared.config.max_header_bytes)
        .max_buf_size(shared.config.max_header_bytes)
        .keep_alive(true)
        .half_close(false);
    http
}

async fn connection(
    http: Arc<hyper::server::conn::http1::Builder>,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut stopped: watch::Receiver<Option<Instant>>,
    shared: Arc<Shared>,
    slot: Slot,
) {
    let options = stream.set_nodelay(true).and_then(|()| limit_not_sent(&stream, shared.config.not_sent_bytes));
    if let Err(error) = options {
        return tracing::debug!(%peer, %error, "connection lost before its first request");
    }
    let slot = Arc::new(slot);
    let kept = slot.clone();
    let times = Arc::new(Times::new(&shared.config));
    let stream = Timed::new(stream, times.clone(), shared.metrics.clone());
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        times.begin();
        let bodied = !request.body().is_end_stream();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        // A WebSocket outlives its HTTP connection and goes on counting as one.
        request.extensions_mut().insert(slot.clone());
        let (answer, times) = (router.clone().oneshot(request), times.clone());
        async move { Ok::<_, Infallible>(watched(answer.await?, bodied, times)) }
    });
    let mut connection = std::pin::pin!(http.serve_connection(stream, service).with_upgrades());
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            let told = *stopped.borrow();
            // Nobody tells where `serve` itself was dropped.
            let end = told.unwrap_or_else(|| Instant::now() + shared.config.shutdown_timeout);
            match timeout_at(end, connection).await {
                Ok(ended) => ended,
                Err(_) => return tracing::debug!(%peer, "connection dropped at shutdown"),
            }
        }
    };
    if let Err(error) = ended {
        // What hyper answers by itself: heads that cannot be read or exceed a limit.
        if error.is_parse() {
            shared.metrics.bad_input(if error.is_parse_too_large() { BadInput::TooLarge } else { BadInput::Request });
        }
        tracing::debug!(%peer, %error, "connection ended with an error");
    }
    drop(kept);
}

/// Tells `times` how the answer goes. A request that is refused before its body was read ends the connection.
fn watched(answer: Response, bodied: bool, times: Arc<Times>) -> Response {
    let closes = answer.headers().get(header::CONNECTION).is_some_and(|v| v.as_bytes() == b"close");
    times.set_last(closes || (bodied && !answer.status().is_success()));
    let end = End(times);
    // hyper drops the body when it has it all, and with it what the closure holds.
    answer.map(|body| {
        Body::new(body.map_err(move |error| {
            let _held = &end;
            error
        }))
    })
}

/// The end of an answer's body.
struct End(Arc<Times>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.end();
    }
}

#[cfg(target_os = "linux")]
fn limit_not_sent(stream: &TcpStream, bytes: u32) -> std::io::Result<()> {
    socket2::SockRef::from(stream).set_tcp_notsent_lowat(bytes)
}

/// Other systems keep more; it costs slow clients only.
#[cfg(not(target_os = "linux"))]
fn limit_not_sent(_: &TcpStream, _: u32) -> std::io::Result<()> {
    Ok(())
}
