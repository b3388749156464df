//! Acknowledgements. Owns which are awaited from the peer and until when, and the token for one the peer awaits.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::Duration,
};

use crate::Namespace;

/// Names an acknowledgement this end awaits in one namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AckId(pub(crate) u64);

impl fmt::Display for AckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The right to answer one event of the peer, once. Can be kept and used later; dropping it answers nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct AckToken {
    pub(super) namespace: Namespace,
    /// The peer's number for the event.
    pub(super) id: u64,
    /// Which joining of the namespace the event belongs to, so that a token cannot answer in a later one.
    pub(super) epoch: u32,
}

impl AckToken {
    /// Where the event came from.
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }
}

/// What an acknowledgement from the peer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    Awaited,
    /// Answered or given up before.
    Late,
    /// Never asked for.
    Unknown,
}

/// The acknowledgements awaited in one namespace.
#[derive(Debug, Default)]
pub(super) struct AckTable {
    /// Ids below are or were in use.
    next: u64,
    pending: BTreeMap<u64, Option<Duration>>,
    /// The same by time, for those that have one.
    deadlines: BTreeSet<(Duration, u64)>,
}

impl AckTable {
    pub(super) fn open(&mut self, deadline: Option<Duration>) -> AckId {
        let id = self.next;
        self.next += 1;
        self.pending.insert(id, deadline);
        self.deadlines.extend(deadline.map(|at| (at, id)));
        AckId(id)
    }

    pub(super) fn settle(&mut self, id: u64) -> Settled {
        match self.pending.remove(&id) {
            Some(deadline) => {
                if let Some(at) = deadline {
                    self.deadlines.remove(&(at, id));
                }
                Settled::Awaited
            }
            None if id < self.next => Settled::Late,
            None => Settled::Unknown,
        }
    }

    /// Gives up one acknowledgement whose time is over.
    pub(super) fn expire(&mut self, now: Duration) -> Option<AckId> {
        let &(at, id) = self.deadlines.first().filter(|(at, _)| *at <= now)?;
        self.deadlines.remove(&(at, id));
        self.pending.remove(&id);
        Some(AckId(id))
    }

    /// Gives up all of them, in the order they were asked for.
    pub(super) fn release(&mut self) -> impl Iterator<Item = AckId> + use<> {
        self.deadlines.clear();
        std::mem::take(&mut self.pending).into_keys().map(AckId)
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    pub(super) fn len(&self) -> usize {
        self.pending.len()
    }
}
