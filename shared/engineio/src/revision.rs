//! Revisions of the protocol and the forms packets take in each. Owns the choice; the forms themselves are the business of
//! [`crate::Frame`], [`crate::payload`] and [`crate::payload_v3`].

use bytes::Bytes;

use crate::{
    Error, Frame, Limits, Packet, Text,
    frame::{decode_binary, decode_text},
    frame_v3, payload, payload_v3,
};

/// Revision of the protocol that a session speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Revision {
    /// The client pings; payloads carry lengths, and binary messages their type. Spoken by `socket.io-client` 1 and 2.
    V3,
    /// The server pings; payloads are separated, and binary messages bare. Spoken by `socket.io-client` 3 and 4.
    #[default]
    V4,
}

impl Revision {
    /// The revision a request asks for with its `EIO` parameter: `4` is the fourth, and anything else the third, also a
    /// missing one, as the reference server has it.
    pub fn of_query(eio: Option<&str>) -> Self {
        if eio == Some("4") { Self::V4 } else { Self::V3 }
    }

    /// The number, as the `EIO` parameter has it.
    pub const fn number(self) -> u8 {
        match self {
            Self::V3 => 3,
            Self::V4 => 4,
        }
    }
}

/// How packets become bytes on one transport of one session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Codec {
    /// Revision 4.
    #[default]
    V4,
    /// Revision 3 for a client that takes binary.
    V3,
    /// Revision 3 for a client that takes text only and has said so with the parameter `b64`: binary messages travel as
    /// base64. Both forms are understood from it.
    V3Base64,
}

impl Codec {
    /// The revision the codec belongs to.
    pub const fn revision(self) -> Revision {
        match self {
            Self::V4 => Revision::V4,
            Self::V3 | Self::V3Base64 => Revision::V3,
        }
    }

    /// The WebSocket message that carries `packet`. Payload bytes are shared, except where they become base64.
    pub fn frame(self, packet: &Packet) -> Frame {
        match self {
            Self::V4 => Frame::encode(packet),
            Self::V3 => frame_v3::encode(packet, false),
            Self::V3Base64 => frame_v3::encode(packet, true),
        }
    }

    /// The packet in a WebSocket text message. The text of a message shares the storage of `text`.
    ///
    /// # Errors
    ///
    /// When the message is longer than [`Limits::max_payload`] or no packet.
    pub fn decode_text(self, text: &Text, limits: &Limits) -> Result<Packet, Error> {
        match self {
            Self::V4 => decode_text(text, limits),
            Self::V3 | Self::V3Base64 => frame_v3::decode_text(text, limits),
        }
    }

    /// The packet in a WebSocket binary message, which is always an application message.
    ///
    /// # Errors
    ///
    /// When the message is longer than [`Limits::max_payload`], or in revision 3 does not begin with its type.
    pub fn decode_binary(self, bytes: Bytes, limits: &Limits) -> Result<Packet, Error> {
        match self {
            Self::V4 => decode_binary(bytes, limits),
            Self::V3 | Self::V3Base64 => frame_v3::decode_binary(bytes, limits),
        }
    }

    /// The polling body that carries `packets`. Whether it is text tells [`is_binary_body`](Self::is_binary_body).
    pub fn encode_body<'a>(self, packets: impl IntoIterator<Item = &'a Packet>) -> Vec<u8> {
        match self {
            Self::V4 => payload::encode(packets),
            Self::V3 | Self::V3Base64 => payload_v3::encode(packets, self == Self::V3Base64),
        }
    }

    /// Length in bytes that `packet` adds to a body, at most; in revision 4 exactly, with a separator.
    pub(crate) fn body_len(self, packet: &Packet) -> usize {
        match self {
            Self::V4 => 1 + payload::encoded_len(packet),
            Self::V3 | Self::V3Base64 => payload_v3::max_encoded_len(packet),
        }
    }

    /// The packets in a polling body; `binary` tells that its content type is `application/octet-stream`, which
    /// revision 4 does not know and takes for text. Text messages of a text body share its storage.
    ///
    /// # Errors
    ///
    /// When the body or its number of packets exceeds `limits`, or any part is no packet; then none of the packets is
    /// returned.
    pub fn decode_body(self, body: Bytes, binary: bool, limits: &Limits) -> Result<Vec<Packet>, Error> {
        match self {
            Self::V4 => payload::decode(body, limits),
            Self::V3 | Self::V3Base64 if binary => payload_v3::decode_binary(body, limits),
            Self::V3 | Self::V3Base64 => payload_v3::decode_text(body, limits),
        }
    }

    /// Whether a body that [`encode_body`](Self::encode_body) made is binary, and its content type
    /// `application/octet-stream`: text begins with a digit or a packet type, binary with a marker below both.
    pub fn is_binary_body(self, body: &[u8]) -> bool {
        self == Self::V3 && body.first().is_some_and(|&first| first <= payload_v3::BINARY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_is_the_fourth_revision_and_anything_else_the_third() {
        assert_eq!(Revision::of_query(Some("4")), Revision::V4);
        for other in [None, Some(""), Some("3"), Some("2"), Some("5"), Some("04"), Some("abc")] {
            assert_eq!(Revision::of_query(other), Revision::V3, "{other:?}");
        }
        assert_eq!((Revision::V3.number(), Revision::V4.number()), (3, 4));
    }
}
