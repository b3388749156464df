//! The session machine, generic over the end it plays. Its parts: [`machine`] holds what both ends share, `server` and
//! `client` what differs, `heartbeat` the timers of liveness and `queue` what waits to be sent.

mod client;
mod heartbeat;
mod machine;
mod queue;
mod server;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_v3;

pub use machine::{Client, Event, Role, Server, Session};

/// The server's end of a session.
pub type ServerSession = Session<Server>;
/// The client's end of a session.
pub type ClientSession = Session<Client>;
