//! The HTTP side: the accept loop, and the Socket.IO endpoint with its polling requests and WebSocket handshakes.

mod admission;
mod answer;
mod body;
mod client_files;
mod cors;
mod endpoint;
mod listen;
mod origin;
mod polling;
mod query;
mod serve;
mod timed;
mod times;
mod websocket;

pub(crate) use client_files::ClientFiles;
pub use listen::listen;
pub(crate) use origin::Strangers;
pub use serve::serve;
