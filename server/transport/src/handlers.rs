//! Handlers of events: the tables of a socket and of a namespace, and the guard around every call.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use socketio::Args;

use crate::ack::Ack;
use crate::error::CloseReason;
use crate::socket::Socket;

pub(crate) type OnEvent = Arc<dyn Fn(&Socket, &Args, Option<Ack>) + Send + Sync>;
pub(crate) type OnAny = Arc<dyn Fn(&Socket, &str, &Args, Option<Ack>) + Send + Sync>;
pub(crate) type OnDisconnect = Arc<dyn Fn(&Socket, CloseReason) + Send + Sync>;
pub(crate) type OnDrain = Arc<dyn Fn(&Socket) + Send + Sync>;

/// The handlers of one socket, or those shared by all sockets of a namespace.
#[derive(Default)]
pub(crate) struct Handlers {
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    events: HashMap<Box<str>, OnEvent>,
    any: Option<OnAny>,
    disconnect: Option<OnDisconnect>,
    drain: Option<OnDrain>,
}

/// What an event is handed to.
pub(crate) enum Found {
    /// The event's own handler.
    Event(OnEvent),
    /// The handler of events without one.
    Any(OnAny),
}

impl Handlers {
    pub(crate) fn on(&self, event: &str, handler: OnEvent) {
        self.lock().events.insert(event.into(), handler);
    }

    pub(crate) fn on_any(&self, handler: OnAny) {
        self.lock().any = Some(handler);
    }

    pub(crate) fn on_disconnect(&self, handler: OnDisconnect) {
        self.lock().disconnect = Some(handler);
    }

    pub(crate) fn on_drain(&self, handler: OnDrain) {
        self.lock().drain = Some(handler);
    }

    pub(crate) fn event(&self, name: &str) -> Option<OnEvent> {
        self.lock().events.get(name).cloned()
    }

    pub(crate) fn any(&self) -> Option<OnAny> {
        self.lock().any.clone()
    }

    pub(crate) fn disconnect(&self) -> Option<OnDisconnect> {
        self.lock().disconnect.clone()
    }

    pub(crate) fn drain(&self) -> Option<OnDrain> {
        self.lock().drain.clone()
    }

    /// Drops all handlers, and with them whatever they hold: a handler may hold its own socket.
    pub(crate) fn clear(&self) {
        let table = std::mem::take(&mut *self.lock());
        drop(table);
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks an event up: the socket's own handlers win over the namespace's, named ones over `on_any`.
pub(crate) fn find(own: &Handlers, shared: &Handlers, event: &str) -> Option<Found> {
    let named = own.event(event).or_else(|| shared.event(event)).map(Found::Event);
    named.or_else(|| own.any().or_else(|| shared.any()).map(Found::Any))
}

/// Runs a handler; a panic is caught, logged and told by `None`.
pub(crate) fn guarded<T>(what: &str, socket: &Socket, call: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(value) => Some(value),
        Err(panic) => {
            let words =
                panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            tracing::error!(socket = %socket.id(), handler = what, panic = words.unwrap_or("not text"), "handler panicked");
            None
        }
    }
}
