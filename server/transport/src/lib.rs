#![doc = include_str!("../README.md")]

mod ack;
mod address;
mod config;
mod conn;
mod cookie;
mod dialect;
mod engine_server;
mod engine_socket;
mod error;
mod frame;
mod handshake;
mod hooks;
mod http;
mod id;
mod io;
mod metrics;
mod rate;
mod recovery;
mod server;
mod sessions;
mod shared;
mod slots;
mod sockets;
mod spelling;
mod task;
mod tasks;

pub use ack::Ack;
pub use config::{Config, Cors, KeepHeaders};
pub use cookie::{Cookie, SameSite};
pub use engine_server::EngineServer;
pub use engine_socket::EngineSocket;
pub use engineio::{Binary, Message, Revision, Text, Transport};
pub use error::{AckError, BadInput, CloseReason, Error};
pub use frame::FrameEvent;
pub use handshake::{Handshake, HandshakeRequest};
pub use hooks::ConnectionError;
pub use http::{listen, serve};
pub use id::{NotAnId, SocketId};
pub use metrics::{Metrics, Snapshot};
pub use recovery::Recovery;
pub use server::Server;
pub use socketio::{Args, Value, from_value, to_value};
pub use sockets::{
    Answer, Answers, Broadcast, Failure, Gate, HandlerError, ListenerId, Listeners, Namespace, NamespacePattern,
    Outcome, QueueDepth, Refusal, RoomNames, Socket, Timeout, Unanswered, Update, Volatile,
};
