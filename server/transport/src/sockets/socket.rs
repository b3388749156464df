//! What an application does with a socket beside sending and listening: its rooms, its one value.

use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use engineio::Revision;
use socketio::Value;

use super::broadcast::Broadcast;
use super::calls::guarded;
use super::handle::{JOINED, Socket, lock};
use super::room_names::{RoomNames, collect};
use crate::address::counted;
use crate::error::CloseReason;
use crate::handshake::{Handshake, Opening};

/// What was not kept.
static NULL: Value = Value::Null;

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

    /// The id as the client knows it: [`id`](Self::id), but for a client of Socket.IO 2 outside of `/`, which puts the namespace
    /// and `#` before it. Rooms and broadcasts take both.
    pub fn client_id(&self) -> String {
        let namespace = self.namespace().id();
        let prefixed = self.revision() == Revision::V3 && !namespace.is_root();
        if prefixed { format!("{namespace}#{}", self.id()) } else { self.id().to_string() }
    }

    /// What is known of the request that opened the connection, and of what the client sent as `auth`. How much of it is kept
    /// is a setting: [`Config::keep_headers`](crate::Config::keep_headers), [`Config::keep_auth`](crate::Config::keep_auth).
    pub fn handshake(&self) -> Handshake<'_> {
        let conn = &self.inner.conn;
        let opening = conn.opening.get_or_init(Opening::unknown);
        Handshake::new(conn.peer, opening, self.inner.auth.as_deref().unwrap_or(&NULL))
    }

    /// The revision of Engine.IO the client speaks: 3 for Socket.IO 1 and 2, 4 for later ones.
    pub fn revision(&self) -> Revision {
        self.inner.conn.dialect.codec.revision()
    }

    /// Whether the client is in its namespace. Not yet in middlewares and in [`on_connect`](crate::Gate::on_connect), where it is
    /// still decided about, and no longer in `on_disconnect`.
    pub fn is_connected(&self) -> bool {
        self.inner.phase.load(Ordering::Acquire) == JOINED
    }

    /// Joins rooms of its namespace; tells whether it is in all of them. It is not when it has left the namespace, when it is in
    /// [`Config::max_rooms_per_socket`](crate::Config::max_rooms_per_socket) others, or when a name is longer than
    /// [`Config::max_room_bytes`](crate::Config::max_room_bytes). While an asynchronous middleware decides about its client it is
    /// in no room for others; it is in those it has joined when it is let in.
    pub fn join(&self, rooms: impl RoomNames) -> bool {
        let rooms = collect(&rooms);
        if let Some(joined) = self.join_early(&rooms) {
            return joined;
        }
        let mut members = self.inner.namespace.members();
        let mut all = true;
        for room in &rooms {
            all &= self.may_be_in(room) && members.join(&self.inner.id, room, self.most_rooms());
        }
        all
    }

    /// Joins the rooms it has joined while it was in no list.
    pub(crate) fn join_remembered(&self) {
        self.join_early(&[]);
    }

    /// Joins rooms while the client is decided about, and again those it has joined while it was in no list. `None` where nothing
    /// is to be decided.
    fn join_early(&self, rooms: &[Arc<str>]) -> Option<bool> {
        if !self.is_joining() {
            return None;
        }
        let (id, most) = (&self.inner.id, self.most_rooms());
        let mut early = lock(&self.inner.early);
        // It may have been let in meanwhile.
        if !self.is_joining() {
            return None;
        }
        let mut members = self.inner.namespace.members();
        let listed = members.has(id);
        if listed {
            for room in early.rooms() {
                members.join(id, room, most);
            }
        }
        let mut all = true;
        for room in rooms {
            let fits =
                self.may_be_in(room) && if listed { members.join(id, room, most) } else { early.may_join(room, most) };
            if fits {
                early.join(room);
            }
            all &= fits;
        }
        Some(all)
    }

    /// Whether a room's name is short enough.
    fn may_be_in(&self, room: &str) -> bool {
        room.len() <= self.inner.conn.shared.config.max_room_bytes
    }

    fn most_rooms(&self) -> usize {
        self.inner.conn.shared.config.max_rooms_per_socket
    }

    /// Leaves rooms of its namespace.
    pub fn leave(&self, rooms: impl RoomNames) {
        let rooms = collect(&rooms);
        if self.is_joining() {
            let mut early = lock(&self.inner.early);
            rooms.iter().for_each(|room| early.leave(room));
        }
        let mut members = self.inner.namespace.members();
        rooms.iter().for_each(|room| members.leave(&self.inner.id, room));
    }

    /// The rooms it has joined, without its own.
    pub fn rooms(&self) -> Vec<Arc<str>> {
        if self.is_joining() {
            let early = lock(&self.inner.early);
            let members = self.inner.namespace.members();
            return if members.has(&self.inner.id) { members.of(&self.inner.id) } else { early.rooms().to_vec() };
        }
        self.inner.namespace.members().of(&self.inner.id)
    }

    /// The sockets in `rooms` but this one.
    pub fn to(&self, rooms: impl RoomNames) -> Broadcast {
        self.broadcast().to(rooms)
    }

    /// The same as [`to`](Self::to).
    pub fn in_(&self, rooms: impl RoomNames) -> Broadcast {
        self.broadcast().to(rooms)
    }

    /// All sockets of the namespace but this one and those in `rooms`.
    pub fn except(&self, rooms: impl RoomNames) -> Broadcast {
        self.broadcast().except(rooms)
    }

    /// All sockets of the namespace but this one.
    pub fn broadcast(&self) -> Broadcast {
        self.inner.namespace.except(self.inner.id)
    }

    /// Drops its listeners, and whatever they hold: one may hold the socket itself. What panics then ends the connection.
    pub(crate) fn clear(&self) {
        if guarded("listeners", self.inner.id, || self.inner.listeners.clear()).is_none() {
            self.inner.conn.close(CloseReason::HandlerPanic);
        }
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
