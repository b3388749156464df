//! Socket.IO packets as values, and what data each kind may carry. Their bytes are the parsers' business.

use crate::{Behind, Error, Namespace, Value};

/// Event names with a meaning of their own for applications, which no peer may send.
pub const RESERVED_EVENTS: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// What a packet is for. The JSON parser's binary event and binary acknowledgement (wire types 5 and 6) are
/// [`Event`](Self::Event) and [`Ack`](Self::Ack) here: whether data is binary is a matter of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PacketKind {
    /// A client asks to join a namespace, or the server says it has.
    Connect = 0,
    /// One end leaves a namespace.
    Disconnect = 1,
    /// A named event with arguments.
    Event = 2,
    /// The answer to an event that asked for one.
    Ack = 3,
    /// The server refuses a client in a namespace.
    ConnectError = 4,
}

impl PacketKind {
    /// The kind's name in the specification.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Disconnect => "disconnect",
            Self::Event => "event",
            Self::Ack => "ack",
            Self::ConnectError => "connect error",
        }
    }

    pub(crate) const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            0 => Self::Connect,
            1 => Self::Disconnect,
            2 => Self::Event,
            3 => Self::Ack,
            4 => Self::ConnectError,
            _ => return None,
        })
    }
}

/// A Socket.IO packet.
#[derive(Clone, Debug, PartialEq)]
pub struct Packet {
    /// What it is for.
    pub kind: PacketKind,
    /// Where it belongs.
    pub namespace: Namespace,
    /// Of an event: asks for an acknowledgement. Of an acknowledgement: the event's id; one without
    /// answers nothing.
    pub id: Option<u64>,
    /// An event's name and arguments, an acknowledgement's arguments, the authentication or the new socket's id of a
    /// connect packet, or the cause of a refusal.
    pub data: Option<Value>,
}

/// An event on its way into a parser's form: what a packet has, without a list made for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventParts<'a> {
    pub(crate) namespace: &'a Namespace,
    pub(crate) name: &'a str,
    pub(crate) args: &'a [Value],
    pub(crate) behind: Behind,
    pub(crate) id: Option<u64>,
}

impl Packet {
    /// A packet without id.
    pub fn new(kind: PacketKind, namespace: Namespace, data: Option<Value>) -> Self {
        Self { kind, namespace, id: None, data }
    }

    /// Refuses data that does not fit the kind, and reserved event names.
    pub(crate) fn validate(self) -> Result<Self, Error> {
        let fits = match (self.kind, &self.data) {
            (PacketKind::Connect, None | Some(Value::Map(_))) | (PacketKind::Disconnect, None) => true,
            (PacketKind::ConnectError, Some(Value::Str(_) | Value::Map(_))) => true,
            (PacketKind::Event, Some(Value::Array(elements))) => match elements.first() {
                Some(Value::Str(name)) => {
                    check_event_name(name)?;
                    true
                }
                Some(_) => return Err(Error::InvalidEventName),
                None => false,
            },
            (PacketKind::Ack, Some(Value::Array(_))) => true,
            _ => false,
        };
        if fits { Ok(self) } else { Err(Error::InvalidData(self.kind.name())) }
    }
}

pub(crate) fn check_event_name(name: &str) -> Result<(), Error> {
    match RESERVED_EVENTS.into_iter().find(|reserved| *reserved == name) {
        Some(reserved) => Err(Error::ReservedEvent(reserved)),
        None => Ok(()),
    }
}
