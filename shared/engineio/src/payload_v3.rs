//! Revision 3's polling bodies: packets behind their lengths, as text or, where a client takes binary and a packet is
//! binary, in binary framing. Owns both codecs in both directions. HTTP itself belongs to the transport.
//!
//! ```text
//! text:   6:4hello10:b4AQIDBA==          <length in UTF-16 code units>:<packet>
//! binary: 00 06 ff "4hello"              0 for text, the digits of the length in bytes, ff, the packet
//!         01 05 ff 04 01 02 03 04        1 for binary
//! ```

use bytes::Bytes;

use crate::{
    Error, Limits, Message, Opcode, Packet, Text,
    frame::check_len,
    frame_v3::{self, encode as frame},
    part_of,
};

/// First byte of a text packet in binary framing.
const TEXT: u8 = 0;
/// First byte of a binary packet in binary framing.
pub(crate) const BINARY: u8 = 1;
/// What ends a length in binary framing.
const END: u8 = 0xff;
/// Most digits a length may have, leading zeros included: more bytes than that are never there.
const MAX_DIGITS: usize = 10;
/// Bytes that stand before a packet in either framing, at most: marker, end and the digits of any length.
const MAX_HEAD: usize = 2 + 20;

/// The body that carries `packets`: in binary framing where one of them is binary and `base64` is not asked for.
pub fn encode<'a>(packets: impl IntoIterator<Item = &'a Packet>, base64: bool) -> Vec<u8> {
    let frames: Vec<_> = packets.into_iter().map(|packet| frame(packet, base64)).collect();
    let binary = frames.iter().any(|frame| frame.opcode == Opcode::Binary);
    let mut body = Vec::with_capacity(frames.iter().map(|frame| frame.len() + MAX_HEAD).sum());
    for frame in frames {
        if binary {
            body.push(if frame.opcode == Opcode::Binary { BINARY } else { TEXT });
            body.extend(frame.len().to_string().bytes().map(|digit| digit - b'0'));
            body.push(END);
        } else {
            let units: usize = frame.slices().map(utf16_len).sum();
            body.extend_from_slice(units.to_string().as_bytes());
            body.push(b':');
        }
        frame.slices().for_each(|slice| body.extend_from_slice(slice));
    }
    // A body without packets is one of an empty packet.
    if body.is_empty() { b"0:".to_vec() } else { body }
}

/// UTF-16 code units of UTF-8 text: each character has one byte that does not continue another, and those of four bytes
/// are two units.
fn utf16_len(utf8: &[u8]) -> usize {
    utf8.iter().map(|&byte| usize::from(byte & 0xc0 != 0x80) + usize::from(byte >= 0xf0)).sum()
}

/// Length in bytes that `packet` takes in a body, at most.
pub(crate) fn max_encoded_len(packet: &Packet) -> usize {
    let len = match packet {
        // The type in base64 has its mark beside it.
        Packet::Message(Message::Binary(binary)) => 2 + binary.len().div_ceil(3) * 4,
        other => frame(other, false).len(),
    };
    len + MAX_HEAD
}

/// The packets in a text body. Text messages share the body's storage.
///
/// # Errors
///
/// When the body or its number of packets exceeds `limits`, is not UTF-8, has a length that is none or does not end at the
/// end of a character, or any part is no packet; then none of the packets is returned.
pub fn decode_text(body: Bytes, limits: &Limits) -> Result<Vec<Packet>, Error> {
    check_len(body.len(), limits)?;
    let len = body.len();
    let body = Text::try_from(body).map_err(|_| Error::InvalidUtf8(len))?;
    if body.is_empty() {
        return Err(Error::EmptyPacket);
    }
    let mut packets = Vec::new();
    let mut parts = 0;
    let mut rest = &body[..];
    while !rest.is_empty() {
        let invalid = Error::InvalidLength(body.len() - rest.len());
        let Some(colon) = rest.bytes().take(MAX_DIGITS + 1).position(|byte| byte == b':') else { return Err(invalid) };
        let Some(units) = number(rest[..colon].bytes().map(|digit| digit.wrapping_sub(b'0'))) else {
            return Err(invalid);
        };
        let Some((packet, behind)) = split_units(&rest[colon + 1..], units) else { return Err(invalid) };
        check_count(parts, limits)?;
        parts += 1;
        // Servers without anything to say send an empty packet.
        if !packet.is_empty() {
            packets.push(frame_v3::decode_text(&body.slice_ref(packet), limits)?);
        }
        rest = behind;
    }
    Ok(packets)
}

/// The packets in a body with binary framing. Text messages share the body's storage, binary ones where they are at least
/// half of it.
///
/// # Errors
///
/// As [`decode_text`], where only the text packets have to be UTF-8.
pub fn decode_binary(body: Bytes, limits: &Limits) -> Result<Vec<Packet>, Error> {
    check_len(body.len(), limits)?;
    let mut packets = Vec::new();
    let mut at = 0;
    while let Some(&marker) = body.get(at) {
        let invalid = || Error::InvalidLength(at);
        let digits = &body[at + 1..];
        let end = digits.iter().take(MAX_DIGITS + 1).position(|&byte| byte == END).ok_or_else(invalid)?;
        let len = number(digits[..end].iter().copied()).ok_or_else(invalid)?;
        let start = at + 1 + end + 1;
        let behind = start.checked_add(len).filter(|&behind| behind <= body.len()).ok_or_else(invalid)?;
        let packet = start..behind;
        check_count(packets.len(), limits)?;
        packets.push(match marker {
            TEXT => {
                let text = Text::try_from(body.slice(packet)).map_err(|_| Error::InvalidUtf8(len))?;
                frame_v3::decode_text(&text, limits)?
            }
            BINARY => frame_v3::decode_binary(part_of(&body, &body[packet]), limits)?,
            other => return Err(Error::UnknownType(other)),
        });
        at = behind;
    }
    Ok(packets)
}

/// Refuses a further part behind `parts` of them where they are as many as allowed.
fn check_count(parts: usize, limits: &Limits) -> Result<(), Error> {
    let limit = limits.payload_packets;
    if parts == limit { Err(Error::TooManyPackets { limit }) } else { Ok(()) }
}

/// The number of these digits; nothing without digits, or where one is above nine.
fn number(digits: impl Iterator<Item = u8>) -> Option<usize> {
    let add = |sum: usize, digit: u8| match digit {
        0..=9 => sum.checked_mul(10)?.checked_add(digit.into()),
        _ => None,
    };
    let mut digits = digits.peekable();
    digits.peek()?;
    digits.try_fold(0, add)
}

/// The first `units` UTF-16 code units of `text`, and what is behind them; nothing where there are fewer, or where the
/// last one is half a character.
fn split_units(text: &str, units: usize) -> Option<(&str, &str)> {
    let mut left = units;
    for (at, character) in text.char_indices() {
        if left == 0 {
            return Some(text.split_at(at));
        }
        left = left.checked_sub(character.len_utf16())?;
    }
    (left == 0).then_some((text, ""))
}
