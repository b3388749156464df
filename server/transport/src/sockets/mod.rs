//! Clients in namespaces, as applications see them: sockets, namespaces with their rooms and handlers, broadcasts.

mod asking;
mod awaited;
mod broadcast;
mod calls;
mod directory;
mod failure;
mod gate;
mod handle;
mod list;
mod listeners;
mod many;
mod namespace;
mod outcome;
mod pattern;
mod prepared;
mod refusal;
mod room_names;
mod rooms;
mod sending;
mod socket;
mod volatile;

pub use asking::{Answer, Answers, Timeout, Unanswered};
pub use broadcast::Broadcast;
pub(crate) use calls::{Trouble, guarded};
pub(crate) use directory::Directory;
pub use failure::Failure;
pub use gate::Gate;
pub use handle::{Namespace, Socket};
pub use list::ListenerId;
pub use listeners::Listeners;
pub use outcome::{HandlerError, Outcome};
pub use pattern::NamespacePattern;
pub use refusal::Refusal;
pub use room_names::RoomNames;
pub use sending::QueueDepth;
pub use volatile::Volatile;
