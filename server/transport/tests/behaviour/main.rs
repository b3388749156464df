//! The transport as raw clients see it: HTTP and WebSocket bytes over loopback.

mod asking;
mod client;
mod eio3;
mod frames;
mod jsonp;
mod lifecycle;
mod limits;
mod listeners;
mod middleware;
mod patterns;
mod polling;
mod requests;
mod selections;
mod upgrade;
mod websocket;
