//! Polling bodies: packets joined by the record separator, binary messages as `b` and base64. Owns that codec in both
//! directions. HTTP itself belongs to the transport.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;

use crate::{
    Error, Frame, Limits, Message, Packet, Text,
    frame::{check_len, decode_text},
};

/// What stands between two packets of a body.
pub const SEPARATOR: u8 = 0x1e;

/// Appends `packet` to `body`, behind a separator where the body has packets already.
pub fn append(body: &mut Vec<u8>, packet: &Packet) {
    if !body.is_empty() {
        body.push(SEPARATOR);
    }
    match packet {
        Packet::Message(Message::Binary(binary)) => {
            body.push(b'b');
            // Chunks are encoded apart only at lengths divisible by three, so a chunked payload is joined first.
            let bytes = binary.clone().into_bytes();
            let start = body.len();
            body.resize(start + bytes.len().div_ceil(3) * 4, 0);
            let written =
                STANDARD.encode_slice(&bytes, &mut body[start..]).expect("four bytes are reserved for each three");
            body.truncate(start + written);
        }
        other => Frame::encode(other).slices().for_each(|slice| body.extend_from_slice(slice)),
    }
}

/// The body that carries `packets`.
pub fn encode<'a>(packets: impl IntoIterator<Item = &'a Packet>) -> Vec<u8> {
    let mut body = Vec::new();
    packets.into_iter().for_each(|packet| append(&mut body, packet));
    body
}

/// Length in bytes `packet` takes in a body, without a separator.
pub fn encoded_len(packet: &Packet) -> usize {
    match packet {
        Packet::Message(Message::Binary(binary)) => 1 + binary.len().div_ceil(3) * 4,
        other => Frame::encode(other).len(),
    }
}

/// The packets in a body. Text messages share the body's storage.
///
/// # Errors
///
/// When the body or its number of packets exceeds `limits`, is not UTF-8, or any part is no packet; then none of the
/// packets is returned.
pub fn decode(body: Bytes, limits: &Limits) -> Result<Vec<Packet>, Error> {
    check_len(body.len(), limits)?;
    let len = body.len();
    let body = Text::try_from(body).map_err(|_| Error::InvalidUtf8(len))?;
    let mut packets = Vec::new();
    for part in body.split(char::from(SEPARATOR)) {
        if packets.len() == limits.payload_packets {
            return Err(Error::TooManyPackets { limit: limits.payload_packets });
        }
        packets.push(match part.strip_prefix('b') {
            Some(base64) => {
                let bytes = STANDARD.decode(base64).map_err(|_| Error::InvalidBase64(part.len()))?;
                Packet::Message(Message::binary(bytes))
            }
            None => decode_text(&body.slice_ref(part), limits)?,
        });
    }
    Ok(packets)
}
