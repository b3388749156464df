//! Sockets whose clients are gone and may come back, by private id and in the order they left; and who else may come. What a
//! socket is does not matter here: it is the type `S`.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::id::SocketId;

/// Places in the order that may be stale before anybody looks.
const SLACK: usize = 64;

/// The sockets of one namespace that are waited for.
#[derive(Debug)]
pub(super) struct Parking<S> {
    by_pid: HashMap<SocketId, Waiting<S>>,
    /// Who left when; those who are back already, or have left again, are passed over.
    order: VecDeque<(Duration, SocketId)>,
    /// How many are waited for from each address.
    by_address: HashMap<IpAddr, usize>,
    /// Those of each address in the order they left, without any that are back: the oldest of one is found at once.
    by_age: BTreeMap<(IpAddr, u64), SocketId>,
    /// How many have left since somebody is waited for.
    left: u64,
    /// The sockets of private ids that were given out, until they leave for good.
    expected: HashMap<SocketId, SocketId>,
    /// Its end tells the one who takes out those whose time is over that nobody is waited for.
    watched: Option<oneshot::Sender<()>>,
}

/// Most sockets that are waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    pub(super) all: usize,
    pub(super) per_ip: usize,
}

#[derive(Debug)]
struct Waiting<S> {
    until: Duration,
    address: IpAddr,
    /// Its place among those of the address.
    nth: u64,
    socket: S,
}

/// What follows when a socket is [added](Parking::add).
#[derive(Debug)]
pub(super) struct Added<S> {
    /// Those that have to go for it.
    pub(super) gone: Vec<S>,
    /// Where it is the first one: somebody has to [take out](Parking::expire) those whose time is over, until this ends.
    pub(super) emptied: Option<oneshot::Receiver<()>>,
}

// Derived, it would ask for a default socket.
impl<S> Default for Parking<S> {
    fn default() -> Self {
        let (by_pid, order, by_address, by_age) = Default::default();
        Self { by_pid, order, by_address, by_age, left: 0, expected: HashMap::new(), watched: None }
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

    /// Adds a socket of a client at `address` that is waited for until `until`, which no earlier one's time is behind. Of more
    /// than `most` the oldest go.
    #[must_use]
    pub(super) fn add(&mut self, pid: SocketId, until: Duration, address: IpAddr, socket: S, most: Most) -> Added<S> {
        let mut gone: Vec<S> = self.remove(&pid).into_iter().collect();
        self.left += 1;
        let nth = self.left;
        self.by_pid.insert(pid, Waiting { until, address, nth, socket });
        self.by_age.insert((address, nth), pid);
        self.order.push_back((until, pid));
        let there = self.by_address.entry(address).or_default();
        *there += 1;
        if *there > most.per_ip
            && let Some(pid) = self.oldest_of(address)
        {
            gone.extend(self.take_out(&pid));
        }
        // A client that comes and goes leaves a place in the order each time.
        if self.order.len() > 2 * self.by_pid.len() + SLACK {
            let Self { by_pid, order, .. } = self;
            order.retain(|(left, pid)| by_pid.get(pid).is_some_and(|it| it.until == *left));
        }
        while self.by_pid.len() > most.all {
            let Some((until, pid)) = self.order.pop_front() else { break };
            gone.extend(self.take_if(&pid, until));
        }
        let emptied = self.watched.is_none().then(|| {
            let (watched, emptied) = oneshot::channel();
            self.watched = Some(watched);
            emptied
        });
        Added { gone, emptied }
    }

    /// How many are waited for, and until when the one that left last.
    pub(super) fn newest(&self) -> Option<(usize, Duration)> {
        let waited_for =
            |(until, pid): &&(Duration, SocketId)| self.by_pid.get(pid).is_some_and(|it| it.until == *until);
        let (until, _) = self.order.iter().rev().find(waited_for)?;
        Some((self.by_pid.len(), *until))
    }

    /// Takes out the socket with this id, if it is waited for at `now`.
    #[must_use]
    pub(super) fn take(&mut self, pid: &SocketId, now: Duration) -> Option<S> {
        self.by_pid.get(pid).filter(|it| now < it.until)?;
        self.take_out(pid)
    }

    /// Takes out those whose time is over, and tells when the next one's is.
    #[must_use]
    pub(super) fn expire(&mut self, now: Duration) -> (Vec<S>, Option<Duration>) {
        let mut gone = Vec::new();
        while let Some(&(until, pid)) = self.order.front() {
            let stale = self.by_pid.get(&pid).is_none_or(|it| it.until != until);
            if !stale && now < until {
                return (gone, Some(until));
            }
            self.order.pop_front();
            gone.extend(self.take_if(&pid, until));
        }
        (gone, None)
    }

    /// Takes out all.
    #[must_use]
    pub(super) fn clear(&mut self) -> Vec<S> {
        let all = std::mem::take(&mut self.by_pid).into_values().map(|it| it.socket).collect();
        self.rest();
        all
    }

    fn take_if(&mut self, pid: &SocketId, left: Duration) -> Option<S> {
        self.by_pid.get(pid).filter(|it| it.until == left)?;
        self.take_out(pid)
    }

    fn take_out(&mut self, pid: &SocketId) -> Option<S> {
        let taken = self.remove(pid);
        if taken.is_some() && self.by_pid.is_empty() {
            self.rest();
        }
        taken
    }

    fn remove(&mut self, pid: &SocketId) -> Option<S> {
        let Waiting { address, nth, socket, .. } = self.by_pid.remove(pid)?;
        self.by_age.remove(&(address, nth));
        if let Some(there) = self.by_address.get_mut(&address) {
            *there -= 1;
            if *there == 0 {
                self.by_address.remove(&address);
            }
        }
        Some(socket)
    }

    fn oldest_of(&self, address: IpAddr) -> Option<SocketId> {
        self.by_age.range((address, 0)..=(address, u64::MAX)).next().map(|(_, pid)| *pid)
    }

    /// Nobody is waited for: no memory is kept for that either.
    fn rest(&mut self) {
        (self.by_pid, self.order, self.by_address, self.by_age, self.left, self.watched) = Default::default();
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Instant;

    use tokio::sync::oneshot::error::TryRecvError;

    use super::*;

    const S: Duration = Duration::from_secs(1);

    fn id() -> SocketId {
        SocketId::random().expect("randomness")
    }

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(1, 2, 3, 4));
    const THERE: IpAddr = IpAddr::V4(Ipv4Addr::new(1, 2, 3, 5));
    const MANY: Most = Most { all: 9, per_ip: 9 };

    /// Adds one for which nobody has to go.
    fn add(parking: &mut Parking<char>, pid: SocketId, until: Duration, socket: char) {
        assert_eq!(parking.add(pid, until, HERE, socket, MANY).gone, []);
    }

    #[test]
    fn sockets_are_found_until_their_time_is_over_and_only_once() {
        let mut parking = Parking::default();
        let (a, b) = (id(), id());
        add(&mut parking, a, 10 * S, 'a');
        add(&mut parking, b, 11 * S, 'b');
        assert_eq!(parking.take(&id(), 5 * S), None);
        assert_eq!((parking.take(&a, 5 * S), parking.take(&a, 5 * S)), (Some('a'), None));
        assert_eq!(parking.take(&b, 11 * S), None);
        assert_eq!(parking.expire(11 * S - Duration::from_nanos(1)), (vec![], Some(11 * S)));
        assert_eq!((parking.expire(11 * S), parking.expire(99 * S)), ((vec!['b'], None), (vec![], None)));
    }

    #[test]
    fn one_that_left_again_is_waited_for_anew() {
        let mut parking = Parking::default();
        let a = id();
        add(&mut parking, a, 10 * S, '1');
        assert_eq!(parking.take(&a, S), Some('1'));
        add(&mut parking, a, 15 * S, '2');
        assert_eq!(parking.expire(10 * S), (vec![], Some(15 * S)));
        assert_eq!(parking.expire(15 * S), (vec!['2'], None));
    }

    #[test]
    fn the_newest_is_the_last_that_left_and_is_still_waited_for() {
        let mut parking = Parking::default();
        let (a, b) = (id(), id());
        assert_eq!(parking.newest(), None);
        add(&mut parking, a, 10 * S, 'a');
        add(&mut parking, b, 11 * S, 'b');
        assert_eq!(parking.newest(), Some((2, 11 * S)));
        assert_eq!(parking.take(&b, S), Some('b'));
        assert_eq!(parking.newest(), Some((1, 10 * S)));
        add(&mut parking, b, 12 * S, 'b');
        assert_eq!(parking.take(&a, S), Some('a'));
        assert_eq!(parking.newest(), Some((1, 12 * S)));
        assert_eq!((parking.expire(12 * S).0, parking.newest()), (vec!['b'], None));
    }

    #[test]
    fn a_client_that_comes_and_goes_leaves_little_behind() {
        let mut parking = Parking::default();
        let (a, b) = (id(), id());
        add(&mut parking, b, 10 * S, 'b');
        for n in 0..1_000 {
            add(&mut parking, a, 20 * S + n * S, 'a');
            assert!(n == 999 || parking.take(&a, S) == Some('a'));
        }
        assert!(parking.order.len() <= 2 * 2 + SLACK, "{}", parking.order.len());
        let last = 20 * S + 999 * S;
        assert_eq!(parking.expire(10 * S), (vec!['b'], Some(last)), "those who are back are passed over");
        assert_eq!(parking.expire(last), (vec!['a'], None));
        assert_eq!((parking.by_pid.capacity(), parking.order.capacity()), (0, 0));
    }

    #[test]
    fn the_oldest_goes_when_there_are_too_many() {
        let mut parking = Parking::default();
        let ids = [id(), id(), id()];
        for (n, gone) in [vec![], vec![], vec![0]].into_iter().enumerate() {
            let most = Most { all: 2, per_ip: 9 };
            assert_eq!(parking.add(ids[n], n as u32 * S, HERE, n, most).gone, gone);
        }
        let mut left = parking.clear();
        left.sort_unstable();
        assert_eq!(left, [1, 2]);
    }

    #[test]
    fn of_one_address_the_oldest_goes_when_there_are_too_many_of_it() {
        let mut parking = Parking::default();
        let most = Most { all: 9, per_ip: 2 };
        let add = |parking: &mut Parking<u32>, n, address, pid| parking.add(pid, n * S, address, n, most).gone;
        let returns = id();
        let none: Vec<u32> = Vec::new();
        for (n, address, pid) in [(0, THERE, id()), (1, HERE, id()), (2, HERE, returns)] {
            assert_eq!(add(&mut parking, n, address, pid), none);
        }
        assert_eq!(add(&mut parking, 3, HERE, id()), [1], "not the oldest of all");
        assert_eq!(add(&mut parking, 4, THERE, id()), none);
        assert_eq!(add(&mut parking, 5, THERE, id()), [0]);
        assert_eq!(add(&mut parking, 6, HERE, returns), [2], "one that is waited for anew has no other go for it");
        assert_eq!(add(&mut parking, 7, HERE, id()), [3]);
        assert!(parking.take(&returns, S).is_some());
        assert_eq!(add(&mut parking, 8, HERE, id()), none, "who is back counts no more");
        assert_eq!(parking.clear().len(), 4);
        assert_eq!(parking.by_address.len(), 0);
    }

    #[test]
    fn parking_beyond_the_bound_of_an_address_takes_no_longer_with_many_that_are_waited_for() {
        let ids: Vec<_> = (0..40_000).map(|_| id()).collect();
        let time = |elsewhere: usize, bound: usize| {
            let mut parking = Parking::default();
            let most = Most { all: usize::MAX, per_ip: bound };
            let (before, beyond) = ids.split_at(20_000);
            for (n, pid) in before[..elsewhere + bound].iter().enumerate() {
                let address = if n < elsewhere { THERE } else { HERE };
                assert!(parking.add(*pid, S, address, n, Most { per_ip: usize::MAX, ..most }).gone.is_empty());
            }
            let start = Instant::now();
            for (n, pid) in beyond.iter().enumerate() {
                let oldest = if n < bound { elsewhere + n } else { n - bound };
                assert_eq!(parking.add(*pid, S, HERE, n, most).gone, [oldest]);
            }
            start.elapsed()
        };
        let (few, many) = (time(10, 10), time(10_000, 10_000));
        // Searched for, the oldest takes a thousand times as long.
        assert!(many < 20 * few, "{many:?}, with few {few:?}");
    }

    #[test]
    fn many_returns_of_one_client_leave_nothing_with_its_address() {
        let mut parking = Parking::default();
        let (a, b) = (id(), id());
        add(&mut parking, b, S, 'b');
        for n in 0..10_000 {
            add(&mut parking, a, n * S + S, 'a');
            assert_eq!((parking.by_age.len(), parking.by_address[&HERE]), (2, 2));
            if n % 2 == 0 {
                assert_eq!(parking.take(&a, Duration::ZERO), Some('a'));
                assert_eq!((parking.by_age.len(), parking.by_address[&HERE]), (1, 1));
            } else {
                // Lost again before it was back.
                assert_eq!(parking.add(a, n * S + S, THERE, 'a', MANY).gone, ['a']);
                assert_eq!((parking.by_age.len(), parking.by_address[&HERE]), (2, 1));
                assert_eq!(parking.take(&a, Duration::ZERO), Some('a'));
            }
        }
        assert!(parking.order.len() <= 2 * 2 + SLACK, "{}", parking.order.len());
        assert_eq!(parking.clear(), ['b']);
        assert!(parking.by_age.is_empty() && parking.by_address.is_empty());
    }

    #[test]
    fn one_who_watches_is_asked_for_with_the_first_socket_and_told_when_none_is_left() {
        let mut parking = Parking::default();
        let (a, b) = (id(), id());
        type Leave = fn(&mut Parking<char>, &SocketId);
        let ways: [Leave; 3] = [
            |parking, pid| assert!(parking.take(pid, S).is_some()),
            |parking, _| assert!(parking.expire(20 * S).1.is_none()),
            |parking, _| assert!(!parking.clear().is_empty()),
        ];
        for leave in ways {
            let mut emptied = parking.add(a, 10 * S, HERE, 'a', MANY).emptied.expect("it is the first one");
            assert!(parking.add(b, 11 * S, HERE, 'b', MANY).emptied.is_none());
            assert!(parking.take(&a, S).is_some());
            assert_eq!(emptied.try_recv(), Err(TryRecvError::Empty), "one is left");
            leave(&mut parking, &b);
            assert_eq!(emptied.try_recv(), Err(TryRecvError::Closed));
            assert_eq!((parking.by_pid.capacity(), parking.order.capacity()), (0, 0));
            assert_eq!(parking.by_address.capacity(), 0);
        }
    }
}
