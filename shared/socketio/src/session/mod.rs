//! The session machine, generic over the end it plays. Its parts: `machine` holds what both ends share, `server` and
//! `client` what differs, `answer` how the client reads the server's, `acks` the acknowledgements awaited from the peer.

mod acks;
mod answer;
mod client;
mod event;
mod machine;
mod server;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_v4;

pub use acks::{AckId, AckIds, AckToken};
pub use event::Event;
pub use machine::{Client, Role, Server, Session};

/// The server's end of a session.
pub type ServerSession = Session<Server>;
/// The client's end of a session.
pub type ClientSession = Session<Client>;
