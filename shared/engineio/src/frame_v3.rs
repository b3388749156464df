//! Revision 3's packets as WebSocket messages: as in revision 4, but a binary message begins with its type, binary may
//! travel as `b4` and base64 in text, and pings carry data that the pong repeats. Owns those differences.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;

use crate::{
    Binary, Error, Frame, Limits, Message, Opcode, Packet, Probe, Text,
    frame::{self, check_len},
};

/// Type of an application message where packets are binary.
const MESSAGE: u8 = 4;
/// What stands before a message in base64: its mark and its type.
const BASE64: &str = "b4";

/// The message that carries `packet`; with `base64` it is always text.
pub(crate) fn encode(packet: &Packet, base64: bool) -> Frame {
    match packet {
        Packet::Message(Message::Binary(binary)) if base64 => {
            let text = STANDARD.encode(binary.clone().into_bytes());
            Frame { opcode: Opcode::Text, head: BASE64.as_bytes(), body: Binary::from(text.into_bytes()) }
        }
        Packet::Message(Message::Binary(binary)) => {
            Frame { opcode: Opcode::Binary, head: &[MESSAGE], body: binary.clone() }
        }
        other => Frame::encode(other),
    }
}

/// The packet in a text message.
pub(crate) fn decode_text(text: &Text, limits: &Limits) -> Result<Packet, Error> {
    check_len(text.len(), limits)?;
    if let Some(base64) = text.strip_prefix('b') {
        let Some(base64) = base64.strip_prefix('4') else {
            return Err(base64.bytes().next().map_or(Error::EmptyPacket, Error::UnknownType));
        };
        let bytes = STANDARD.decode(base64).map_err(|_| Error::InvalidBase64(text.len()))?;
        return Ok(Packet::Message(Message::binary(bytes)));
    }
    match frame::decode_text(text, limits) {
        Err(Error::UnexpectedData { kind, len }) if len <= Probe::MAX_DATA && matches!(kind, "ping" | "pong") => {
            let data = Probe::Data(text.slice_ref(&text[1..]));
            Ok(if kind == "ping" { Packet::Ping(data) } else { Packet::Pong(data) })
        }
        decoded => decoded,
    }
}

/// The packet in a binary message, which is always an application message.
pub(crate) fn decode_binary(bytes: Bytes, limits: &Limits) -> Result<Packet, Error> {
    check_len(bytes.len(), limits)?;
    match bytes.first() {
        Some(&MESSAGE) => Ok(Packet::Message(Message::binary(bytes.slice(1..)))),
        Some(&other) => Err(Error::UnknownType(other)),
        None => Err(Error::EmptyPacket),
    }
}
