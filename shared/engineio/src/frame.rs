//! Packets as WebSocket messages: text packets begin with their type, binary messages are raw. Owns that mapping in both
//! directions; the WebSocket framing itself (RFC 6455) belongs to the transport.

use bytes::Bytes;

use crate::{Binary, Error, Handshake, Limits, Message, Packet, Probe, Text};

/// Which kind of WebSocket message carries a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// A UTF-8 text message.
    Text,
    /// A binary message.
    Binary,
}

/// One WebSocket message: a few leading bytes and a shared body, for one vectored write without a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Text or binary message.
    pub opcode: Opcode,
    /// First bytes of the message: the packet type, or nothing.
    pub head: &'static [u8],
    /// The rest of the message.
    pub body: Binary,
}

impl Frame {
    /// The message that carries `packet`. Payload bytes are shared, not copied.
    pub fn encode(packet: &Packet) -> Self {
        let (head, body): (&'static [u8], Binary) = match packet {
            Packet::Message(Message::Binary(binary)) => {
                return Self { opcode: Opcode::Binary, head: b"", body: binary.clone() };
            }
            Packet::Message(Message::Text(text)) => (b"4", text.as_bytes().clone().into()),
            Packet::Open(handshake) => (b"0", handshake_json(handshake).into()),
            Packet::Close => (b"1", Binary::default()),
            Packet::Ping(Probe::Heartbeat) => (b"2", Binary::default()),
            Packet::Ping(Probe::Upgrade) => (b"2probe", Binary::default()),
            Packet::Ping(Probe::Data(data)) => (b"2", data.as_bytes().clone().into()),
            Packet::Pong(Probe::Heartbeat) => (b"3", Binary::default()),
            Packet::Pong(Probe::Upgrade) => (b"3probe", Binary::default()),
            Packet::Pong(Probe::Data(data)) => (b"3", data.as_bytes().clone().into()),
            Packet::Upgrade => (b"5", Binary::default()),
            Packet::Noop => (b"6", Binary::default()),
        };
        Self { opcode: Opcode::Text, head, body }
    }

    /// Length in bytes of the whole message.
    pub fn len(&self) -> usize {
        self.head.len() + self.body.len()
    }

    /// Whether the message has no byte, which only an empty binary message has.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The message's bytes in order, in pieces for a vectored write; pieces may be empty.
    pub fn slices(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.head).chain(self.body.chunks().iter().map(|chunk| &chunk[..]))
    }

    /// The message as one byte string. Copies unless head is empty and the body is one chunk.
    pub fn to_bytes(&self) -> Bytes {
        if self.head.is_empty() {
            return self.body.clone().into_bytes();
        }
        let mut joined = Vec::with_capacity(self.len());
        self.slices().for_each(|slice| joined.extend_from_slice(slice));
        joined.into()
    }
}

pub(crate) fn handshake_json(handshake: &Handshake) -> Vec<u8> {
    serde_json::to_vec(handshake).expect("a handshake is strings and integers, which always serialize")
}

/// The packet in a WebSocket text message. The text of a message shares the storage of `text`.
///
/// # Errors
///
/// When the message is longer than [`Limits::max_payload`] or no packet.
pub fn decode_text(text: &Text, limits: &Limits) -> Result<Packet, Error> {
    check_len(text.len(), limits)?;
    let kind = *text.as_bytes().first().ok_or(Error::EmptyPacket)?;
    if !kind.is_ascii_digit() {
        return Err(Error::UnknownType(kind));
    }
    // The type is one ASCII digit, so the rest begins at a character boundary.
    let data = text.slice_ref(&text[1..]);
    let bare = |packet: Packet| match data.len() {
        0 => Ok(packet),
        len => Err(Error::UnexpectedData { kind: packet.kind(), len }),
    };
    let probe = |kind| match &*data {
        "" => Ok(Probe::Heartbeat),
        "probe" => Ok(Probe::Upgrade),
        other => Err(Error::UnexpectedData { kind, len: other.len() }),
    };
    match kind {
        b'0' => serde_json::from_str(&data)
            .map(|handshake| Packet::Open(Box::new(handshake)))
            .map_err(|_| Error::InvalidHandshake),
        b'1' => bare(Packet::Close),
        b'2' => probe("ping").map(Packet::Ping),
        b'3' => probe("pong").map(Packet::Pong),
        b'4' => Ok(Packet::Message(Message::Text(data))),
        b'5' => bare(Packet::Upgrade),
        b'6' => bare(Packet::Noop),
        other => Err(Error::UnknownType(other)),
    }
}

/// The packet in a WebSocket binary message, which is always an application message.
///
/// # Errors
///
/// When the message is longer than [`Limits::max_payload`].
pub fn decode_binary(bytes: Bytes, limits: &Limits) -> Result<Packet, Error> {
    check_len(bytes.len(), limits)?;
    Ok(Packet::Message(Message::Binary(bytes.into())))
}

pub(crate) fn check_len(len: usize, limits: &Limits) -> Result<(), Error> {
    if len > limits.max_payload { Err(Error::PayloadTooLarge { len, limit: limits.max_payload }) } else { Ok(()) }
}
