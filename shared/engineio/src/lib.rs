//! Engine.IO 4, and 3 beside it: packets, WebSocket frames, polling payloads and the session machine, for both ends of a
//! connection.
//!
//! Everything here is pure. No socket is opened and no clock is read: bytes, packets and the current time are
//! arguments, and what is to be sent, what happened and when to call again are return values. Time is a [`Duration`]
//! since any fixed origin the caller likes.
//!
//! [`Duration`]: std::time::Duration

mod binary;
#[cfg(test)]
mod codec_tests;
#[cfg(test)]
mod codec_v3_tests;
mod config;
mod error;
pub mod form;
mod frame;
mod frame_v3;
mod handshake;
pub mod jsonp;
mod limits;
mod packet;
pub mod payload;
pub mod payload_v3;
mod revision;
mod session;
mod transport;

pub use binary::{Binary, part_of};
/// UTF-8 text in shared storage: checked once when it is made, cloned by reference count, sliced without a copy.
pub use bytestring::ByteString as Text;
pub use config::{ClientConfig, ServerConfig};
pub use error::{CloseReason, Error, ErrorCode};
pub use frame::{Frame, Opcode, decode_binary, decode_text};
pub use handshake::Handshake;
pub use limits::Limits;
pub use packet::{Message, Packet, Probe};
pub use revision::{Codec, Revision};
pub use session::{Client, ClientSession, Event, Role, Server, ServerSession, Session};
pub use transport::Transport;

/// Newest revision of the protocol this crate speaks, as the `EIO` query parameter has it.
pub const REVISION: u8 = 4;
