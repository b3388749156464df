//! What an application does with a namespace: deciding who may join, handling events of all its sockets, reaching them.

use std::sync::Arc;

use serde::Serialize;
use socketio::{Args, Value};

use super::broadcast::Broadcast;
use super::handle::{Namespace, Socket, lock};
use super::refusal::Refusal;
use crate::ack::Ack;
use crate::error::{CloseReason, Error};

impl Namespace {
    /// Decides about every client that wants to join: `handler` gets its socket and what it sent as `auth` (null if
    /// nothing). What it emits and the rooms it joins take effect after the client has been told that it is in. Without a
    /// handler every client is let in.
    pub fn on_connect(&self, handler: impl Fn(&Socket, &Value) -> Result<(), Refusal> + Send + Sync + 'static) {
        *lock(&self.inner.on_connect) = Some(Arc::new(handler));
    }

    /// Handles `event` for all sockets of the namespace that have no handler of their own for it.
    pub fn on(&self, event: &str, handler: impl Fn(&Socket, &Args, Option<Ack>) + Send + Sync + 'static) {
        self.inner.handlers.on(event, Arc::new(handler));
    }

    /// Handles every event without a handler.
    pub fn on_any(&self, handler: impl Fn(&Socket, &str, &Args, Option<Ack>) + Send + Sync + 'static) {
        self.inner.handlers.on_any(Arc::new(handler));
    }

    /// Runs when a socket that was let in has left, whoever ended it.
    pub fn on_disconnect(&self, handler: impl Fn(&Socket, CloseReason) + Send + Sync + 'static) {
        self.inner.handlers.on_disconnect(Arc::new(handler));
    }

    /// Runs when a socket that was not [`ready`](Socket::ready), or had to queue, has become so.
    pub fn on_drain(&self, handler: impl Fn(&Socket) + Send + Sync + 'static) {
        self.inner.handlers.on_drain(Arc::new(handler));
    }

    /// All sockets, to be narrowed down.
    pub fn all(&self) -> Broadcast {
        Broadcast::new(self.clone())
    }

    /// The sockets in `room`, which may also be a socket's id.
    pub fn to(&self, room: &str) -> Broadcast {
        self.all().to(room)
    }

    /// All sockets but those in `room`.
    pub fn except(&self, room: &str) -> Broadcast {
        self.all().except(room)
    }

    /// Sends `event` to all sockets; returns to how many.
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<usize, Error> {
        self.all().emit(event, args)
    }

    /// All sockets.
    pub fn sockets(&self) -> Vec<Socket> {
        self.all().sockets()
    }

    /// How many sockets there are.
    pub fn len(&self) -> usize {
        self.rooms().len()
    }

    /// Whether there is no socket.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn select(&self, to: &[Box<str>], except: &[Box<str>]) -> Vec<Socket> {
        self.rooms().select(to, except)
    }

    pub(crate) fn decide(&self, socket: &Socket, auth: &Value) -> Result<(), Refusal> {
        let handler = lock(&self.inner.on_connect).clone();
        handler.map_or(Ok(()), |handler| handler(socket, auth))
    }
}
