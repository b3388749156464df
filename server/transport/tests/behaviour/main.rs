//! The transport as raw clients see it: HTTP and WebSocket bytes over loopback.

mod bounds;
mod client;
mod frames;
mod known_failures;
mod lifecycle;
mod limits;
mod polling;
mod tools;
mod upgrade;
mod websocket;
