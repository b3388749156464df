//! Sockets whose clients are gone and may come back, by private id and in the order they left; and who else may come. What a socket is does not matter
//! here: it is the type `S`.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::id::SocketId;

/// Places in the order that may be stale before anybody looks.
const SLACK: usize = 64;

/// The sockets of one namespace that are waited for.
#[derive(Debug)]
pub(super) struct Parking<S> {
    by_pid: HashMap<SocketId, (Duration, S)>,
    /// Who left when; those who are back already, or have left again, are passed over.
    order: VecDeque<(Duration, SocketId)>,
    /// The sockets of private ids that were given out, until they leave for good.
    expected: HashMap<SocketId, SocketId>,
}

// Derived, it would ask for a default socket.
impl<S> Default for Parking<S> {
    fn default() -> Self {
        Self { by_pid: HashMap::new(), order: VecDeque::new(), expected: HashMap::new() }
    }
}

impl<S> Parking<S> {
    /// The private id `pid` is given to the socket `id`.
    pub(super) fn expect(&mut self, pid: SocketId, id: SocketId) {
        self.expected.insert(pid, id);
    }

    /// The socket that the private id was given to.
    pub(super) fn expected(&self, pid: &SocketId) -> Option<SocketId> {
        self.expected.get(pid).copied()
    }

    /// The private id is good for nothing any more.
    pub(super) fn forget(&mut self, pid: &SocketId) {
        self.expected.remove(pid);
    }

    /// Adds a socket that is waited for until `until`. Gives back those that have to go for it, as there are more than `max`.
    #[must_use]
    pub(super) fn add(&mut self, pid: SocketId, until: Duration, socket: S, max: usize) -> Vec<S> {
        let mut gone: Vec<S> = self.by_pid.insert(pid, (until, socket)).map(|(_, before)| before).into_iter().collect();
        self.order.push_back((until, pid));
        // A client that comes and goes leaves a place in the order each time.
        if self.order.len() > 2 * self.by_pid.len() + SLACK {
            let Self { by_pid, order, .. } = self;
            order.retain(|(left, pid)| by_pid.get(pid).is_some_and(|(until, _)| until == left));
        }
        while self.by_pid.len() > max {
            let Some((until, pid)) = self.order.pop_front() else { break };
            gone.extend(self.take_if(&pid, until));
        }
        gone
    }

    /// Takes out the socket with this id, if it is waited for at `now`.
    #[must_use]
    pub(super) fn take(&mut self, pid: &SocketId, now: Duration) -> Option<S> {
        self.by_pid
            .get(pid)
            .is_some_and(|(until, _)| now < *until)
            .then(|| self.by_pid.remove(pid))
            .flatten()
            .map(|(_, socket)| socket)
    }

    /// Takes out those whose time is over.
    #[must_use]
    pub(super) fn expire(&mut self, now: Duration) -> Vec<S> {
        let mut gone = Vec::new();
        while let Some((until, pid)) = self.order.pop_front_if(|(until, _)| *until <= now) {
            gone.extend(self.take_if(&pid, until));
        }
        gone
    }

    /// Takes out all.
    #[must_use]
    pub(super) fn clear(&mut self) -> Vec<S> {
        self.order.clear();
        std::mem::take(&mut self.by_pid).into_values().map(|(_, socket)| socket).collect()
    }

    fn take_if(&mut self, pid: &SocketId, left: Duration) -> Option<S> {
        let same = self.by_pid.get(pid).is_some_and(|(until, _)| *until == left);
        same.then(|| self.by_pid.remove(pid)).flatten().map(|(_, socket)| socket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn id() -> SocketId {
        SocketId::random().expect("randomness")
    }

    #[test]
    fn sockets_are_found_until_their_time_is_over_and_only_once() {
        let mut parking = Parking::default();
        let (a, b) = (id(), id());
        assert!(parking.add(a, 10 * S, 'a', 9).is_empty() && parking.add(b, 11 * S, 'b', 9).is_empty());
        assert_eq!(parking.take(&id(), 5 * S), None);
        assert_eq!((parking.take(&a, 5 * S), parking.take(&a, 5 * S)), (Some('a'), None));
        assert_eq!(parking.take(&b, 11 * S), None);
        assert_eq!(parking.expire(11 * S - Duration::from_nanos(1)), []);
        assert_eq!((parking.expire(11 * S), parking.expire(99 * S)), (vec!['b'], vec![]));
    }

    #[test]
    fn one_that_left_again_is_waited_for_anew() {
        let mut parking = Parking::default();
        let a = id();
        assert!(parking.add(a, 10 * S, '1', 9).is_empty());
        assert_eq!(parking.take(&a, S), Some('1'));
        assert!(parking.add(a, 15 * S, '2', 9).is_empty());
        assert_eq!(parking.expire(10 * S), []);
        assert_eq!(parking.expire(15 * S), ['2']);
    }

    #[test]
    fn a_client_that_comes_and_goes_leaves_little_behind() {
        let mut parking = Parking::default();
        let (a, b) = (id(), id());
        assert!(parking.add(b, 10 * S, 'b', 9).is_empty());
        for n in 0..1_000 {
            assert!(parking.add(a, 20 * S + n * S, 'a', 9).is_empty());
            assert!(n == 999 || parking.take(&a, S) == Some('a'));
        }
        assert!(parking.order.len() <= 2 * 2 + SLACK, "{}", parking.order.len());
        assert_eq!((parking.expire(10 * S), parking.expire(2_000 * S)), (vec!['b'], vec!['a']));
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let mut parking = Parking::default();
        let ids = [id(), id(), id()];
        assert!(parking.add(ids[0], S, 0, 2).is_empty() && parking.add(ids[1], 2 * S, 1, 2).is_empty());
        assert_eq!(parking.add(ids[2], 3 * S, 2, 2), [0]);
        let mut left = parking.clear();
        left.sort_unstable();
        assert_eq!(left, [1, 2]);
    }
}
