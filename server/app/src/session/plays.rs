//! How many plays each address has open: waits for a match, and seats of matches until they close or are given up. A match
//! costs the server until it is closed, so someone who opens and drops many has to wait for them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The open plays of all addresses.
#[derive(Debug)]
pub(super) struct Plays {
    most: usize,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One open play. Given back when it is dropped.
#[derive(Debug)]
pub(super) struct OpenPlay {
    address: IpAddr,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Plays {
    /// None, of which each address may have `most`.
    pub(super) fn new(most: usize) -> Self {
        Self { most, open: Arc::default() }
    }

    /// Opens one for `address`; `None` where it has its fill. The machine itself is not counted: it is the operator's bots, or
    /// a proxy that nobody said to trust, and with it every player there is.
    pub(super) fn open(&self, address: IpAddr) -> Option<OpenPlay> {
        let mut open = lock(&self.open);
        let count = open.entry(address).or_default();
        if *count >= self.most && !address.is_loopback() {
            return None;
        }
        *count += 1;
        Some(OpenPlay { address, open: Arc::clone(&self.open) })
    }
}

impl Drop for OpenPlay {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

fn lock(open: &Mutex<HashMap<IpAddr, usize>>) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_have_its_share_open_and_gets_it_back() {
        let plays = Plays::new(2);
        let [a, b, own] = ["1.0.0.1", "2001:db8::", "127.0.0.1"].map(|ip| ip.parse().expect("an address"));
        let first = plays.open(a).expect("the first");
        let second = plays.open(a).expect("the second");
        assert!(plays.open(a).is_none());
        let other = plays.open(b).expect("another address has its own share");
        drop(first);
        let third = plays.open(a).expect("one was closed");
        assert!(plays.open(a).is_none());
        let many: Vec<_> = (0..10).map(|_| plays.open(own).expect("the machine itself is not counted")).collect();
        drop((second, third, other, many));
        assert!(lock(&plays.open).is_empty(), "nothing is left of addresses without a play");
    }
}
