//! The HTTP side: the accept loop, and the Socket.IO endpoint with its polling requests and WebSocket handshakes.

mod admission;
mod answer;
mod cors;
mod endpoint;
mod origin;
mod polling;
mod serve;
mod timed;
mod times;
mod websocket;

pub use serve::serve;
