//! The open sessions of a server, counted in all and per address. What a session is does not matter here: it is the type `C`.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::id::SocketId;

/// What is open.
#[derive(Debug)]
pub(crate) struct Sessions<C> {
    open: HashMap<SocketId, (IpAddr, C)>,
    counts: HashMap<IpAddr, usize>,
    max: usize,
    max_per_ip: usize,
}

/// Which bound leaves no room for another session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// The server's.
    Server,
    /// The address's.
    Address,
}

impl<C: Clone> Sessions<C> {
    /// None, and at most `max` of them, `max_per_ip` from one address.
    pub(crate) fn new(max: usize, max_per_ip: usize) -> Self {
        Self { open: HashMap::new(), counts: HashMap::new(), max, max_per_ip }
    }

    /// Whether another session from `ip` would be taken.
    ///
    /// # Errors
    /// The bound in the way.
    pub(crate) fn room(&self, ip: IpAddr) -> Result<(), Full> {
        if self.open.len() >= self.max {
            return Err(Full::Server);
        }
        if self.counts.get(&ip).is_some_and(|n| *n >= self.max_per_ip) {
            return Err(Full::Address);
        }
        Ok(())
    }

    /// Lists a session from `ip`.
    ///
    /// # Errors
    /// The bound in the way; nothing is listed then.
    pub(crate) fn add(&mut self, id: SocketId, ip: IpAddr, session: C) -> Result<(), Full> {
        self.room(ip)?;
        self.open.insert(id, (ip, session));
        *self.counts.entry(ip).or_default() += 1;
        Ok(())
    }

    /// Takes a session out; tells whether it was there.
    pub(crate) fn remove(&mut self, id: &SocketId) -> bool {
        let Some((ip, _)) = self.open.remove(id) else { return false };
        if let Some(count) = self.counts.get_mut(&ip) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&ip);
            }
        }
        true
    }

    pub(crate) fn get(&self, id: &SocketId) -> Option<C> {
        self.open.get(id).map(|(_, session)| session.clone())
    }

    pub(crate) fn all(&self) -> Vec<C> {
        self.open.values().map(|(_, session)| session.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_bounds_hold_and_what_ends_makes_room() {
        let mut sessions = Sessions::new(3, 2);
        let id = || SocketId::random().expect("randomness");
        let [a, b] = ["1.0.0.1", "1.0.0.2"].map(|ip| ip.parse().expect("an address"));
        let first = id();
        assert_eq!(sessions.add(first, a, 1), Ok(()));
        assert_eq!(sessions.add(id(), a, 2), Ok(()));
        assert_eq!(sessions.add(id(), a, 3), Err(Full::Address));
        assert_eq!(sessions.add(id(), b, 4), Ok(()));
        assert_eq!(sessions.add(id(), b, 5), Err(Full::Server));
        assert!(sessions.remove(&first) && !sessions.remove(&first));
        assert_eq!(sessions.get(&first), None);
        assert_eq!(sessions.add(id(), a, 6), Ok(()));
        let all: Vec<_> = sessions.open.keys().copied().collect();
        assert!(all.iter().all(|id| sessions.remove(id)));
        assert!(sessions.all().is_empty() && sessions.counts.is_empty(), "nothing is left of addresses either");
    }
}
