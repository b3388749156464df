//! Writing. Owns the text form of packets and values.

use bytes::Bytes;
use engineio::{Binary, Message, Text};
use serde::Serialize;

use super::{BINARY_ACK, BINARY_EVENT, PLACEHOLDER};
use crate::{Encoded, Namespace, Packet, PacketKind, Value, packet::EventParts};

/// The text message and the attachments that carry `packet`.
pub(crate) fn encode(packet: &Packet) -> Encoded {
    let Packet { kind, namespace, id, data } = packet;
    let takes_binary = matches!(kind, PacketKind::Event | PacketKind::Ack);
    let values = data.as_slice();
    let mut attachments = Vec::with_capacity(if takes_binary { binaries(values) } else { 0 });
    let mut text = head(*kind, namespace, *id, attachments.capacity());
    for value in values {
        write_value(&mut text, value, takes_binary.then_some(&mut attachments));
    }
    finish(text, attachments)
}

/// The same for an event.
pub(crate) fn encode_event(event: &EventParts<'_>) -> Encoded {
    let EventParts { namespace, name, args, id } = *event;
    let mut attachments = Vec::with_capacity(binaries(args));
    let mut text = head(PacketKind::Event, namespace, id, attachments.capacity());
    text.push(b'[');
    scalar(&mut text, name);
    for value in args {
        text.push(b',');
        write_value(&mut text, value, Some(&mut attachments));
    }
    text.push(b']');
    finish(text, attachments)
}

fn finish(text: Vec<u8>, attachments: Vec<Bytes>) -> Encoded {
    Encoded { head: Message::Text(utf8(text)), attachments: attachments.into_iter().map(Binary::from).collect() }
}

/// Binary values in `values`, at any depth.
fn binaries(values: &[Value]) -> usize {
    let inside = |value: &Value| match value {
        Value::Bin(_) => 1,
        Value::Array(values) => binaries(values),
        Value::Map(pairs) => pairs.iter().map(|(_, value)| binaries(std::slice::from_ref(value))).sum(),
        _ => 0,
    };
    values.iter().map(inside).sum()
}

/// Everything in front of the JSON, with room for it.
fn head(kind: PacketKind, namespace: &Namespace, id: Option<u64>, attachments: usize) -> Vec<u8> {
    use std::io::Write;
    let mut head = Vec::with_capacity(64);
    head.push(match kind {
        PacketKind::Event if attachments > 0 => BINARY_EVENT,
        PacketKind::Ack if attachments > 0 => BINARY_ACK,
        kind => b'0' + kind as u8,
    });
    // Writing to a vector cannot fail.
    if attachments > 0 {
        let _ = write!(head, "{attachments}-");
    }
    if !namespace.is_root() {
        head.extend_from_slice(namespace.as_str().as_bytes());
        head.push(b',');
    }
    if let Some(id) = id {
        let _ = write!(head, "{id}");
    }
    head
}

pub(crate) fn utf8(bytes: Vec<u8>) -> Text {
    Text::try_from(bytes).expect("JSON, digits and names of namespaces are UTF-8")
}

/// Appends `value` as JSON. Bytes become attachments where there is a list for them, else a list of numbers, which is
/// what JSON has for them.
pub(crate) fn write_value(out: &mut Vec<u8>, value: &Value, mut attachments: Option<&mut Vec<Bytes>>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Int(number) => scalar(out, number),
        Value::UInt(number) => scalar(out, number),
        Value::Float(number) => scalar(out, number),
        Value::Str(text) => scalar(out, text),
        Value::Bin(bytes) => match attachments {
            Some(attachments) => {
                out.extend_from_slice(b"{\"");
                out.extend_from_slice(PLACEHOLDER.as_bytes());
                out.extend_from_slice(b"\":true,\"num\":");
                scalar(out, &attachments.len());
                out.push(b'}');
                attachments.push(bytes.clone());
            }
            None => scalar(out, &bytes[..]),
        },
        Value::Array(values) => {
            out.push(b'[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(out, value, attachments.as_deref_mut());
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
                write_value(out, value, attachments.as_deref_mut());
            }
            out.push(b'}');
        }
    }
}

fn scalar<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    // Texts, numbers and lists of numbers serialize without fail, and writing to a vector does so too.
    let _ = serde_json::to_writer(out, value);
}
