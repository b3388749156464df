//! Writing. Owns the text form of packets and values.

use bytes::Bytes;
use engineio::{Binary, Message, Text};
use serde::Serialize;

use super::{BINARY_ACK, BINARY_EVENT, PLACEHOLDER};
use crate::{Behind, Encoded, Namespace, Packet, PacketKind, Parser, Value, packet::EventParts};

/// The text message and the attachments that carry `packet`.
pub(crate) fn encode(packet: &Packet) -> Encoded {
    let Packet { kind, namespace, id, data } = packet;
    let takes_binary = matches!(kind, PacketKind::Event | PacketKind::Ack);
    let values = data.as_slice();
    let count = if takes_binary { Parser::Json.binaries(values).0 } else { 0 };
    let (mut attachments, mut text) = (Vec::with_capacity(count), Vec::with_capacity(64));
    head(&mut text, *kind, namespace, *id, count);
    let mut attach = keep(&mut attachments);
    for value in values {
        write_value(&mut text, value, if takes_binary { Some(&mut attach) } else { None });
    }
    drop(attach);
    finish(text, attachments)
}

/// The same for an event with so many attachments.
pub(crate) fn encode_event(event: &EventParts<'_>, count: usize) -> Encoded {
    let mut attachments = Vec::with_capacity(count);
    let mut text = Vec::with_capacity(64);
    write_text(&mut text, event, count, &mut keep(&mut attachments));
    finish(text, attachments)
}

/// Appends the text message of an event with so many attachments, which are to follow it.
pub(crate) fn write_event(out: &mut Vec<u8>, event: &EventParts<'_>, attachments: usize) {
    let mut number = 0..;
    write_text(out, event, attachments, &mut |_| number.next().unwrap_or_default());
}

fn write_text(out: &mut Vec<u8>, event: &EventParts<'_>, attachments: usize, attach: &mut Attach<'_>) {
    let EventParts { namespace, name, args, behind, id } = *event;
    head(out, PacketKind::Event, namespace, id, attachments);
    out.push(b'[');
    scalar(out, name);
    for value in args {
        out.push(b',');
        write_value(out, value, Some(attach));
    }
    match behind {
        Behind::Nothing => {}
        Behind::Null => out.extend_from_slice(b",null"),
        Behind::Offset(offset) => {
            out.extend_from_slice(b",\"");
            offset.write(out);
            out.push(b'"');
        }
    }
    out.push(b']');
}

/// Takes an attachment and numbers it.
pub(crate) type Attach<'a> = dyn FnMut(&Bytes) -> usize + 'a;

fn keep(attachments: &mut Vec<Bytes>) -> impl FnMut(&Bytes) -> usize {
    |bytes| {
        attachments.push(bytes.clone());
        attachments.len() - 1
    }
}

fn finish(text: Vec<u8>, attachments: Vec<Bytes>) -> Encoded {
    Encoded { head: Message::Text(utf8(text)), attachments: attachments.into_iter().map(Binary::from).collect() }
}

/// Appends everything in front of the JSON.
fn head(head: &mut Vec<u8>, kind: PacketKind, namespace: &Namespace, id: Option<u64>, attachments: usize) {
    head.push(match kind {
        PacketKind::Event if attachments > 0 => BINARY_EVENT,
        PacketKind::Ack if attachments > 0 => BINARY_ACK,
        kind => b'0' + kind as u8,
    });
    if attachments > 0 {
        integer(head, attachments as u64);
        head.push(b'-');
    }
    if !namespace.is_root() {
        head.extend_from_slice(namespace.as_str().as_bytes());
        head.push(b',');
    }
    if let Some(id) = id {
        integer(head, id);
    }
}

/// Appends a number, which mostly has one digit.
fn integer(out: &mut Vec<u8>, number: u64) {
    match u8::try_from(number) {
        Ok(digit @ 0..=9) => out.push(b'0' + digit),
        _ => scalar(out, &number),
    }
}

pub(crate) fn utf8(bytes: Vec<u8>) -> Text {
    Text::try_from(bytes).expect("JSON, digits and names of namespaces are UTF-8")
}

/// Appends `value` as JSON. Bytes become attachments where somebody takes these, else a list of numbers, which is what JSON
/// has for them.
pub(crate) fn write_value(out: &mut Vec<u8>, value: &Value, mut attach: Option<&mut Attach<'_>>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Int(number) => scalar(out, number),
        Value::UInt(number) => scalar(out, number),
        Value::Float(number) => scalar(out, number),
        Value::Str(text) => scalar(out, text),
        Value::Bin(bytes) => match attach {
            Some(attach) => {
                out.extend_from_slice(b"{\"");
                out.extend_from_slice(PLACEHOLDER.as_bytes());
                out.extend_from_slice(b"\":true,\"num\":");
                integer(out, attach(bytes) as u64);
                out.push(b'}');
            }
            None => scalar(out, &bytes[..]),
        },
        Value::Array(values) => {
            out.push(b'[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(out, value, attach.as_deref_mut());
            }
            out.push(b']');
        }
        Value::Map(pairs) => {
            out.push(b'{');
            for (index, (key, value)) in pairs.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                scalar(out, key);
                out.push(b':');
                write_value(out, value, attach.as_deref_mut());
            }
            out.push(b'}');
        }
    }
}

fn scalar<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    // Texts, numbers and lists of numbers serialize without fail, and writing to a vector does so too.
    let _ = serde_json::to_writer(out, value);
}
