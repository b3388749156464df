//! The sockets of one namespace and the rooms they are in. A room exists while somebody is in it. What a socket is does not
//! matter here: it is the type `S`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::id::SocketId;

#[derive(Debug)]
pub(crate) struct Rooms<S> {
    sockets: HashMap<SocketId, Member<S>>,
    rooms: HashMap<Arc<str>, HashSet<SocketId>>,
}

#[derive(Debug)]
struct Member<S> {
    socket: S,
    rooms: Vec<Arc<str>>,
}

// Derived, it would ask for a default socket.
impl<S> Default for Rooms<S> {
    fn default() -> Self {
        Self { sockets: HashMap::new(), rooms: HashMap::new() }
    }
}

impl<S: Clone> Rooms<S> {
    pub(crate) fn add(&mut self, id: SocketId, socket: S) {
        self.sockets.insert(id, Member { socket, rooms: Vec::new() });
    }

    /// The socket is given back so that it is dropped outside the lock: what it holds may have code of its own to run.
    #[must_use]
    pub(crate) fn remove(&mut self, id: &SocketId) -> Option<S> {
        let member = self.sockets.remove(id)?;
        for room in member.rooms {
            self.take_out(&room, id);
        }
        Some(member.socket)
    }

    /// Tells whether the socket is in the room now: it is not where it has left the namespace, or is in `most` others.
    pub(crate) fn join(&mut self, id: &SocketId, room: &str, most: usize) -> bool {
        let Some(member) = self.sockets.get_mut(id) else { return false };
        if member.rooms.iter().any(|r| **r == *room) {
            return true;
        }
        if member.rooms.len() >= most {
            return false;
        }
        let name = self.rooms.get_key_value(room).map_or_else(|| Arc::from(room), |(name, _)| name.clone());
        member.rooms.push(name.clone());
        self.rooms.entry(name).or_default().insert(*id);
        true
    }

    pub(crate) fn leave(&mut self, id: &SocketId, room: &str) {
        let Some(member) = self.sockets.get_mut(id) else { return };
        member.rooms.retain(|r| **r != *room);
        self.take_out(room, id);
    }

    pub(crate) fn of(&self, id: &SocketId) -> Vec<Arc<str>> {
        self.sockets.get(id).map(|m| m.rooms.clone()).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.sockets.len()
    }

    /// Sockets in any of `to` (all sockets where it is empty) and in none of `except`. A socket's id is a room of its own.
    pub(crate) fn select(&self, to: &[Box<str>], except: &[Box<str>]) -> Vec<S> {
        let barred: HashSet<SocketId> = except.iter().flat_map(|room| self.ids(room)).collect();
        if to.is_empty() {
            let open = self.sockets.iter().filter(|(id, _)| !barred.contains(id));
            return open.map(|(_, m)| m.socket.clone()).collect();
        }
        let mut seen = barred;
        let ids = to.iter().flat_map(|room| self.ids(room)).filter(|id| seen.insert(*id));
        ids.filter_map(|id| self.sockets.get(&id)).map(|m| m.socket.clone()).collect()
    }

    fn ids<'a>(&'a self, room: &str) -> impl Iterator<Item = SocketId> + use<'a, S> {
        let own = SocketId::parse(room).filter(|id| self.sockets.contains_key(id));
        self.rooms.get(room).into_iter().flatten().copied().chain(own)
    }

    fn take_out(&mut self, room: &str, id: &SocketId) {
        if let Some(inside) = self.rooms.get_mut(room) {
            inside.remove(id);
            if inside.is_empty() {
                self.rooms.remove(room);
            }
        }
    }
}
