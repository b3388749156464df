//! What is sent to a client while it is being decided about. It waits within the bounds of the client's queue, where it goes
//! when the client is let in. Of one that is back, what it has missed goes there first and has at most half of the queue: the
//! other half is left for what waits here. And the rooms it has joined meanwhile, as it may be in no list. What a socket is does
//! not matter here: it is the type `S`.

use std::sync::Arc;

use engineio::Limits;

use crate::error::Error;

/// Something to do when the client has been let in.
pub(super) type Waiting<S> = Box<dyn FnOnce(&S) -> Result<(), Error> + Send>;

/// What waits, in its order.
pub(super) struct Early<S> {
    sends: Vec<Waiting<S>>,
    packets: usize,
    bytes: usize,
    /// Every room it has joined, whether it is listed there or not.
    rooms: Vec<Arc<str>>,
}

/// Most packets that wait and most bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) packets: usize,
    pub(super) bytes: usize,
}

impl Room {
    /// Half of it, rounded up.
    pub(super) fn half(self) -> Self {
        Self { packets: self.packets.div_ceil(2), bytes: self.bytes.div_ceil(2) }
    }
}

// Derived, it would ask for a default socket.
impl<S> Default for Early<S> {
    fn default() -> Self {
        Self { sends: Vec::new(), packets: 0, bytes: 0, rooms: Vec::new() }
    }
}

impl<S> Early<S> {
    /// Adds what sends `packets` packets of `bytes` bytes together. The first is always added: what no queue takes has been
    /// refused before.
    ///
    /// # Errors
    /// [`Error::QueueFull`] where that is more than `room`; nothing is added then.
    pub(super) fn push(&mut self, (packets, bytes): (usize, usize), send: Waiting<S>, room: Room) -> Result<(), Error> {
        let bytes = self.bytes + bytes + packets * Limits::PACKET_COST;
        let packets = self.packets + packets;
        if !self.sends.is_empty() && (packets > room.packets || bytes > room.bytes) {
            return Err(Error::QueueFull { bytes, packets });
        }
        (self.packets, self.bytes) = (packets, bytes);
        self.sends.push(send);
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sends.is_empty()
    }

    /// The rooms it has joined.
    pub(super) fn rooms(&self) -> &[Arc<str>] {
        &self.rooms
    }

    /// Whether it has joined a room, or may join one more, of `most`.
    pub(super) fn may_join(&self, room: &str, most: usize) -> bool {
        self.rooms.len() < most || self.has_joined(room)
    }

    /// Remembers a room.
    pub(super) fn join(&mut self, room: &Arc<str>) {
        if !self.has_joined(room) {
            self.rooms.push(room.clone());
        }
    }

    /// Forgets a room.
    pub(super) fn leave(&mut self, room: &str) {
        self.rooms.retain(|joined| **joined != *room);
    }

    /// Takes all sends out.
    pub(super) fn take(&mut self) -> Vec<Waiting<S>> {
        (self.packets, self.bytes) = (0, 0);
        std::mem::take(&mut self.sends)
    }

    /// Nothing is to be decided any more: forgets the rooms, and gives back what waits.
    pub(super) fn end(&mut self) -> Vec<Waiting<S>> {
        self.rooms = Vec::new();
        self.take()
    }

    fn has_joined(&self, room: &str) -> bool {
        self.rooms.iter().any(|joined| **joined == *room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { packets: 3, bytes: 1_001 };

    /// The figures of the error, where what weighs `weight` is not taken.
    fn told(early: &mut Early<()>, weight: (usize, usize), room: Room) -> Option<(usize, usize)> {
        match early.push(weight, Box::new(|()| Ok(())), room) {
            Ok(()) => None,
            Err(Error::QueueFull { bytes, packets }) => Some((packets, bytes)),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn as_much_waits_as_there_is_room_for_and_not_one_more() {
        let mut early = Early::default();
        assert_eq!(told(&mut early, (1, 300), ROOM), None);
        let left = 1_001 - 300 - 3 * Limits::PACKET_COST;
        assert_eq!(told(&mut early, (2, left + 1), ROOM), Some((3, 1_002)));
        assert_eq!(told(&mut early, (2, left), ROOM), None);
        assert_eq!(told(&mut early, (1, 0), ROOM), Some((4, 1_001 + Limits::PACKET_COST)), "with what was not taken");
        assert_eq!(early.take().len(), 2);
        assert_eq!(told(&mut early, (1, 300), ROOM), None, "nothing waits");
    }

    #[test]
    fn attachments_count_as_packets() {
        let mut early = Early::default();
        let room = Room { bytes: usize::MAX, ..ROOM };
        assert_eq!(told(&mut early, (2, 0), room), None);
        assert_eq!(told(&mut early, (2, 0), room), Some((4, 4 * Limits::PACKET_COST)));
        assert_eq!(told(&mut early, (1, 0), room), None);
    }

    #[test]
    fn the_first_is_always_taken_and_halves_are_rounded_up() {
        for room in [ROOM, Room { packets: 1, bytes: 1 }] {
            let mut early = Early::default();
            assert_eq!(told(&mut early, (9, 9_999), room), None);
            assert!(told(&mut early, (1, 0), room).is_some());
        }
        let half = ROOM.half();
        assert_eq!((half.packets, half.bytes), (2, 501));
    }

    #[test]
    fn what_is_taken_out_leaves_its_room() {
        let mut early = Early::<()>::default();
        for _ in 0..3 {
            for _ in 0..3 {
                assert!(early.push((1, 10), Box::new(|()| Ok(())), ROOM).is_ok());
            }
            assert!(early.push((1, 10), Box::new(|()| Ok(())), ROOM).is_err());
            assert_eq!(early.take().len(), 3);
        }
    }
}
