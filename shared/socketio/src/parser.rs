//! The two parsers a connection can speak, and what an encoded packet is.

use std::sync::Arc;

use bytes::Bytes;
use engineio::{Binary, Message};

use crate::{
    Args, Behind, Error, Namespace, Packet, PacketLimits, Value, json, msgpack,
    packet::{EventParts, check_event_name},
};

/// A way packets become Engine.IO messages. A connection keeps to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parser {
    /// The default: a text message, and a binary message for each attachment.
    Json,
    /// `socket.io-msgpack-parser`: one binary message.
    MessagePack,
}

impl Parser {
    /// The parser of a connection whose first message this is.
    pub fn of_first(message: &Message) -> Self {
        match message {
            Message::Text(_) => Self::Json,
            Message::Binary(_) => Self::MessagePack,
        }
    }

    /// The messages that carry `packet`. Numbers JSON does not know become null, as in JavaScript.
    pub fn encode(self, packet: &Packet) -> Encoded {
        match self {
            Self::Json => json::encode(packet),
            Self::MessagePack => msgpack::encode(packet),
        }
    }

    /// The messages that carry an event. Encode once and clone for each receiver of this parser.
    pub fn encode_event(self, namespace: &Namespace, name: &str, args: &Args, id: Option<u64>) -> Encoded {
        let event = EventParts { namespace, name, args: args.as_slice(), behind: Behind::Nothing, id };
        self.encode_parts(&event, self.binaries(event.args).0)
    }

    fn encode_parts(self, event: &EventParts<'_>, attachments: usize) -> Encoded {
        match self {
            Self::Json => json::encode_event(event, attachments),
            Self::MessagePack => msgpack::encode_event(event),
        }
    }

    /// Encodes an event that has to keep to `limits`.
    pub(crate) fn encode_within(self, event: &EventParts<'_>, limits: PacketLimits) -> Result<Encoded, Error> {
        check_event_name(event.name)?;
        let (attachments, binary) = self.binaries(event.args);
        limits.check(attachments, binary)?;
        let encoded = self.encode_parts(event, attachments);
        encoded.check(limits)?;
        Ok(encoded)
    }

    /// How many attachments the binary values become, and the bytes of all.
    pub(crate) fn binaries(self, values: &[Value]) -> (usize, usize) {
        let (mut count, mut total) = (0, 0_usize);
        values.iter().for_each(|value| {
            value.binaries(&mut |bytes| {
                count += 1;
                total = total.saturating_add(bytes.len());
            });
        });
        (if self == Self::Json { count } else { 0 }, total)
    }

    /// The messages that carry an event which a peer will take, with what stands `behind` the arguments.
    ///
    /// # Errors
    ///
    /// [`Error::ReservedEvent`], [`Error::PacketTooLarge`], and for the JSON parser [`Error::TooManyAttachments`]. What has too
    /// many binary values or bytes in them is not encoded first.
    pub fn encode_checked(
        self,
        namespace: &Namespace,
        name: &str,
        (args, behind): (&Args, Behind),
        limits: PacketLimits,
    ) -> Result<Encoded, Error> {
        self.encode_within(&EventParts { namespace, name, args: args.as_slice(), behind, id: None }, limits)
    }

    /// Appends the first message of an event to `out`, with no allocation of its own, and with what stands
    /// `behind` the arguments; returns how many attachments are to follow: the values of [`Args::binaries`], in that order.
    /// MessagePack has none: all is in the message.
    ///
    /// # Errors
    ///
    /// As [`encode_checked`](Self::encode_checked); `out` is as it was then.
    pub fn write_event(
        self,
        out: &mut Vec<u8>,
        namespace: &Namespace,
        name: &str,
        (args, behind): (&Args, Behind),
        limits: PacketLimits,
    ) -> Result<usize, Error> {
        check_event_name(name)?;
        let event = EventParts { namespace, name, args: args.as_slice(), behind, id: None };
        let (attachments, binary) = self.binaries(event.args);
        limits.check(attachments, binary)?;
        let start = out.len();
        let attached = match self {
            Self::Json => {
                json::write_event(out, &event, attachments);
                binary
            }
            Self::MessagePack => {
                msgpack::write_event(out, &event);
                0
            }
        };
        let bytes = (out.len() - start).saturating_add(attached);
        limits.check(attachments, bytes).inspect_err(|_| out.truncate(start))?;
        Ok(attachments)
    }
}

/// The messages of one packet, in shared storage: cloning costs no allocation and copies no payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// The first message.
    pub head: Message,
    /// The attachments behind it, each a binary message.
    pub attachments: Arc<[Binary]>,
}

impl Encoded {
    pub(crate) fn alone(head: Message) -> Self {
        Self { head, attachments: Arc::default() }
    }

    /// Bytes of all messages together.
    pub fn len(&self) -> usize {
        self.head.len() + self.attachments.iter().map(Binary::len).sum::<usize>()
    }

    /// Whether there is no byte, which no packet has.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Refuses what exceeds `limits`.
    pub(crate) fn check(&self, limits: PacketLimits) -> Result<(), Error> {
        limits.check(self.attachments.len(), self.len())
    }

    /// The messages in the order they are sent, without a clone: whether it is text, and its bytes in chunks.
    pub fn parts(&self) -> impl Iterator<Item = (bool, &[Bytes])> {
        let head = (matches!(self.head, Message::Text(_)), self.head.chunks());
        std::iter::once(head).chain(self.attachments.iter().map(|binary| (false, binary.chunks())))
    }

    /// The messages in the order they are sent.
    pub fn messages(&self) -> impl Iterator<Item = Message> {
        std::iter::once(self.head.clone()).chain(self.attachments.iter().cloned().map(Message::Binary))
    }
}

#[cfg(test)]
mod tests {
    use engineio::Limits;

    use super::*;

    const BOTH: [Parser; 2] = [Parser::Json, Parser::MessagePack];

    /// What both ways to encode the event say with a bound of `bytes`; a refusal leaves the buffer as it was.
    fn encoded(parser: Parser, args: &Args, bytes: usize) -> Result<(), Error> {
        let (limits, args) = (PacketLimits { attachments: 10, bytes }, (args, Behind::Nothing));
        let whole = parser.encode_checked(&Namespace::ROOT, "x", args, limits);
        let mut out = vec![9];
        let written = parser.write_event(&mut out, &Namespace::ROOT, "x", args, limits);
        match &whole {
            Ok(encoded) => assert_eq!((written, out.len()), (Ok(encoded.attachments.len()), 1 + encoded.head.len())),
            Err(error) => assert_eq!((written, out), (Err(error.clone()), vec![9])),
        }
        whole.map(drop)
    }

    #[test]
    fn an_event_may_have_as_many_bytes_as_its_bound_says_and_not_one_more() {
        let text = Value::from("\u{1}".repeat(500).as_str());
        let bytes = || Value::Bin(vec![7; 100].into());
        for parser in BOTH {
            for args in [vec![text.clone()], vec![text.clone(), Value::Array(vec![bytes()]), bytes()]] {
                let args = Args::from(args);
                let event = parser.encode_event(&Namespace::ROOT, "x", &args, None);
                let all = event.messages().map(|message| message.len() + Limits::PACKET_COST).sum();
                assert_eq!(encoded(parser, &args, all), Ok(()));
                assert_eq!(encoded(parser, &args, all - 1), Err(Error::PacketTooLarge { bytes: all, limit: all - 1 }));
            }
        }
    }

    #[test]
    fn nothing_is_encoded_where_the_binary_values_are_too_much_already() {
        let many: Args = vec![Value::Bin(Bytes::from(vec![7; 48_000])); 1_600].into();
        // Encoded, the packet would have more bytes.
        let error = Error::PacketTooLarge { bytes: 1_600 * 48_000 + Limits::PACKET_COST, limit: 262_144 };
        assert_eq!(encoded(Parser::MessagePack, &many, 262_144), Err(error));
        assert_eq!(encoded(Parser::Json, &many, 262_144), Err(Error::TooManyAttachments { count: 1_600, limit: 10 }));
        let ten: Args = vec![Value::Bin(Bytes::from(vec![7; 48_000])); 10].into();
        let error = Error::PacketTooLarge { bytes: 10 * 48_000 + 11 * Limits::PACKET_COST, limit: 262_144 };
        assert_eq!(encoded(Parser::Json, &ten, 262_144), Err(error));
    }
}
