//! The fast path for events whose last argument is binary: everything in front of the payload is encoded once and
//! shared, so that a sender writes head and payload chunks without copying either.

use bytes::Bytes;
use engineio::{Binary, Message, Text};

use crate::{Encoded, Namespace, Parser, Value, json, msgpack};

/// The fixed part of an event `name, leading..., <binary>` in both parsers. Make it once per event.
#[derive(Clone, Debug)]
pub struct BinaryEvent {
    /// `451-["name",{"_placeholder":true,"num":0}]`: with the Engine.IO message type in front.
    framed_text: Text,
    /// A slice of `framed_text` without that type.
    text: Text,
    /// Everything up to the payload's own header. Data is the packet's last entry and the payload the last element, so
    /// nothing stands behind it.
    msgpack_head: Bytes,
}

impl BinaryEvent {
    /// Encodes the fixed part. `leading` are the arguments before the payload; they must not contain binary values,
    /// which would be further attachments: the JSON form writes them as lists of numbers.
    pub fn new(namespace: &Namespace, name: &str, leading: &[Value]) -> Self {
        let mut text = b"451-".to_vec();
        if !namespace.is_root() {
            text.extend_from_slice(namespace.as_str().as_bytes());
            text.push(b',');
        }
        text.push(b'[');
        json::write_value(&mut text, &name.into(), None);
        for value in leading {
            text.push(b',');
            json::write_value(&mut text, value, None);
        }
        text.extend_from_slice(b",{\"_placeholder\":true,\"num\":0}]");
        let framed_text = json::utf8(text);

        let mut head = Vec::new();
        msgpack::write_map_len(&mut head, 3);
        msgpack::write_str(&mut head, "type");
        head.push(crate::PacketKind::Event as u8);
        msgpack::write_str(&mut head, "nsp");
        msgpack::write_str(&mut head, namespace.as_str());
        msgpack::write_str(&mut head, "data");
        msgpack::write_array_len(&mut head, leading.len() + 2);
        msgpack::write_str(&mut head, name);
        leading.iter().for_each(|value| msgpack::write_value(&mut head, value, None));

        Self { text: framed_text.slice_ref(&framed_text[1..]), framed_text, msgpack_head: head.into() }
    }

    /// JSON: the text of the message in front of the payload's binary message.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// JSON: the same as the content of a WebSocket text message, with the Engine.IO packet type in front.
    pub fn framed_text(&self) -> &Text {
        &self.framed_text
    }

    /// MessagePack: the first bytes of the binary message. A [`BinHeader`] and the payload follow, and nothing else.
    pub fn msgpack_head(&self) -> &Bytes {
        &self.msgpack_head
    }

    /// The whole event as messages, for where it has to be queued. The payload is shared.
    pub fn messages(&self, parser: Parser, payload: &Binary) -> Encoded {
        match parser {
            Parser::Json => {
                Encoded { head: Message::Text(self.text.clone()), attachments: [payload.clone()].into_iter().collect() }
            }
            Parser::MessagePack => {
                let header = Bytes::copy_from_slice(BinHeader::new(payload.len()).as_slice());
                let mut chunks = Vec::with_capacity(2 + payload.chunks().len());
                chunks.extend([self.msgpack_head.clone(), header]);
                chunks.extend_from_slice(payload.chunks());
                Encoded::alone(Message::Binary(Binary::from_chunks(chunks)))
            }
        }
    }
}

/// What MessagePack puts before binary data of a given length. Lives on the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BinHeader {
    bytes: [u8; 5],
    used: usize,
}

impl BinHeader {
    /// The header of `len` bytes, which must be below 4 GiB.
    pub fn new(len: usize) -> Self {
        let (bytes, used) = msgpack::bin_header(len);
        Self { bytes, used }
    }

    /// Its bytes, at most five.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.used]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Decoder, Limits, Packet, PacketKind};

    #[test]
    fn both_parsers_decode_the_shared_head_and_the_chunks_as_one_event() {
        for len in [0, 1, 200, 255, 256, 1_000, 65_535, 65_536] {
            let bytes = Bytes::from(vec![0x5a; len]);
            let payload = Binary::from_chunks(vec![bytes.slice(..len / 3), bytes.slice(len / 3..)]);
            for namespace in [Namespace::ROOT, Namespace::new("/game")] {
                let event = BinaryEvent::new(&namespace, "fra\"me", &[Value::Int(7)]);
                for parser in [Parser::Json, Parser::MessagePack] {
                    let mut decoder = Decoder::new(Limits::default());
                    let encoded = event.messages(parser, &payload);
                    let packets: Vec<_> = encoded.messages().filter_map(|it| decoder.decode(it).unwrap()).collect();
                    let data = Value::Array(vec!["fra\"me".into(), Value::Int(7), Value::Bin(bytes.clone())]);
                    assert_eq!(packets, [Packet::new(PacketKind::Event, namespace.clone(), Some(data))]);
                    assert_eq!(decoder.parser(), Some(parser));
                }
            }
        }
    }

    #[test]
    fn the_json_head_is_that_of_the_specification() {
        let event = BinaryEvent::new(&Namespace::ROOT, "frame", &[]);
        assert_eq!(&**event.framed_text(), r#"451-["frame",{"_placeholder":true,"num":0}]"#);
        assert_eq!(event.framed_text()[1..], **event.text());
        let event = BinaryEvent::new(&Namespace::new("/n"), "frame", &[]);
        assert_eq!(&**event.framed_text(), r#"451-/n,["frame",{"_placeholder":true,"num":0}]"#);
    }

    #[test]
    fn queued_events_share_the_payload() {
        let bytes = Bytes::from(vec![1; 1_000]);
        let event = BinaryEvent::new(&Namespace::ROOT, "frame", &[]);
        let json = event.messages(Parser::Json, &bytes.clone().into());
        assert_eq!(json.attachments[0].chunks()[0].as_ptr(), bytes.as_ptr());
        let Message::Binary(whole) = event.messages(Parser::MessagePack, &bytes.clone().into()).head else { panic!() };
        assert_eq!(whole.chunks()[2].as_ptr(), bytes.as_ptr());
    }
}
