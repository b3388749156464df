//! One client: its handshake, its opening, and reading past what it sends.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tungstenite::handshake::derive_accept_key;

use super::framing;
use crate::flags::Parser;

/// Longest request head.
const LONGEST: usize = 8_192;

/// Answers the WebSocket handshake and the opening of Engine.IO and Socket.IO.
///
/// # Errors
/// When the client goes away or sends no handshake.
pub(super) async fn open(mut stream: TcpStream, parser: Parser, number: u64) -> Result<Arc<TcpStream>> {
    stream.set_nodelay(true)?;
    let mut request = Vec::with_capacity(1_024);
    while !request.ends_with(b"\r\n\r\n") {
        if request.len() > LONGEST || stream.read_buf(&mut request).await? == 0 {
            bail!("no request");
        }
    }
    let text = String::from_utf8(request)?;
    let key = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("sec-websocket-key").then(|| value.trim())
    });
    let accept = derive_accept_key(key.context("no websocket key")?.as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
    );
    let sid = format!("{number:020}");
    stream.write_all(answer.as_bytes()).await?;
    stream.write_all(&framing::open(&sid)).await?;
    // Whatever comes first is the CONNECT packet.
    if stream.read(&mut [0; 256]).await? == 0 {
        bail!("gone before joining");
    }
    stream.write_all(&framing::connected(parser, &sid)).await?;
    Ok(Arc::new(stream))
}

/// Reads past everything until the client is gone.
pub(super) async fn drain(stream: &TcpStream) {
    let mut scratch = [0; 1_024];
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut scratch) {
            Ok(0) => return,
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}
