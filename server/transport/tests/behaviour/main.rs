//! The transport as raw clients see it: HTTP and WebSocket bytes over loopback.

mod client;
mod eio3;
mod engine;
mod frames;
mod jsonp;
mod lifecycle;
mod limits;
mod polling;
mod requests;
mod upgrade;
mod websocket;
