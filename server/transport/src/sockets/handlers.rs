//! Handlers of events: the tables of a socket and of a namespace, and the guard around every call. What a socket is does not
//! matter here: it is the type `S`.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use socketio::Args;

use crate::ack::Ack;
use crate::error::CloseReason;
use crate::id::SocketId;

pub(crate) type OnEvent<S> = Arc<dyn Fn(&S, &Args, Option<Ack>) + Send + Sync>;
pub(crate) type OnAny<S> = Arc<dyn Fn(&S, &str, &Args, Option<Ack>) + Send + Sync>;
pub(crate) type OnDisconnect<S> = Arc<dyn Fn(&S, CloseReason) + Send + Sync>;
pub(crate) type OnDrain<S> = Arc<dyn Fn(&S) + Send + Sync>;

/// The handlers of one socket, or those shared by all sockets of a namespace.
pub(crate) struct Handlers<S> {
    table: Mutex<Table<S>>,
}

struct Table<S> {
    events: HashMap<Box<str>, OnEvent<S>>,
    any: Option<OnAny<S>>,
    disconnect: Option<OnDisconnect<S>>,
    drain: Option<OnDrain<S>>,
}

// Derived, it would ask for a default socket.
impl<S> Default for Table<S> {
    fn default() -> Self {
        Self { events: HashMap::new(), any: None, disconnect: None, drain: None }
    }
}

impl<S> Default for Handlers<S> {
    fn default() -> Self {
        Self { table: Mutex::default() }
    }
}

/// What an event is handed to.
pub(crate) enum Found<S> {
    /// The event's own handler.
    Event(OnEvent<S>),
    /// The handler of events without one.
    Any(OnAny<S>),
}

impl<S> Handlers<S> {
    pub(crate) fn on(&self, event: &str, handler: OnEvent<S>) {
        self.lock().events.insert(event.into(), handler);
    }

    pub(crate) fn on_any(&self, handler: OnAny<S>) {
        self.lock().any = Some(handler);
    }

    pub(crate) fn on_disconnect(&self, handler: OnDisconnect<S>) {
        self.lock().disconnect = Some(handler);
    }

    pub(crate) fn on_drain(&self, handler: OnDrain<S>) {
        self.lock().drain = Some(handler);
    }

    pub(crate) fn event(&self, name: &str) -> Option<OnEvent<S>> {
        self.lock().events.get(name).cloned()
    }

    pub(crate) fn any(&self) -> Option<OnAny<S>> {
        self.lock().any.clone()
    }

    pub(crate) fn disconnect(&self) -> Option<OnDisconnect<S>> {
        self.lock().disconnect.clone()
    }

    pub(crate) fn drain(&self) -> Option<OnDrain<S>> {
        self.lock().drain.clone()
    }

    /// Drops all handlers, and with them whatever they hold: a handler may hold its own socket.
    pub(crate) fn clear(&self) {
        let table = std::mem::take(&mut *self.lock());
        drop(table);
    }

    fn lock(&self) -> MutexGuard<'_, Table<S>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks an event up: the socket's own handlers win over the namespace's, named ones over `on_any`.
pub(crate) fn find<S>(own: &Handlers<S>, shared: &Handlers<S>, event: &str) -> Option<Found<S>> {
    let named = own.event(event).or_else(|| shared.event(event)).map(Found::Event);
    named.or_else(|| own.any().or_else(|| shared.any()).map(Found::Any))
}

/// Runs a handler; a panic is caught, logged and told by `None`.
pub(crate) fn guarded<T>(what: &str, socket: SocketId, call: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(value) => Some(value),
        Err(panic) => {
            let words =
                panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            tracing::error!(%socket, handler = what, panic = words.unwrap_or("not text"), "handler panicked");
            None
        }
    }
}
