//! socketioxide on axum, with the work of the comparison: a room of all clients, one binary event per tick and client, an
//! event with an acknowledgement at hand, the heartbeat on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use bytes::Bytes;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::{ParserConfig, SocketIo};
use tokio::net::TcpListener;

use crate::control;
use crate::flags::{Parser, ServerFlags};
use crate::payload;
use crate::ticker::{Next, Ticker};

/// The room of all clients.
const ROOM: &str = "arena";

type Clients = Arc<Mutex<HashMap<String, SocketRef>>>;

/// Serves until it is told to end.
///
/// # Errors
/// When the address cannot be bound.
pub fn run(flags: &ServerFlags) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(flags.threads).enable_all().build()?;
    runtime.block_on(serve(flags))
}

async fn serve(flags: &ServerFlags) -> Result<()> {
    let builder = SocketIo::builder()
        .ping_interval(Duration::from_millis(flags.ping_interval))
        .ping_timeout(Duration::from_millis(flags.ping_timeout));
    let (layer, io) = match flags.parser {
        Parser::Json => builder.with_parser(ParserConfig::common()).build_layer(),
        Parser::Msgpack => builder.with_parser(ParserConfig::msgpack()).build_layer(),
    };
    let clients = Clients::default();
    let listed = clients.clone();
    io.ns("/", async move |socket: SocketRef| {
        socket.join(ROOM);
        socket.on("ask", async |ack: AckSender, Data::<Bytes>(question)| {
            // A client that is gone needs no answer.
            ack.send(&question).ok();
        });
        let leaving = listed.clone();
        socket.on_disconnect(async move |socket: SocketRef| {
            lock(&leaving).remove(&socket.id.to_string());
        });
        lock(&listed).insert(socket.id.to_string(), socket);
    });
    let ticker = Arc::new(Ticker::new(flags.rate));
    tokio::spawn(tick(ticker.clone(), io, flags.clone(), clients));
    let listener = TcpListener::bind(flags.listen).await?;
    control::announce(listener.local_addr()?);
    control::obey(flags.control, ticker);
    let app = Router::new().layer(layer);
    axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))), app).await?;
    Ok(())
}

async fn tick(ticker: Arc<Ticker>, io: SocketIo, flags: ServerFlags, clients: Clients) {
    let template = payload::template(flags.bytes);
    let mut chosen: Vec<SocketRef> = Vec::new();
    loop {
        let (number, started) = match ticker.next() {
            Next::Idle => {
                ticker.changed().await;
                continue;
            }
            Next::Wait(nanoseconds) => {
                tokio::time::sleep(Duration::from_nanos(nanoseconds)).await;
                continue;
            }
            Next::Run(number, started) => (number, started),
        };
        let fresh = |client| {
            let mut payload = template.clone();
            payload::stamp(&mut payload, started, number, client);
            Bytes::from(payload)
        };
        if flags.per_client {
            chosen.clear();
            chosen.extend(lock(&clients).values().cloned());
            for (index, socket) in chosen.iter().enumerate() {
                // A full buffer loses the event; the load client counts what is missing.
                socket.emit("frame", &fresh(Some(index as u32))).ok();
            }
        } else {
            io.to(ROOM).emit("frame", &fresh(None)).await.ok();
        }
        ticker.ran(started);
        // Without it a tick that is always late would starve the connections' tasks.
        tokio::task::yield_now().await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
