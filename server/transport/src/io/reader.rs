//! Reads WebSocket messages from the stream below. tungstenite checks and joins the frames; what it wants to write (pongs
//! and close replies) is collected for the outbox, as nobody else may write to the stream.

use std::io::{self, Read, Write};
use std::sync::Arc;

use bytes::Bytes;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error as WsError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig, WebSocketContext};

use crate::config::Config;
use crate::slots::Slot;

/// Longest head of a client's frame, in bytes.
const MAX_HEAD: usize = 14;

/// One message, or the end.
#[derive(Debug)]
pub(crate) enum Received {
    /// A text message.
    Text(Utf8Bytes),
    /// A binary message.
    Binary(Bytes),
    /// The peer has sent its close frame; the reply is among the bytes to send.
    Close,
}

/// Why nothing more can be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The stream ended, with or without the closing handshake.
    #[error("the peer is gone")]
    Gone,
    /// A message or its fragments exceed the limit.
    #[error("message of {size} bytes exceeds the {limit} byte limit")]
    TooLarge { size: usize, limit: usize },
    /// The frames break RFC 6455.
    #[error("{0}")]
    Protocol(String),
    /// Text that is no UTF-8.
    #[error("text message is not UTF-8")]
    Utf8,
}

impl ReadError {
    /// The close code of RFC 6455, section 7.4.1, that tells the peer.
    pub(crate) fn close_code(&self) -> Option<u16> {
        match self {
            Self::Gone => None,
            Self::TooLarge { .. } => Some(1009),
            Self::Protocol(_) => Some(1002),
            Self::Utf8 => Some(1007),
        }
    }
}

/// The reading half of one WebSocket.
#[derive(Debug)]
pub(crate) struct Reader {
    stream: Arc<TcpStream>,
    context: WebSocketContext,
    /// Bytes read since the last whole message: bounds the fragments of one message by what their heads weigh.
    pending: usize,
    max_pending: usize,
    /// The connection's share of the caps on TCP connections, given back with the reader.
    _slot: Option<Arc<Slot>>,
}

impl Reader {
    /// Reads from `stream`; `early` are bytes that came with the HTTP request.
    pub(crate) fn new(stream: Arc<TcpStream>, early: &[u8], slot: Option<Arc<Slot>>, config: &Config) -> Self {
        let limits = WebSocketConfig::default()
            .read_buffer_size(config.read_buffer)
            .write_buffer_size(0)
            .max_write_buffer_size(4_096)
            .max_message_size(Some(config.max_payload))
            .max_frame_size(Some(config.max_payload));
        let context = if early.is_empty() {
            WebSocketContext::new(Role::Server, Some(limits))
        } else {
            WebSocketContext::from_partially_read(early.to_vec(), Role::Server, Some(limits))
        };
        let max_pending = config.max_payload + config.read_buffer + config.max_fragments * MAX_HEAD;
        Self { stream, context, pending: early.len(), max_pending, _slot: slot }
    }

    /// The stream it reads from.
    pub(crate) fn stream(&self) -> &Arc<TcpStream> {
        &self.stream
    }

    /// The next message; `None` when the stream has no more for now or `turn` bytes were read. Bytes to send in reply are
    /// added to `replies`.
    ///
    /// # Errors
    /// Any error ends the reading.
    pub(crate) fn next(&mut self, turn: &mut usize, replies: &mut Vec<u8>) -> Result<Option<Received>, ReadError> {
        loop {
            let mut pipe =
                Pipe { stream: &self.stream, turn, pending: &mut self.pending, max_pending: self.max_pending, replies };
            let message = match self.context.read(&mut pipe) {
                Ok(message) => message,
                Err(WsError::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                Err(WsError::Io(e)) if e.kind() == io::ErrorKind::QuotaExceeded => {
                    return Err(ReadError::TooLarge { size: self.pending, limit: self.max_pending });
                }
                Err(WsError::Capacity(CapacityError::MessageTooLong { size, max_size })) => {
                    return Err(ReadError::TooLarge { size, limit: max_size });
                }
                Err(
                    WsError::ConnectionClosed
                    | WsError::AlreadyClosed
                    | WsError::Io(_)
                    | WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake),
                ) => return Err(ReadError::Gone),
                Err(WsError::Utf8(_)) => return Err(ReadError::Utf8),
                Err(e) => return Err(ReadError::Protocol(e.to_string())),
            };
            match message {
                Message::Text(text) => {
                    self.pending = 0;
                    return Ok(Some(Received::Text(text)));
                }
                Message::Binary(bytes) => {
                    self.pending = 0;
                    return Ok(Some(Received::Binary(bytes)));
                }
                Message::Close(_) => return Ok(Some(Received::Close)),
                Message::Ping(bytes) | Message::Pong(bytes) => {
                    self.pending = self.pending.saturating_sub(bytes.len() + MAX_HEAD);
                }
                Message::Frame(_) => {}
            }
        }
    }
}

/// The stream as tungstenite sees it.
struct Pipe<'a> {
    stream: &'a TcpStream,
    turn: &'a mut usize,
    pending: &'a mut usize,
    max_pending: usize,
    replies: &'a mut Vec<u8>,
}

impl Read for Pipe<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if *self.turn == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        if *self.pending > self.max_pending {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        let n = self.stream.try_read(buf)?;
        *self.pending += n;
        *self.turn = self.turn.saturating_sub(n);
        Ok(n)
    }
}

impl Write for Pipe<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.replies.extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
