//! Digests: for each slot the sum of its rows' hashes, kept up to date row by row, so that a view's hash is never taken
//! anew. See [`wire::hash`].

use wire::{EntityId, Lane, hash};

use crate::bits::Bits;
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

/// A slot's digest now, and where it has changed in this tick, before it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shift {
    pub(crate) now: Digest,
    pub(crate) before: Digest,
}

/// The digests of all slots.
#[derive(Debug, Default)]
pub(crate) struct Digests {
    slots: Vec<Shift>,
    /// The slots that have changed in this tick, each once.
    pub(crate) shifted: Vec<u32>,
    /// The same as a set.
    pub(crate) shifted_set: Bits,
    /// There are components that only the owner sees.
    pub(crate) owners_see_more: bool,
}

impl Digests {
    pub(crate) fn new(shadows: &[Shadow]) -> Self {
        let owners_see_more = shadows.iter().any(|shadow| shadow.spec.lane == Lane::Owner);
        Self { owners_see_more, ..Self::default() }
    }

    pub(crate) fn of(&self, slot: u32) -> Digest {
        self.shift(slot).now
    }

    /// `before` has a meaning for slots in `shifted` only.
    #[inline]
    pub(crate) fn shift(&self, slot: u32) -> Shift {
        self.slots.get(slot as usize).copied().unwrap_or_default()
    }

    /// Takes in what has changed in the tables in this tick.
    pub(crate) fn follow(&mut self, shadows: &[Shadow], slots: &Slots) {
        self.shifted.clear();
        self.shifted_set.clear();
        if self.slots.len() < slots.len() {
            self.slots.resize(slots.len(), Shift::default());
        }
        for shadow in shadows {
            for (slot, gain) in shadow.changed.iter().zip(&shadow.gains) {
                let Shift { now, before } = &mut self.slots[*slot as usize];
                if !self.shifted_set.contains(*slot) {
                    self.shifted_set.insert(*slot);
                    self.shifted.push(*slot);
                    *before = *now;
                }
                let sum = match shadow.spec.lane {
                    Lane::Shared => &mut now.shared,
                    Lane::Owner => &mut now.owned,
                };
                *sum = sum.wrapping_add(*gain);
            }
        }
    }
}
