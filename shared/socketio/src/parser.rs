//! The two parsers a connection can speak, and what an encoded packet is.

use std::sync::Arc;

use bytes::Bytes;
use engineio::{Binary, Message};

use crate::{
    Args, Behind, Error, Namespace, Packet, json, msgpack,
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
        self.encode_parts(&EventParts { namespace, name, args: args.as_slice(), behind: Behind::Nothing, id })
    }

    fn encode_parts(self, event: &EventParts<'_>) -> Encoded {
        match self {
            Self::Json => json::encode_event(event),
            Self::MessagePack => msgpack::encode_event(event),
        }
    }

    /// The messages that carry an event which a peer will take, with what stands `behind` the arguments.
    ///
    /// # Errors
    ///
    /// [`Error::ReservedEvent`], and for the JSON parser [`Error::TooManyAttachments`] beyond `attachments`.
    pub fn encode_checked(
        self,
        namespace: &Namespace,
        name: &str,
        (args, behind): (&Args, Behind),
        attachments: usize,
    ) -> Result<Encoded, Error> {
        check_event_name(name)?;
        let encoded = self.encode_parts(&EventParts { namespace, name, args: args.as_slice(), behind, id: None });
        encoded.check(attachments)?;
        Ok(encoded)
    }

    /// Appends the first message of an event to `out`, with no allocation of its own, and with what stands
    /// `behind` the arguments; returns how many attachments are to follow: the values of [`Args::binaries`], in that order.
    /// MessagePack has none: all is in the message.
    ///
    /// # Errors
    ///
    /// As [`encode_checked`](Self::encode_checked).
    pub fn write_event(
        self,
        out: &mut Vec<u8>,
        namespace: &Namespace,
        name: &str,
        (args, behind): (&Args, Behind),
        attachments: usize,
    ) -> Result<usize, Error> {
        check_event_name(name)?;
        let event = EventParts { namespace, name, args: args.as_slice(), behind, id: None };
        let count = match self {
            Self::Json => json::write_event(out, &event),
            Self::MessagePack => {
                msgpack::write_event(out, &event);
                0
            }
        };
        check_attachments(count, attachments)?;
        Ok(count)
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

    /// Refuses more attachments than `limit`.
    pub(crate) fn check(&self, limit: usize) -> Result<(), Error> {
        check_attachments(self.attachments.len(), limit)
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

fn check_attachments(count: usize, limit: usize) -> Result<(), Error> {
    if count > limit { Err(Error::TooManyAttachments { count, limit }) } else { Ok(()) }
}
