//! Reading. Takes one text message apart and puts attachments where their placeholders are; waiting for them is the
//! decoder's part.

use bytes::Bytes;
use engineio::Text;

use super::{BINARY_ACK, BINARY_EVENT, PLACEHOLDER, read};
use crate::{Error, Limits, Namespace, Packet, PacketKind, Value};

/// A packet without its attachments.
#[derive(Debug)]
pub(crate) struct Header {
    packet: Packet,
    /// Whether placeholders stand for attachments, which in text packets they do not.
    binary: bool,
    /// How many attachments follow.
    pub(crate) attachments: usize,
}

impl Header {
    /// The whole packet, once its attachments are there.
    pub(crate) fn finish(mut self, attachments: &[Bytes]) -> Result<Packet, Error> {
        if let Some(data) = self.packet.data.as_mut().filter(|_| self.binary) {
            attach(data, attachments)?;
        }
        Ok(self.packet)
    }
}

/// Takes a text message apart.
pub(crate) fn decode(text: &Text, limits: &Limits) -> Result<Header, Error> {
    let kind = *text.as_bytes().first().ok_or(Error::EmptyMessage)?;
    let (kind, binary) = match kind {
        BINARY_EVENT => (PacketKind::Event, true),
        BINARY_ACK => (PacketKind::Ack, true),
        b'0'..=b'4' => (PacketKind::from_number(i64::from(kind - b'0')).ok_or(Error::UnknownType)?, false),
        _ => return Err(Error::UnknownType),
    };
    // The type is one ASCII digit, so the rest begins at a character boundary; and so do all later parts.
    let mut rest = &text[1..];
    let mut attachments = 0;
    if binary {
        (attachments, rest) = attachment_count(rest)?;
        if attachments > limits.attachments {
            return Err(Error::TooManyAttachments { count: attachments, limit: limits.attachments });
        }
    }
    let mut namespace = Namespace::ROOT;
    if rest.starts_with('/') {
        let (name, behind) = rest.split_once(',').unwrap_or((rest, ""));
        if name.len() > limits.namespace_bytes {
            return Err(Error::NamespaceTooLong { len: name.len(), limit: limits.namespace_bytes });
        }
        // The name is copied, so that it does not keep the whole message alive.
        namespace = Namespace::received(name.into());
        rest = behind;
    }
    let (id, rest) = split_id(rest)?;
    let data = if rest.is_empty() { None } else { Some(read::value(rest, limits)?) };
    let packet = Packet { kind, namespace, id, data }.validate()?;
    Ok(Header { packet, binary, attachments })
}

fn attachment_count(text: &str) -> Result<(usize, &str), Error> {
    let (count, rest) = text.split_once('-').ok_or(Error::InvalidAttachmentCount)?;
    if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::InvalidAttachmentCount);
    }
    // A number too long for the type is too many all the more. A binary packet without attachments is none.
    match count.parse().unwrap_or(usize::MAX) {
        0 => Err(Error::InvalidAttachmentCount),
        count => Ok((count, rest)),
    }
}

/// The id, and what is behind it. Blanks count as digits, as they do in the reference parser, which takes every character that
/// JavaScript can make a number of; blanks alone are 0.
fn split_id(text: &str) -> Result<(Option<u64>, &str), Error> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !is_blank(c)).unwrap_or(text.len());
    let (id, rest) = text.split_at(end);
    let id = match id.trim_matches(is_blank) {
        "" if id.is_empty() => None,
        "" => Some(0),
        digits => Some(digits.parse().map_err(|_| Error::InvalidId)?),
    };
    Ok((id, rest))
}

/// White space and line ends of JavaScript (ECMA-262, 12.2 and 12.3).
fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\u{85}' || c == '\u{feff}'
}

/// Replaces placeholders by what they stand for. The depth of `value` is bounded already.
fn attach(value: &mut Value, attachments: &[Bytes]) -> Result<(), Error> {
    if value.get(PLACEHOLDER) == Some(&Value::Bool(true)) {
        let index = value.get("num").and_then(index).ok_or(Error::InvalidPlaceholder)?;
        *value = Value::Bin(attachments.get(index).ok_or(Error::InvalidPlaceholder)?.clone());
        return Ok(());
    }
    match value {
        Value::Array(values) => values.iter_mut().try_for_each(|value| attach(value, attachments)),
        Value::Map(pairs) => pairs.iter_mut().try_for_each(|(_, value)| attach(value, attachments)),
        _ => Ok(()),
    }
}

/// A whole number, however it is written.
fn index(num: &Value) -> Option<usize> {
    match *num {
        Value::Int(num) => usize::try_from(num).ok(),
        Value::Float(num) if num.fract() == 0.0 && (0.0..1e9).contains(&num) => Some(num as usize),
        _ => None,
    }
}
