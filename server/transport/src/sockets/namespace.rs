//! What an application does with a namespace beside deciding who may join and listening: reaching its sockets.

use std::sync::Arc;

use serde::Serialize;
use socketio::Args;

use super::broadcast::Broadcast;
use super::handle::{Namespace, Socket};
use super::room_names::RoomNames;
use crate::error::Error;
use crate::id::SocketId;

impl Namespace {
    /// All sockets, to be narrowed down.
    pub fn all(&self) -> Broadcast {
        Broadcast::new(self.clone())
    }

    /// The sockets in `rooms`; a socket's id is a room of its own.
    pub fn to(&self, rooms: impl RoomNames) -> Broadcast {
        self.all().to(rooms)
    }

    /// The same as [`to`](Self::to).
    pub fn in_(&self, rooms: impl RoomNames) -> Broadcast {
        self.all().to(rooms)
    }

    /// All sockets but those in `rooms`.
    pub fn except(&self, rooms: impl RoomNames) -> Broadcast {
        self.all().except(rooms)
    }

    /// Sends `event` to all sockets; returns how many took it, as [`Broadcast::emit`].
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<usize, Error> {
        self.all().emit(event, args)
    }

    /// Sends `event` with arguments made before; returns to how many.
    ///
    /// # Errors
    /// As [`emit`](Self::emit).
    pub fn emit_args(&self, event: &str, args: Args) -> Result<usize, Error> {
        self.all().emit_args(event, args)
    }

    /// All sockets.
    pub fn sockets(&self) -> Vec<Socket> {
        self.all().sockets()
    }

    /// The socket with this id.
    pub fn socket(&self, id: &SocketId) -> Option<Socket> {
        self.members().get(id)
    }

    /// The rooms somebody is in, without the sockets' own.
    pub fn rooms(&self) -> Vec<Arc<str>> {
        self.members().names()
    }

    /// How many sockets there are.
    pub fn len(&self) -> usize {
        self.members().len()
    }

    /// Whether there is no socket.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn select(&self, to: &[Box<str>], except: &[Box<str>]) -> Arc<[Socket]> {
        self.members().select(to, except)
    }
}
