//! Writing. Owns the text form of packets and values.

use bytes::Bytes;
use engineio::{Binary, Message, Text};
use serde::Serialize;

use super::{BINARY_ACK, BINARY_EVENT, PLACEHOLDER};
use crate::{Encoded, Packet, PacketKind, Value};

/// The text message and the attachments that carry `packet`.
pub(crate) fn encode(packet: &Packet) -> Encoded {
    let mut attachments = Vec::new();
    let mut data = Vec::with_capacity(128);
    if let Some(value) = &packet.data {
        let takes_binary = matches!(packet.kind, PacketKind::Event | PacketKind::Ack);
        write_value(&mut data, value, takes_binary.then_some(&mut attachments));
    }
    let head = head(packet, attachments.len());
    let text = if data.is_empty() { head } else { [head, data].concat() };
    Encoded { head: Message::Text(utf8(text)), attachments: attachments.into_iter().map(Binary::from).collect() }
}

/// Everything in front of the JSON.
fn head(packet: &Packet, attachments: usize) -> Vec<u8> {
    use std::io::Write;
    let mut head = Vec::with_capacity(32);
    head.push(match packet.kind {
        PacketKind::Event if attachments > 0 => BINARY_EVENT,
        PacketKind::Ack if attachments > 0 => BINARY_ACK,
        kind => b'0' + kind as u8,
    });
    // Writing to a vector cannot fail.
    if attachments > 0 {
        let _ = write!(head, "{attachments}-");
    }
    if !packet.namespace.is_root() {
        head.extend_from_slice(packet.namespace.as_str().as_bytes());
        head.push(b',');
    }
    if let Some(id) = packet.id {
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
