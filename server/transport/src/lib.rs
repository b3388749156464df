//! A Socket.IO server: long-polling, WebSocket and the upgrade between them, both parsers and both revisions of Engine.IO on
//! one port.
//!
//! The shell around the machines of [`engineio`] and [`socketio`]: owns the sockets, the clock and the tasks, and knows no
//! game. See [`Server`] and [`serve`].

mod ack;
mod config;
mod conn;
mod cookie;
mod dialect;
mod engine_server;
mod engine_socket;
mod error;
mod frame;
mod http;
mod id;
mod io;
mod metrics;
mod server;
mod shared;
mod slots;
mod sockets;
mod task;
mod tasks;

pub use ack::Ack;
pub use config::{Config, Cors};
pub use cookie::{Cookie, SameSite};
pub use engine_server::EngineServer;
pub use engine_socket::EngineSocket;
pub use engineio::{Binary, Message, Revision, Text, Transport};
pub use error::{AckError, BadInput, CloseReason, Error};
pub use frame::FrameEvent;
pub use http::serve;
pub use id::SocketId;
pub use metrics::{Metrics, Snapshot};
pub use server::Server;
pub use socketio::{Args, Value};
pub use sockets::{Broadcast, Namespace, QueueDepth, Refusal, Socket};
