//! The latest-frame lane's event: an EVENT with one binary argument, whose constant bytes are prepared once per process for
//! both parsers. Per client only a few bytes of lengths are made, on the stack.

use bytes::{BufMut, Bytes, BytesMut};
use engineio::{Binary, Codec};
use socketio::{BinHeader, BinaryEvent, Encoded, Namespace, Parser};

use crate::io::{FrameParts, Head, ws_head};

/// An event of the latest-frame lane. Make one per namespace and name, and keep it.
#[derive(Debug, Clone)]
pub struct FrameEvent {
    namespace: Namespace,
    event: BinaryEvent,
    /// JSON: the text packet that announces one attachment, behind its WebSocket head.
    announced: Bytes,
    none: Bytes,
}

impl FrameEvent {
    /// Prepares the event `event` of the namespace `namespace`.
    pub fn new(namespace: &str, event: &str) -> Self {
        let namespace = Namespace::new(namespace);
        let event = BinaryEvent::new(&namespace, event, &[]);
        let text = event.framed_text().as_bytes();
        let mut announced = BytesMut::from(ws_head(true, text.len()).as_slice());
        announced.put_slice(text);
        Self { namespace, event, announced: announced.freeze(), none: Bytes::new() }
    }

    /// The namespace whose sockets may send it.
    pub(crate) fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// Everything before a payload of `len` bytes on a WebSocket that takes binary.
    pub(crate) fn parts(&self, parser: Parser, codec: Codec, len: usize) -> FrameParts<'_> {
        let bin = BinHeader::new(len);
        let (before, inner, mut inner_head) = match parser {
            Parser::Json => (&self.announced, &self.none, Head::default()),
            Parser::MessagePack => (&self.none, self.event.msgpack_head(), Head::default()),
        };
        if parser == Parser::MessagePack {
            inner_head.extend(bin.as_slice());
        }
        // In revision 3 a binary message begins with the packet's type.
        let kind: &[u8] = if codec == Codec::V4 { &[] } else { &[4] };
        let mut head = ws_head(false, kind.len() + inner.len() + inner_head.as_slice().len() + len);
        head.extend(kind);
        FrameParts { before, head, inner, inner_head }
    }

    /// The frame as messages, for long-polling.
    pub(crate) fn messages(&self, parser: Parser, chunks: &[Bytes]) -> Encoded {
        self.event.messages(parser, &Binary::from_chunks(chunks.to_vec()))
    }

    /// Engine.IO packets a frame consists of.
    pub(crate) fn packet_count(parser: Parser) -> u64 {
        match parser {
            Parser::Json => 2,
            Parser::MessagePack => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(event: &FrameEvent, parser: Parser, codec: Codec, chunks: &[Bytes]) -> Vec<u8> {
        let parts = event.parts(parser, codec, chunks.iter().map(Bytes::len).sum());
        let mut all = parts.before.to_vec();
        all.extend_from_slice(parts.head.as_slice());
        all.extend_from_slice(parts.inner);
        all.extend_from_slice(parts.inner_head.as_slice());
        chunks.iter().for_each(|c| all.extend_from_slice(c));
        all
    }

    #[test]
    fn a_json_frame_is_a_text_packet_and_its_attachment() {
        let event = FrameEvent::new("/", "frame");
        let bytes = joined(&event, Parser::Json, Codec::V4, &[Bytes::from_static(b"ab"), Bytes::from_static(b"c")]);
        let text = br#"451-["frame",{"_placeholder":true,"num":0}]"#;
        let mut expected = vec![0x81, text.len() as u8];
        expected.extend_from_slice(text);
        expected.extend_from_slice(&[0x82, 3, b'a', b'b', b'c']);
        assert_eq!(bytes, expected);
    }

    #[test]
    fn a_messagepack_frame_is_one_message_equal_to_the_queued_form() {
        let event = FrameEvent::new("/play", "frame");
        let payload = [Bytes::from(vec![7; 200]), Bytes::from(vec![8; 100])];
        let bytes = joined(&event, Parser::MessagePack, Codec::V4, &payload);
        assert_eq!(bytes[..2], [0x82, 126]);
        assert_eq!(usize::from(u16::from_be_bytes([bytes[2], bytes[3]])), bytes.len() - 4);
        let queued: Vec<_> = event.messages(Parser::MessagePack, &payload).messages().collect();
        let [engineio::Message::Binary(body)] = &queued[..] else { panic!("one binary message") };
        assert_eq!(bytes[4..], body.clone().into_bytes()[..]);
    }

    #[test]
    fn in_revision_3_the_binary_message_begins_with_its_type() {
        let event = FrameEvent::new("/", "frame");
        let bytes = joined(&event, Parser::Json, Codec::V3, &[Bytes::from_static(b"abc")]);
        assert_eq!(bytes[bytes.len() - 6..], [0x82, 4, 4, b'a', b'b', b'c']);
        let bytes = joined(&event, Parser::MessagePack, Codec::V3, &[Bytes::from_static(b"abc")]);
        assert_eq!((bytes[0], usize::from(bytes[1]), bytes[2]), (0x82, bytes.len() - 2, 4));
    }
}
