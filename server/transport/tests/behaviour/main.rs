//! The transport as raw clients see it: HTTP and WebSocket bytes over loopback.

mod client;
mod frames;
mod lifecycle;
mod limits;
mod polling;
mod upgrade;
mod websocket;
