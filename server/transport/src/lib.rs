//! A Socket.IO server: long-polling, WebSocket and the upgrade between them, both parsers on one port.
//!
//! The shell around the machines of [`engineio`] and [`socketio`]: owns the sockets, the clock and the tasks, and knows no
//! game. See [`Server`] and [`serve`].

mod ack;
mod broadcast;
mod config;
mod conn;
mod error;
mod frame;
mod handlers;
mod http;
mod id;
mod io;
mod metrics;
mod namespace;
mod rooms;
mod server;
mod socket;
mod task;

pub use ack::{Ack, AckError};
pub use broadcast::Broadcast;
pub use config::{Config, Cors};
pub use error::{BadInput, CloseReason, Error};
pub use frame::FrameEvent;
pub use http::serve;
pub use id::SocketId;
pub use metrics::{Metrics, Snapshot};
pub use namespace::{Namespace, Refusal};
pub use server::Server;
pub use socket::{QueueDepth, Socket};
pub use socketio::{Args, Value};
