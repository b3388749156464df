//! One room or several, as callers name them.

use std::sync::Arc;

use crate::id::SocketId;

/// What names one room or several: text, a socket's id (which is a room of its own), and arrays, slices and vectors of such.
pub trait RoomNames {
    /// Calls `visit` with each name.
    fn each(&self, visit: &mut dyn FnMut(&str));
}

/// The names in a row, for those who hold a lock while they go through them: `each` may be the application's.
pub(super) fn collect(rooms: &impl RoomNames) -> Vec<Arc<str>> {
    let mut names = Vec::new();
    rooms.each(&mut |room| names.push(room.into()));
    names
}

impl RoomNames for str {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        visit(self);
    }
}

impl RoomNames for String {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        visit(self);
    }
}

impl RoomNames for SocketId {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        visit(self.as_str());
    }
}

impl<T: RoomNames + ?Sized> RoomNames for &T {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        (**self).each(visit);
    }
}

impl<T: RoomNames + ?Sized> RoomNames for Arc<T> {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        (**self).each(visit);
    }
}

impl<T: RoomNames> RoomNames for [T] {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        self.iter().for_each(|names| names.each(visit));
    }
}

impl<T: RoomNames, const N: usize> RoomNames for [T; N] {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        self.as_slice().each(visit);
    }
}

impl<T: RoomNames> RoomNames for Vec<T> {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        self.as_slice().each(visit);
    }
}
