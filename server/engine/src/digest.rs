//! Digests: for each slot the sum of its rows' hashes, kept up to date row by row, so that a view's hash is never taken
//! anew. See [`wire::hash`].

use wire::{EntityId, Lane, Tick, hash};

use crate::ViewId;
use crate::shadow::Shadow;
use crate::slots::Slots;

/// What the rows of one slot add up to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Digest {
    /// Of components that all see who see the entity.
    shared: u32,
    /// Of those that only the owner sees.
    owned: u32,
}

impl Digest {
    /// What the entity adds to the hash of a view that knows it by `id`.
    #[inline]
    pub(crate) const fn seen(self, id: EntityId, by_owner: bool) -> u32 {
        hash::entity(id, if by_owner { self.shared.wrapping_add(self.owned) } else { self.shared })
    }
}

/// A slot whose digest has changed in this tick.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shift {
    pub(crate) slot: u32,
    pub(crate) owner: Option<ViewId>,
    pub(crate) before: Digest,
    pub(crate) now: Digest,
}

/// The digests of all slots.
#[derive(Debug, Default)]
pub(crate) struct Digests {
    slots: Vec<Digest>,
    /// The tick a slot was last put into `shifts` at.
    shifted: Vec<Tick>,
    /// The slots that have changed in this tick, each once.
    pub(crate) shifts: Vec<Shift>,
}

impl Digests {
    pub(crate) fn of(&self, slot: u32) -> Digest {
        self.slots.get(slot as usize).copied().unwrap_or_default()
    }

    /// Takes in what has changed in the tables in this tick.
    pub(crate) fn follow(&mut self, shadows: &[Shadow], slots: &Slots, tick: Tick) {
        self.shifts.clear();
        if self.slots.len() < slots.len() {
            self.slots.resize(slots.len(), Digest::default());
            self.shifted.resize(slots.len(), Tick(0));
        }
        for shadow in shadows {
            for (slot, gain) in shadow.changed.iter().zip(&shadow.gains) {
                let digest = &mut self.slots[*slot as usize];
                if std::mem::replace(&mut self.shifted[*slot as usize], tick) != tick {
                    let owner = slots.last_owner(*slot);
                    self.shifts.push(Shift { slot: *slot, owner, before: *digest, now: *digest });
                }
                let sum = match shadow.spec.lane {
                    Lane::Shared => &mut digest.shared,
                    Lane::Owner => &mut digest.owned,
                };
                *sum = sum.wrapping_add(*gain);
            }
        }
        for shift in &mut self.shifts {
            shift.now = self.slots[shift.slot as usize];
        }
    }
}
