//! The HTTP side: the accept loop, and the Socket.IO endpoint with its polling requests and WebSocket handshakes.

mod answer;
mod client_files;
mod cors;
mod endpoint;
mod polling;
mod query;
mod serve;
mod websocket;

pub(crate) use client_files::ClientFiles;
pub use serve::serve;
