//! The sockets of one namespace and the rooms they are in. A room exists while somebody is in it. What a socket is does not
//! matter here: it is the type `S`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::id::SocketId;

#[derive(Debug)]
pub(crate) struct Rooms<S> {
    /// What some clients put before their id: the namespace and `#`.
    prefix: String,
    sockets: HashMap<SocketId, Member<S>>,
    rooms: HashMap<Arc<str>, Room<S>>,
    /// All sockets in a row, made when they are asked for and dropped when one comes or goes.
    all: Option<Arc<[S]>>,
    /// Sockets that are parked.
    parked: usize,
}

#[derive(Debug)]
struct Room<S> {
    inside: HashSet<SocketId>,
    /// As [`Rooms::all`], for the room. A broadcast walks along it without looking anything up.
    list: Option<Arc<[S]>>,
}

#[derive(Debug)]
struct Member<S> {
    socket: S,
    rooms: Vec<Arc<str>>,
    /// Its client is gone and may come back: it is sent to, but neither listed nor counted.
    parked: bool,
}

impl<S: Clone> Rooms<S> {
    /// The rooms of the namespace `name`.
    pub(crate) fn of_namespace(name: &str) -> Self {
        Self { prefix: format!("{name}#"), sockets: HashMap::new(), rooms: HashMap::new(), all: None, parked: 0 }
    }

    pub(crate) fn add(&mut self, id: SocketId, socket: S) {
        self.all = None;
        self.sockets.insert(id, Member { socket, rooms: Vec::new(), parked: false });
    }

    /// The socket is given back so that it is dropped outside the lock: what it holds may have code of its own to run.
    #[must_use]
    pub(crate) fn remove(&mut self, id: &SocketId) -> Option<S> {
        let member = self.sockets.remove(id)?;
        self.all = None;
        self.parked -= usize::from(member.parked);
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
        let room = self.rooms.entry(name).or_insert_with(|| Room { inside: HashSet::new(), list: None });
        room.inside.insert(*id);
        room.list = None;
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

    pub(crate) fn get(&self, id: &SocketId) -> Option<S> {
        self.sockets.get(id).filter(|member| !member.parked).map(|member| member.socket.clone())
    }

    pub(crate) fn names(&self) -> Vec<Arc<str>> {
        self.rooms.keys().cloned().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.sockets.len() - self.parked
    }

    /// The socket's client is gone and may come back.
    pub(crate) fn park(&mut self, id: &SocketId) {
        if let Some(member) = self.sockets.get_mut(id) {
            self.parked += usize::from(!std::mem::replace(&mut member.parked, true));
        }
    }

    /// Puts `socket` into the place and the rooms of a parked one, which is given back.
    #[must_use]
    pub(crate) fn replace(&mut self, id: &SocketId, socket: S) -> Option<S> {
        let Some(member) = self.sockets.get_mut(id) else {
            self.add(*id, socket);
            return None;
        };
        self.parked -= usize::from(std::mem::replace(&mut member.parked, false));
        self.all = None;
        for name in &member.rooms {
            if let Some(room) = self.rooms.get_mut(name) {
                room.list = None;
            }
        }
        Some(std::mem::replace(&mut member.socket, socket))
    }

    /// Sockets in any of `to` (all sockets where it is empty) and in none of `except`. A socket's id is a room of its own.
    pub(crate) fn select(&mut self, to: &[Box<str>], except: &[Box<str>]) -> Arc<[S]> {
        match (to, except) {
            ([], []) => {
                let sockets = &self.sockets;
                self.all.get_or_insert_with(|| sockets.values().map(|m| m.socket.clone()).collect()).clone()
            }
            ([one], []) if self.own(one).is_none() => {
                let Some(room) = self.rooms.get_mut(&**one) else { return Arc::default() };
                let member = |id| self.sockets.get(id).map(|m| m.socket.clone());
                room.list.get_or_insert_with(|| room.inside.iter().filter_map(member).collect()).clone()
            }
            _ => self.pick(to, except).into(),
        }
    }

    fn pick(&self, to: &[Box<str>], except: &[Box<str>]) -> Vec<S> {
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
        let own = self.own(room);
        self.rooms.get(room).into_iter().flat_map(|room| &room.inside).copied().chain(own)
    }

    /// The socket whose id `room` is.
    fn own(&self, room: &str) -> Option<SocketId> {
        SocketId::parse(room.strip_prefix(&*self.prefix).unwrap_or(room)).filter(|id| self.sockets.contains_key(id))
    }

    fn take_out(&mut self, room: &str, id: &SocketId) {
        if let Some(left) = self.rooms.get_mut(room) {
            left.inside.remove(id);
            left.list = None;
            if left.inside.is_empty() {
                self.rooms.remove(room);
            }
        }
    }
}
