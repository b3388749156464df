//! The WebSocket under a connection. Owns its limits and the mapping of messages; the protocol is above it.

use std::sync::Arc;

use engineio::{Frame, Opcode, Transport};
use futures_util::SinkExt;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::stream::{CONNECT, Counted};
use super::{Address, ClientError, Traffic};

pub(crate) type Socket = WebSocketStream<Counted>;

/// Longest message taken, in bytes: a keyframe of a full view is far below.
const MAX_MESSAGE: usize = 1_000_000;

fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(8 * 1024)
        .write_buffer_size(4 * 1024)
        .max_write_buffer_size(512 * 1024)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE))
}

/// Opens a WebSocket; `sid` for one that takes over a polling session.
pub(crate) async fn open(address: Address, sid: String, traffic: Arc<Traffic>) -> Result<Socket, ClientError> {
    let stream = Counted::connect(&address, traffic).await?;
    let url = format!("ws://{}{}", address.authority, address.target(Transport::WebSocket, &sid));
    let handshake = client_async_with_config(url, stream, Some(config()));
    let attempt = tokio::time::timeout(CONNECT, handshake).await;
    let (socket, _) = attempt.map_err(|_| ClientError::Timeout(CONNECT.as_secs()))?.map_err(Box::new)?;
    Ok(socket)
}

/// Puts a frame into the socket's buffer.
pub(crate) async fn feed(socket: &mut Socket, frame: Frame) -> Result<(), tungstenite::Error> {
    let bytes = frame.to_bytes();
    let message = match frame.opcode {
        Opcode::Text => Message::Text(Utf8Bytes::try_from(bytes).expect("text packets are made from text")),
        Opcode::Binary => Message::Binary(bytes),
    };
    socket.feed(message).await
}
