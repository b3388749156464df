//! What tests of bounds and of hostile clients share: bytes below any client library, and the question whether the server
//! is still well.

use std::time::{Duration, Instant};

use futures_util::SinkExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use transport::{BadInput, Server};

use crate::client::{PATIENCE, Polling, Running, Ws, read_answer, until, within};

/// A WebSocket handshake, but for the blank line.
pub(crate) const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// Echoes the event `echo`, and answers it where it asks for that.
pub(crate) fn echo(server: &Server) {
    server.namespace("/").on("echo", |socket, args, ack| {
        socket.emit_args("echoed", args.clone()).expect("sent");
        if let Some(ack) = ack {
            ack.send(&args.len()).expect("sent");
        }
    });
}

/// A request for a WebSocket, with `more` header lines.
pub(crate) fn upgrade_request(query: &str, more: &str) -> String {
    format!("GET /socket.io/?{query} HTTP/1.1\r\nHost: x\r\n{UPGRADE}{more}\r\n")
}

/// A WebSocket session below any client library, to send what those refuse to. Nothing has been joined.
pub(crate) async fn bare(running: &Running) -> TcpStream {
    let mut stream = TcpStream::connect(running.addr).await.expect("connect");
    let request = upgrade_request("EIO=4&transport=websocket", "");
    stream.write_all(request.as_bytes()).await.expect("write");
    assert_eq!(within(read_answer(&mut stream)).await.status, 101);
    stream
}

/// A client's frame with the mask 0. `first` holds the final bit and the opcode: 0x81 is a text, 0x82 binary.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        0..=125 => frame.push(0x80 | payload.len() as u8),
        126..=0xffff => {
            frame.push(0x80 | 126);
            frame.extend((payload.len() as u16).to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

/// How often input of `class` was counted.
pub(crate) fn bad(running: &Running, class: BadInput) -> u64 {
    running.server.metrics().snapshot().bad(class)
}

/// How often input of any class was counted.
pub(crate) fn all_bad(running: &Running) -> u64 {
    running.server.metrics().snapshot().bad_inputs.iter().map(|(_, n)| n).sum()
}

/// Whether a new client of either transport is served. The server must be one that [`echo`]es.
pub(crate) async fn still_serves(running: &Running) {
    let mut ws = Ws::join(running.addr).await;
    ws.send("42[\"echo\",7]").await;
    assert_eq!(ws.text().await, "42[\"echoed\",7]");
    let polling = Polling::join(running.addr).await;
    assert_eq!(polling.post("42[\"echo\",8]").await.body, "ok");
    assert_eq!(polling.get().await.body, "42[\"echoed\",8]");
    assert_eq!(polling.post("1").await.body, "ok");
}

/// Checks that new clients are served, that nothing is left when all have gone, and shuts down.
pub(crate) async fn finish(running: Running) {
    still_serves(&running).await;
    until("all to have gone", || {
        let now = running.server.metrics().snapshot();
        (now.sessions, now.websockets, now.tcp) == (0, 0, 0) && running.server.namespace("/").is_empty()
    })
    .await;
    running.stop().await;
}

/// Waits until `count` inputs of `class` are counted, and checks that it is no more.
pub(crate) async fn counted(running: &Running, class: BadInput, count: u64) {
    let start = Instant::now();
    while bad(running, class) < count && start.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let now = running.server.metrics().snapshot();
    assert_eq!(now.bad(class), count, "{}: {now:?}", class.as_str());
}

/// Sends `message`, unless the server has ended the connection already.
pub(crate) async fn send_if_open(ws: &mut Ws, message: Message) {
    // Whether it has is seen when reading.
    let _ = within(ws.stream.send(message)).await;
}
