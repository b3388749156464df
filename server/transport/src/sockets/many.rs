//! What is done to many sockets beside sending: they join and leave rooms, and are disconnected.

use std::sync::Arc;

use super::broadcast::Broadcast;
use super::handle::Socket;
use super::room_names::RoomNames;
use crate::error::CloseReason;

impl Broadcast {
    /// The sockets chosen now.
    pub fn sockets(&self) -> Vec<Socket> {
        self.chosen().iter().filter(|socket| !socket.is_parked()).cloned().collect()
    }

    /// The same without a copy, as it is shared with the room.
    pub(super) fn chosen(&self) -> Arc<[Socket]> {
        if self.narrowed && self.to.is_empty() {
            return Arc::default();
        }
        self.namespace.select(&self.to, &self.except)
    }

    /// Lets the sockets chosen now join `rooms`; returns how many are in all of them. See [`Socket::join`].
    pub fn join(&self, rooms: impl RoomNames) -> usize {
        self.chosen().iter().filter(|socket| socket.join(&rooms)).count()
    }

    /// Lets the sockets chosen now leave `rooms`; returns how many they are.
    pub fn leave(&self, rooms: impl RoomNames) -> usize {
        self.each(|socket| socket.leave(&rooms))
    }

    /// Takes the sockets chosen now out of their namespace, or with `close` ends their connections; returns how many they
    /// are. The reason is [`ServerNamespaceDisconnect`](CloseReason::ServerNamespaceDisconnect), as in Socket.IO.
    pub fn disconnect(&self, close: bool) -> usize {
        self.each(|socket| socket.disconnect(close, CloseReason::ServerNamespaceDisconnect))
    }

    fn each(&self, change: impl Fn(&Socket)) -> usize {
        let sockets = self.chosen();
        sockets.iter().for_each(change);
        sockets.len()
    }
}
