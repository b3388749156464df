//! The accept loop: HTTP/1.1 with bounded heads, bounded waits and bounded connections, and an orderly end.

use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

use crate::error::Error;
use crate::server::{Server, Shared, Tasks};

/// Pause after the operating system refused to accept, which it does while files are short.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves `router` and the endpoint in it on `listener` until `shutdown` ends. Then no connection is accepted, all sockets
/// are told [`ServerShuttingDown`](crate::CloseReason::ServerShuttingDown), and requests under way are finished or, after the
/// shutdown timeout, dropped. Returns when every task has ended.
///
/// # Errors
/// [`Error::Io`] when the listener is unusable.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    server: &Server,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    let shared = &server.shared;
    let room = Arc::new(Semaphore::new(shared.config.max_connections));
    let addresses = Arc::new(Mutex::new(HashMap::new()));
    let (stop, stopped) = watch::channel(());
    let http = Arc::new(http(shared));
    listener.local_addr()?;
    tokio::pin!(shutdown);
    loop {
        let accepted = async {
            let permit = room.clone().acquire_owned().await.ok();
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = accepted => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::select! {
                    () = &mut shutdown => break,
                    () = tokio::time::sleep(ACCEPT_PAUSE) => continue,
                }
            }
        };
        shared.metrics.tcp_total.fetch_add(1, Relaxed);
        let Some(slot) = Slot::take(&addresses, peer.ip(), shared, permit) else {
            shared.metrics.tcp_refused.fetch_add(1, Relaxed);
            continue;
        };
        let connection = connection(http.clone(), stream, peer, router.clone(), stopped.clone(), shared.clone(), slot);
        Tasks::spawn(shared, connection);
    }
    drop(listener);
    tracing::info!("shutting down");
    server.close();
    drop(stop);
    server.closed().await;
    Ok(())
}

fn http(shared: &Shared) -> hyper::server::conn::http1::Builder {
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(shared.config.header_timeout)
        .max_headers(shared.config.max_headers)
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
    mut stopped: watch::Receiver<()>,
    shared: Arc<Shared>,
    slot: Slot,
) {
    let options = stream.set_nodelay(true).and_then(|()| limit_not_sent(&stream, shared.config.not_sent_bytes));
    if let Err(error) = options {
        return tracing::debug!(%peer, %error, "connection lost before its first request");
    }
    let slot = Arc::new(slot);
    let kept = slot.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        // A WebSocket outlives its HTTP connection and goes on counting as one.
        request.extensions_mut().insert(slot.clone());
        router.clone().oneshot(request)
    });
    let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service).with_upgrades());
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            match tokio::time::timeout(shared.config.shutdown_timeout, connection).await {
                Ok(ended) => ended,
                Err(_) => return tracing::debug!(%peer, "connection dropped at shutdown"),
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "connection ended with an error");
    }
    drop(kept);
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

/// A connection's share of the caps, given back when it ends.
#[derive(Debug)]
pub(crate) struct Slot {
    addresses: Arc<Mutex<HashMap<IpAddr, usize>>>,
    ip: IpAddr,
    shared: Arc<Shared>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Slot {
    fn take(
        addresses: &Arc<Mutex<HashMap<IpAddr, usize>>>,
        ip: IpAddr,
        shared: &Arc<Shared>,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Option<Self> {
        let mut counts = addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(ip).or_insert(0);
        if *count >= shared.config.max_connections_per_ip {
            return None;
        }
        *count += 1;
        shared.metrics.tcp.fetch_add(1, Relaxed);
        Some(Self { addresses: addresses.clone(), ip, shared: shared.clone(), _permit: permit })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.shared.metrics.tcp.fetch_sub(1, Relaxed);
        let mut counts = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.ip) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.ip);
            }
        }
    }
}
