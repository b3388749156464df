//! Socket.IO protocol 5: packets, the JSON and the MessagePack parser, and the session machine, for both ends of a
//! connection; for the server's end protocol 4 beside it.
//!
//! Everything here is pure. No socket is opened and no clock is read: Engine.IO messages and the current time are
//! arguments, and messages to send, events and timers are return values. Of connection state recovery the log
//! and the offsets are here; who is waited for, and how long, is not.

mod args;
mod binary_event;
mod decoder;
mod error;
mod json;
mod limits;
mod msgpack;
mod namespace;
mod packet;
mod parser;
mod protocol;
mod recovery;
mod session;
mod value;

pub use args::Args;
pub use binary_event::{BinHeader, BinaryEvent};
pub use decoder::Decoder;
pub use error::{AckFailure, DisconnectReason, Error};
pub use limits::{Limits, PacketLimits};
pub use namespace::Namespace;
pub use packet::{Packet, PacketKind, RESERVED_EVENTS};
pub use parser::{Encoded, Parser};
pub use protocol::Protocol;
pub use recovery::{Behind, Claim, MissedLog, Noted, Offset};
pub use session::{AckId, AckIds, AckToken, Client, ClientSession, Event, Role, Server, ServerSession, Session};
pub use value::{Value, from_value, to_value};
