//! A client that waits to be let into a namespace.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use socketio::Value;
use tokio::task::AbortHandle;

use crate::sockets::{Refusal, Socket};

/// What the middlewares have decided; `None` where one panicked.
pub(super) type Outcome = Option<Result<(), Refusal>>;

/// A client that waits for the decision.
pub(super) struct Joining {
    pub(super) socket: Socket,
    pub(super) auth: Value,
    pub(super) decided: Arc<Mutex<Option<Outcome>>>,
    /// Ends the task that decides.
    pub(super) deciding: AbortHandle,
}

/// A client that is back before its former connection has ended.
pub(super) struct Returning {
    pub(super) namespace: socketio::Namespace,
    pub(super) auth: Value,
    /// The former connection has ended, or took too long to.
    pub(super) ended: Arc<AtomicBool>,
    /// Ends the task that waits for it.
    pub(super) waiting: AbortHandle,
}
