//! The server program: wires transport, host, game and brains together.
//!
//! Owns settings, the session between socket events and the host, and the HTTP side. Decides nothing of the game and
//! nothing of the protocol.

mod http;
mod limit;
mod run;
mod session;
mod settings;
mod status;

pub use run::run;
pub use settings::{Cli, Command, Settings};
