//! The sockets of one namespace and the rooms they are in. A room exists while somebody is in it. What a socket is does not
//! matter here: it is the type `S`.
//!
//! Sockets are listed in the order they came in, as Node's server does. That is also about the order in which their memory was
//! taken, here and in the kernel, and going through that in a row costs a broadcast fewer misses than any other order.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::id::SocketId;

#[derive(Debug)]
pub(crate) struct Rooms<S> {
    /// What some clients put before their id: the namespace and `#`.
    prefix: String,
    sockets: HashMap<SocketId, Member<S>>,
    /// All of them by their numbers.
    order: BTreeMap<u64, SocketId>,
    /// The number of the next one.
    next: u64,
    rooms: HashMap<Arc<str>, Room<S>>,
    /// All sockets in a row, made when they are asked for and dropped when one comes or goes.
    all: Option<Arc<[S]>>,
    /// Sockets that are parked.
    parked: usize,
}

#[derive(Debug)]
struct Room<S> {
    /// By the sockets' numbers.
    inside: BTreeMap<u64, SocketId>,
    /// As [`Rooms::all`], for the room. A broadcast walks along it without looking anything up.
    list: Option<Arc<[S]>>,
}

#[derive(Debug)]
struct Member<S> {
    socket: S,
    /// Ascends in the order they came in.
    number: u64,
    rooms: Vec<Arc<str>>,
    /// Its client is gone and may come back: it is sent to, but neither listed nor counted.
    parked: bool,
}

impl<S: Clone> Rooms<S> {
    /// The rooms of the namespace `name`.
    pub(crate) fn of_namespace(name: &str) -> Self {
        let (sockets, order, rooms) = Default::default();
        Self { prefix: format!("{name}#"), sockets, order, next: 0, rooms, all: None, parked: 0 }
    }

    pub(crate) fn add(&mut self, id: SocketId, socket: S) {
        self.all = None;
        let number = self.sockets.get(&id).map_or(self.next, |member| member.number);
        self.next = self.next.max(number + 1);
        self.order.insert(number, id);
        self.sockets.insert(id, Member { socket, number, rooms: Vec::new(), parked: false });
    }

    /// The socket is given back so that it is dropped outside the lock: what it holds may have code of its own to run.
    #[must_use]
    pub(crate) fn remove(&mut self, id: &SocketId) -> Option<S> {
        let member = self.sockets.remove(id)?;
        self.all = None;
        self.order.remove(&member.number);
        self.parked -= usize::from(member.parked);
        for room in member.rooms {
            self.take_out(&room, member.number);
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
        let room = self.rooms.entry(name).or_insert_with(|| Room { inside: BTreeMap::new(), list: None });
        room.inside.insert(member.number, *id);
        room.list = None;
        true
    }

    pub(crate) fn leave(&mut self, id: &SocketId, room: &str) {
        let Some(member) = self.sockets.get_mut(id) else { return };
        member.rooms.retain(|r| **r != *room);
        let number = member.number;
        self.take_out(room, number);
    }

    pub(crate) fn of(&self, id: &SocketId) -> Vec<Arc<str>> {
        self.sockets.get(id).map(|m| m.rooms.clone()).unwrap_or_default()
    }

    pub(crate) fn get(&self, id: &SocketId) -> Option<S> {
        self.sockets.get(id).filter(|member| !member.parked).map(|member| member.socket.clone())
    }

    /// Whether it is listed.
    pub(crate) fn has(&self, id: &SocketId) -> bool {
        self.sockets.contains_key(id)
    }

    /// The socket, also where its client is gone.
    pub(crate) fn get_absent_too(&self, id: &SocketId) -> Option<S> {
        self.sockets.get(id).map(|member| member.socket.clone())
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
                let member = |id| self.sockets.get(id).map(|m| m.socket.clone());
                self.all.get_or_insert_with(|| self.order.values().filter_map(member).collect()).clone()
            }
            ([one], []) if self.own(one).is_none() => {
                let Some(room) = self.rooms.get_mut(&**one) else { return Arc::default() };
                let member = |id| self.sockets.get(id).map(|m| m.socket.clone());
                room.list.get_or_insert_with(|| room.inside.values().filter_map(member).collect()).clone()
            }
            _ => self.pick(to, except).into(),
        }
    }

    fn pick(&self, to: &[Box<str>], except: &[Box<str>]) -> Vec<S> {
        let barred: HashSet<SocketId> = except.iter().flat_map(|room| self.ids(room)).collect();
        if to.is_empty() {
            let open = self.order.values().filter(|id| !barred.contains(id));
            return open.filter_map(|id| self.sockets.get(id)).map(|m| m.socket.clone()).collect();
        }
        let mut seen = barred;
        let ids = to.iter().flat_map(|room| self.ids(room)).filter(|id| seen.insert(*id));
        ids.filter_map(|id| self.sockets.get(&id)).map(|m| m.socket.clone()).collect()
    }

    fn ids<'a>(&'a self, room: &str) -> impl Iterator<Item = SocketId> + use<'a, S> {
        let own = self.own(room);
        self.rooms.get(room).into_iter().flat_map(|room| room.inside.values()).copied().chain(own)
    }

    /// The socket whose id `room` is.
    fn own(&self, room: &str) -> Option<SocketId> {
        SocketId::parse(room.strip_prefix(&*self.prefix).unwrap_or(room)).filter(|id| self.sockets.contains_key(id))
    }

    fn take_out(&mut self, room: &str, number: u64) {
        if let Some(left) = self.rooms.get_mut(room) {
            left.inside.remove(&number);
            left.list = None;
            if left.inside.is_empty() {
                self.rooms.remove(room);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> SocketId {
        SocketId::random().expect("randomness")
    }

    fn listed(rooms: &mut Rooms<usize>, to: &[&str], except: &[&str]) -> Vec<usize> {
        let names = |list: &[&str]| list.iter().map(|name| Box::from(*name)).collect::<Vec<_>>();
        rooms.select(&names(to), &names(except)).to_vec()
    }

    #[test]
    fn sockets_are_listed_in_the_order_they_came_in() {
        let mut rooms = Rooms::of_namespace("/");
        let ids: Vec<_> = (0..100).map(|_| id()).collect();
        ids.iter().enumerate().for_each(|(n, id)| rooms.add(*id, n));
        // They join in another order than they came in.
        assert!(ids.iter().rev().step_by(2).all(|id| rooms.join(id, "odd", 9)));
        assert!(rooms.join(&ids[50], "one", 9));
        let odd: Vec<_> = (1..100).step_by(2).collect();
        assert_eq!(listed(&mut rooms, &[], &[]), (0..100).collect::<Vec<_>>());
        assert_eq!(listed(&mut rooms, &["odd"], &[]), odd);
        assert_eq!(listed(&mut rooms, &[], &["odd"]), (0..100).step_by(2).collect::<Vec<_>>());
        assert_eq!(listed(&mut rooms, &["odd", "one"], &[]), [odd, vec![50]].concat(), "room by room");
    }

    #[test]
    fn one_that_is_back_has_its_former_place_and_one_that_came_anew_the_last() {
        let mut rooms = Rooms::of_namespace("/");
        let ids = [id(), id(), id(), id()];
        ids.iter().enumerate().for_each(|(n, id)| rooms.add(*id, n));
        assert!(ids.iter().all(|id| rooms.join(id, "room", 9)));
        rooms.park(&ids[1]);
        assert_eq!(rooms.replace(&ids[1], 11), Some(1));
        assert_eq!(rooms.remove(&ids[0]), Some(0));
        rooms.leave(&ids[2], "room");
        rooms.add(ids[0], 10);
        assert!(rooms.join(&ids[0], "room", 9));
        assert_eq!(listed(&mut rooms, &["room"], &[]), [11, 3, 10]);
        assert_eq!(listed(&mut rooms, &[], &[]), [11, 2, 3, 10]);
        assert_eq!(listed(&mut rooms, &[], &["room"]), [2]);
        for id in &ids {
            assert!(rooms.remove(id).is_some());
        }
        assert_eq!((rooms.order.len(), rooms.rooms.len(), rooms.len()), (0, 0, 0));
    }
}
