//! The transport as raw clients see it: HTTP and WebSocket bytes over loopback.

mod asking;
mod client;
mod client_files;
mod frames;
mod latest;
mod lifecycle;
mod limits;
mod listeners;
mod middleware;
mod opening;
mod patterns;
mod polling;
mod selections;
mod upgrade;
mod websocket;
