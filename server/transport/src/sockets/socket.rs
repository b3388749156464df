//! What an application does with a socket beside sending: its handlers, its rooms, its one value.

use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use socketio::Args;

use super::broadcast::Broadcast;
use super::handle::{JOINED, Socket, lock};
use crate::ack::Ack;
use crate::address::counted;
use crate::error::CloseReason;

impl Socket {
    /// Address of the client that opened the session: that of the TCP connection, or what trusted proxies tell; see
    /// [`Config::trusted_proxies`](crate::Config::trusted_proxies). A port that they tell not is 0.
    pub fn remote_addr(&self) -> SocketAddr {
        self.inner.conn.peer
    }

    /// The address that the limits per address count it by: that of [`remote_addr`](Self::remote_addr), and of IPv6 the network
    /// of 64 bits.
    pub fn counted_addr(&self) -> IpAddr {
        counted(self.inner.conn.peer.ip())
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

    /// Joins a room of its namespace; tells whether it is in. It is not when it has left the namespace, when it is in
    /// [`Config::max_rooms_per_socket`](crate::Config::max_rooms_per_socket) others, or when the name is longer than
    /// [`Config::max_room_bytes`](crate::Config::max_room_bytes).
    pub fn join(&self, room: &str) -> bool {
        let config = &self.inner.conn.shared.config;
        if room.len() > config.max_room_bytes {
            return false;
        }
        self.inner.namespace.rooms().join(&self.inner.id, room, config.max_rooms_per_socket)
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
