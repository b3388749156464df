//! Reads WebSocket messages from the stream below. tungstenite checks and joins the frames; what it wants to write (pongs
//! and close replies) is collected for the outbox, as nobody else may write to the stream.

use std::io::{self, Read, Write};
use std::sync::Arc;

use bytes::Bytes;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::error::{CapacityError, Error as WsError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, Role, WebSocketConfig, WebSocketContext};

use super::fragments::Fragments;
use crate::config::Config;
use crate::slots::Slot;

/// Bytes of replies tungstenite may hold. It hands each over at once: there is never more than one control frame.
const MAX_REPLY: usize = 4_096;

/// One message, or the end.
#[derive(Debug)]
pub(crate) enum Received {
    /// A text message.
    Text(Utf8Bytes),
    /// A binary message.
    Binary(Bytes),
    /// The peer has sent its close frame, and is to be answered with one of this code, or none. Nothing more will come.
    Close(Option<u16>),
}

/// Why nothing more can be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// The stream ended, with or without the closing handshake.
    #[error("the peer is gone")]
    Gone,
    /// A message exceeds the limit.
    #[error("message of {size} bytes exceeds the {limit} byte limit")]
    TooLarge { size: usize, limit: usize },
    /// A message comes in too many pieces.
    #[error("message of more than {limit} fragments")]
    TooManyFragments { limit: usize },
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
            Self::TooLarge { .. } | Self::TooManyFragments { .. } => Some(1009),
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
    fragments: Fragments,
    max_fragments: usize,
    /// Most bytes of a message.
    largest: usize,
    /// Bytes that came with the HTTP request have too many fragments.
    spoiled: bool,
    /// The connection's share of the caps on TCP connections, given back with the reader.
    _slot: Option<Arc<Slot>>,
}

impl Reader {
    /// Reads from `stream`; `early` are bytes that came with the HTTP request.
    pub(crate) fn new(stream: Arc<TcpStream>, early: &[u8], slot: Option<Arc<Slot>>, config: &Config) -> Self {
        let limits = WebSocketConfig::default()
            .read_buffer_size(config.read_buffer)
            .write_buffer_size(0)
            .max_write_buffer_size(MAX_REPLY)
            .accept_unmasked_frames(false)
            .max_message_size(Some(config.max_payload))
            .max_frame_size(Some(config.max_payload));
        let context = if early.is_empty() {
            WebSocketContext::new(Role::Server, Some(limits))
        } else {
            WebSocketContext::from_partially_read(early.to_vec(), Role::Server, Some(limits))
        };
        let max_fragments = config.max_fragments;
        let mut fragments = Fragments::default();
        let spoiled = fragments.follow(early) > max_fragments;
        let largest = config.max_payload;
        Self { stream, context, fragments, max_fragments, largest, spoiled, _slot: slot }
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
            let (stream, fragments) = (&*self.stream, &mut self.fragments);
            let mut pipe = Pipe { stream, turn, fragments, max_fragments: self.max_fragments, replies };
            if self.spoiled {
                return Err(ReadError::TooManyFragments { limit: self.max_fragments });
            }
            let message = match self.context.read(&mut pipe) {
                Ok(message) => message,
                Err(WsError::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => return Ok(None),
                Err(WsError::Io(e)) if e.kind() == io::ErrorKind::QuotaExceeded => {
                    return Err(ReadError::TooManyFragments { limit: self.max_fragments });
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
                Message::Text(text) => return Ok(Some(Received::Text(text))),
                Message::Binary(bytes) => return Ok(Some(Received::Binary(own(bytes, self.largest)))),
                Message::Close(frame) => {
                    let code = |frame: CloseFrame| if frame.code.is_allowed() { frame.code.into() } else { 1002 };
                    return Ok(Some(Received::Close(frame.map(code))));
                }
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }
}

/// `bytes` in memory of their own where they may be a small part of a buffer, of up to `largest` bytes: an application that keeps
/// them would keep all of it.
fn own(bytes: Bytes, largest: usize) -> Bytes {
    if bytes.len() < largest / 2 { Bytes::copy_from_slice(&bytes) } else { bytes }
}

/// The stream as tungstenite sees it.
struct Pipe<'a> {
    stream: &'a TcpStream,
    turn: &'a mut usize,
    fragments: &'a mut Fragments,
    max_fragments: usize,
    replies: &'a mut Vec<u8>,
}

impl Read for Pipe<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if *self.turn == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let n = self.stream.try_read(buf)?;
        *self.turn = self.turn.saturating_sub(n);
        if self.fragments.follow(buf.get(..n).unwrap_or_default()) > self.max_fragments {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_message_does_not_keep_the_buffer_it_came_in() {
        let buffer = Bytes::from(vec![7; 1_000]);
        let shares = |len: usize| {
            let kept = own(buffer.slice(..len), buffer.len());
            assert_eq!(kept, buffer[..len]);
            buffer.as_ptr_range().contains(&kept.as_ptr())
        };
        assert!(!shares(1) && !shares(499) && shares(500) && shares(1_000));
    }
}
