//! The HTTP side: the accept loop, and the Socket.IO endpoint with its polling requests and WebSocket handshakes.

mod answer;
mod cors;
mod endpoint;
mod polling;
mod query;
mod serve;
mod websocket;

pub use serve::serve;
