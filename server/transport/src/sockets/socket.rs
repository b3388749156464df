//! What an application does with a socket beside sending: its handlers, its rooms, its one value.

use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use engineio::Revision;
use socketio::Args;

use super::broadcast::Broadcast;
use super::handle::{JOINED, Socket, lock};
use crate::ack::Ack;
use crate::error::CloseReason;

impl Socket {
    /// Address of the TCP connection that opened the session: the proxy's where there is one.
    pub fn remote_addr(&self) -> SocketAddr {
        self.inner.conn.peer
    }

    /// The id as the client knows it: [`id`](Self::id), but for a client of Socket.IO 2 outside of `/`, which puts the namespace
    /// and `#` before it. Rooms and broadcasts take both.
    pub fn client_id(&self) -> String {
        let namespace = self.namespace().id();
        let prefixed = self.revision() == Revision::V3 && !namespace.is_root();
        if prefixed { format!("{namespace}#{}", self.id()) } else { self.id().to_string() }
    }

    /// The revision of Engine.IO the client speaks: 3 for Socket.IO 1 and 2, 4 for later ones.
    pub fn revision(&self) -> Revision {
        self.inner.conn.dialect.codec.revision()
    }

    /// Whether the client is in its namespace.
    pub fn is_connected(&self) -> bool {
        self.inner.phase.load(Ordering::Acquire) == JOINED
    }

    /// Handles `event`. The handler runs in the connection's task, in the order of the packets, and must not block. A panic in
    /// it closes this connection alone.
    pub fn on(&self, event: &str, handler: impl Fn(&Socket, &Args, Option<Ack>) + Send + Sync + 'static) {
        self.inner.handlers.on(event, Arc::new(handler));
    }

    /// Handles every event without a handler.
    pub fn on_any(&self, handler: impl Fn(&Socket, &str, &Args, Option<Ack>) + Send + Sync + 'static) {
        self.inner.handlers.on_any(Arc::new(handler));
    }

    /// Runs once when the socket has left after it was let in, whoever ended it.
    pub fn on_disconnect(&self, handler: impl Fn(&Socket, CloseReason) + Send + Sync + 'static) {
        self.inner.handlers.on_disconnect(Arc::new(handler));
    }

    /// Runs in the connection's task when the socket, after it was not [`ready`](Self::ready) or had to queue, has become so.
    pub fn on_drain(&self, handler: impl Fn(&Socket) + Send + Sync + 'static) {
        self.inner.handlers.on_drain(Arc::new(handler));
    }

    /// Joins a room of its namespace.
    pub fn join(&self, room: &str) {
        self.inner.namespace.rooms().join(&self.inner.id, room);
    }

    /// Leaves a room of its namespace.
    pub fn leave(&self, room: &str) {
        self.inner.namespace.rooms().leave(&self.inner.id, room);
    }

    /// The rooms it has joined, without its own.
    pub fn rooms(&self) -> Vec<Arc<str>> {
        self.inner.namespace.rooms().of(&self.inner.id)
    }

    /// The sockets in `room` but this one.
    pub fn to(&self, room: &str) -> Broadcast {
        self.broadcast().to(room)
    }

    /// All sockets of the namespace but this one.
    pub fn broadcast(&self) -> Broadcast {
        self.inner.namespace.except(self.inner.id.as_str())
    }

    /// Stores a value with the socket, in place of one stored before.
    pub fn set_data<T: Any + Send + Sync>(&self, value: T) {
        let old = lock(&self.inner.data).replace(Arc::new(value));
        drop(old);
    }

    /// The value stored, if it is of this type.
    pub fn data<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        lock(&self.inner.data).clone()?.downcast().ok()
    }
}
