//! Acknowledgements. Owns which are awaited from the peer and until when, their numbers, and the token for one the peer
//! awaits.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use crate::Namespace;

/// Where the numbers of acknowledgements come from; clones count on together. A client answers over whichever connection it
/// has, so all sessions of a server that one client may come to are to share one of these: else a late answer to a question
/// of a former session is taken for the answer to a new one that has the same number.
///
/// Numbers begin at 0 and stay below 2^53, up to where JavaScript's are exact; there they would begin anew, after 285 years
/// of a million questions a second.
#[derive(Clone, Debug, Default)]
pub struct AckIds(Arc<AtomicU64>);

impl AckIds {
    const LIMIT: u64 = 1 << 53;

    fn next(&self) -> u64 {
        self.0.fetch_add(1, Relaxed) % Self::LIMIT
    }

    /// Whether `id` may have been asked for, in any of the sessions.
    fn knows(&self, id: u64) -> bool {
        id < self.0.load(Relaxed).min(Self::LIMIT)
    }
}

/// Names an acknowledgement this end awaits, in whichever namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AckId(pub(crate) u64);

impl fmt::Display for AckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The right to answer one event of the peer. Can be kept and used later; dropping it answers nothing. That it is used once is up to
/// whoever clones it.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Answered or given up before, or asked for by another session of the same [`AckIds`].
    Late,
    /// Never asked for.
    Unknown,
}

/// The acknowledgements awaited in one namespace.
#[derive(Debug, Default)]
pub(super) struct AckTable {
    pending: BTreeMap<u64, Option<Duration>>,
    /// The same by time, for those that have one.
    deadlines: BTreeSet<(Duration, u64)>,
}

impl AckTable {
    pub(super) fn open(&mut self, ids: &AckIds, deadline: Option<Duration>) -> AckId {
        let id = ids.next();
        self.pending.insert(id, deadline);
        self.deadlines.extend(deadline.map(|at| (at, id)));
        AckId(id)
    }

    pub(super) fn settle(&mut self, ids: &AckIds, id: u64) -> Settled {
        match self.pending.remove(&id) {
            Some(deadline) => {
                if let Some(at) = deadline {
                    self.deadlines.remove(&(at, id));
                }
                Settled::Awaited
            }
            None if ids.knows(id) => Settled::Late,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_exact_in_javascript() {
        let ids = AckIds(Arc::new(AtomicU64::new(AckIds::LIMIT - 1)));
        let mut table = AckTable::default();
        assert_eq!(table.open(&ids, None), AckId((1 << 53) - 1));
        assert_eq!(table.open(&ids, None), AckId(0));
        assert_eq!(table.settle(&ids, (1 << 53) - 1), Settled::Awaited);
        assert_eq!([table.settle(&ids, 7), table.settle(&ids, 1 << 53)], [Settled::Late, Settled::Unknown]);
    }
}
