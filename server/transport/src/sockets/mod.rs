//! Clients in namespaces, as applications see them: sockets, namespaces with their rooms and handlers, broadcasts.

mod broadcast;
mod handle;
mod handlers;
mod namespace;
mod prepared;
mod refusal;
mod rooms;
mod sending;
mod socket;

pub use broadcast::Broadcast;
pub use handle::{Namespace, Socket};
pub(crate) use handlers::{Found, find, guarded};
pub use refusal::Refusal;
pub use sending::QueueDepth;
