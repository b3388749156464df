//! A client of the game over real sockets. Owns one player's connection: the protocol machines, the match's handshake
//! and frames, the sockets under them, and coming back after a loss. Decides no move: that is [`crate::brain`]'s.

mod address;
mod connection;
mod error;
mod link;
mod play;
mod polling;
mod seat;
mod stream;
mod tally;
mod websocket;

#[cfg(test)]
mod tests;

pub use address::Address;
pub use connection::{Connection, ConnectionEvent};
pub use error::ClientError;
pub use link::Way;
pub use play::{Player, Shared};
pub use seat::{Happening, Seat};
pub use stream::Traffic;
pub use tally::Tally;
