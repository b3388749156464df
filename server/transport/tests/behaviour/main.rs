//! The transport as raw clients see it: HTTP and WebSocket bytes over loopback.

mod asking;
mod bounds;
mod chat;
mod client;
mod client_files;
mod eio3;
mod ends;
mod engine;
#[path = "../../examples/chat.rs"]
#[allow(dead_code)]
mod example_chat;
mod frames;
mod jsonp;
mod known_failures;
mod latest;
mod lifecycle;
mod limits;
mod listeners;
mod logged;
mod middleware;
mod opening;
mod patterns;
mod polling;
mod recovery;
mod requests;
mod returning;
mod selections;
mod tools;
mod upgrade;
mod websocket;
