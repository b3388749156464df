//! Runs listeners: which, in which order, and what becomes of errors and panics. What a socket is does not matter here: it
//! is the type `S`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use socketio::Args;

use super::failure::Failure;
use super::list::{Entry, List};
use super::listeners::{Listeners, Middleware, OnAny, OnEvent, Table};
use crate::ack::Ack;
use crate::error::CloseReason;
use crate::id::SocketId;

/// The listeners that an event of one socket concerns: its namespace's, and its own.
pub(crate) struct Calls<'a, S> {
    pub(crate) socket: &'a S,
    pub(crate) id: SocketId,
    pub(crate) shared: &'a Listeners<S>,
    pub(crate) own: &'a Listeners<S>,
}

/// How a handler ended otherwise than well.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It panicked; that has been logged.
    Panic,
    /// It returned an error.
    Failure(Failure),
}

/// What one table has for an event.
struct Found<S> {
    any: List<OnAny<S>>,
    middlewares: List<Middleware<S>>,
    listeners: List<OnEvent<S>>,
    unhandled: List<OnAny<S>>,
}

// Derived, it would ask for a default socket.
impl<S> Default for Found<S> {
    fn default() -> Self {
        let (any, unhandled) = (List::default(), List::default());
        Self { any, middlewares: List::default(), listeners: List::default(), unhandled }
    }
}

impl<S: 'static> Calls<'_, S> {
    /// Runs everything that listens to an event. `alive` tells whether the socket is still in: what a catch-all listener or a
    /// middleware has disconnected is handed to no other.
    ///
    /// # Errors
    /// The first error or panic, which ends the event.
    pub(crate) fn event(
        &self,
        name: &str,
        args: &Args,
        ack: Option<Ack>,
        alive: impl Fn() -> bool,
    ) -> Result<(), Trouble> {
        let run = || self.run(name, args, ack, alive);
        guarded(name, self.id, run).ok_or(Trouble::Panic)?.map_err(Trouble::Failure)
    }

    fn run(&self, name: &str, args: &Args, mut ack: Option<Ack>, alive: impl Fn() -> bool) -> Result<(), Failure> {
        let found = self.both(|table| Found {
            any: table.any.clone(),
            middlewares: table.middlewares.clone(),
            listeners: table.events.get(name).cloned().unwrap_or_default(),
            unhandled: table.unhandled.clone(),
        });
        let failed = |error| Failure::failed(name, error);
        for entry in found.iter().flat_map(|found| found.any.iter()) {
            (entry.call)(self.socket, name, args, ack.clone()).map_err(failed)?;
        }
        for entry in found.iter().flat_map(|found| found.middlewares.iter()) {
            (entry.call)(self.socket, name, args).map_err(|error| Failure::refused(name, error))?;
        }
        if !alive() {
            return Ok(());
        }
        let mut listeners = found.iter().flat_map(|found| found.listeners.iter()).peekable();
        if listeners.peek().is_none() {
            for entry in found.iter().flat_map(|found| found.unhandled.iter()) {
                (entry.call)(self.socket, name, args, ack.clone()).map_err(failed)?;
            }
        }
        while let Some(entry) = listeners.next() {
            if entry.once {
                let _ = self.shared.remove(entry.id) || self.own.remove(entry.id);
            }
            // The last one has the acknowledgement for itself.
            let ack = if listeners.peek().is_some() { ack.clone() } else { ack.take() };
            (entry.call)(self.socket, args, ack).map_err(failed)?;
        }
        Ok(())
    }

    /// Tells those who listen to what is sent.
    ///
    /// # Errors
    /// [`Trouble::Panic`].
    pub(crate) fn outgoing(&self, name: &str, args: &Args) -> Result<(), Trouble> {
        let lists = self.both(|table| table.outgoing.clone());
        self.all(name, &lists, |entry| (entry.call)(self.socket, name, args))
    }

    /// Tells that the socket is about to leave.
    ///
    /// # Errors
    /// [`Trouble::Panic`].
    pub(crate) fn disconnecting(&self, reason: CloseReason) -> Result<(), Trouble> {
        let lists = self.both(|table| table.disconnecting.clone());
        self.all("disconnecting", &lists, |entry| (entry.call)(self.socket, reason))
    }

    /// Tells that the socket has left.
    ///
    /// # Errors
    /// [`Trouble::Panic`].
    pub(crate) fn disconnect(&self, reason: CloseReason) -> Result<(), Trouble> {
        let lists = self.both(|table| table.disconnect.clone());
        self.all("disconnect", &lists, |entry| (entry.call)(self.socket, reason))
    }

    /// Tells that the socket may send again.
    ///
    /// # Errors
    /// [`Trouble::Panic`].
    pub(crate) fn drain(&self) -> Result<(), Trouble> {
        let lists = self.both(|table| table.drain.clone());
        self.all("drain", &lists, |entry| (entry.call)(self.socket))
    }

    /// Tells of a failure; `Ok(false)` when there is nobody to tell.
    ///
    /// # Errors
    /// [`Trouble::Panic`].
    pub(crate) fn error(&self, failure: &Failure) -> Result<bool, Trouble> {
        let lists = self.both(|table| table.error.clone());
        self.all("error", &lists, |entry| (entry.call)(self.socket, failure))?;
        Ok(lists.iter().any(|list| !list.is_empty()))
    }

    fn both<T: Default>(&self, read: impl Fn(&Table<S>) -> T) -> [T; 2] {
        [self.shared, self.own].map(|listeners| listeners.read(&read).unwrap_or_default())
    }

    fn all<F: ?Sized>(&self, what: &str, lists: &[List<F>; 2], call: impl Fn(&Entry<F>)) -> Result<(), Trouble> {
        if lists.iter().all(List::is_empty) {
            return Ok(());
        }
        guarded(what, self.id, || lists.iter().flat_map(List::iter).for_each(call)).ok_or(Trouble::Panic)
    }
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
