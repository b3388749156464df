//! Slots: small dense numbers for the replicated entities of a match, so that tables and bitsets need no hashing.
//! Slots never reach a client; views give ids of their own.

use std::collections::VecDeque;

use bevy_ecs::lifecycle::HookContext;
use bevy_ecs::prelude::{Component, Entity, Resource};
use bevy_ecs::world::DeferredWorld;
use wire::Tick;

use crate::ViewId;
use crate::bits::Bits;

/// Marks an entity that players may see. Spawn it with the entity; the engine numbers it at once.
#[derive(Component, Clone, Copy, Debug)]
#[component(on_add = give, on_remove = take)]
pub struct Replicated {
    owner: Option<ViewId>,
    slot: Option<u32>,
    stable: StableId,
}

/// The order in which a match spawned its replicated entities: the same in every run, unlike `Entity`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct StableId(pub u32);

impl Replicated {
    /// An entity whose owner-lane components go to this view.
    #[must_use]
    pub const fn owned_by(view: ViewId) -> Self {
        Self { owner: Some(view), slot: None, stable: StableId(u32::MAX) }
    }

    /// An entity that belongs to nobody.
    #[must_use]
    pub const fn unowned() -> Self {
        Self { owner: None, slot: None, stable: StableId(u32::MAX) }
    }

    /// Its place in the order of spawning. Set as soon as the entity is spawned.
    #[must_use]
    pub const fn stable(&self) -> StableId {
        self.stable
    }

    #[inline]
    pub(crate) const fn slot(&self) -> Option<u32> {
        self.slot
    }
}

/// What sits in one slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occupant {
    pub(crate) entity: Entity,
    pub(crate) owner: Option<ViewId>,
    pub(crate) stable: StableId,
}

/// Gives and takes slots. A freed slot rests until the next tick, so that every view sees the old entity leave before a
/// new one enters in its place.
#[derive(Resource, Debug, Default)]
pub(crate) struct Slots {
    /// The tick whose views will show what changes now: the one being stepped, and between steps the next one.
    pub(crate) now: Tick,
    occupants: Vec<Option<Occupant>>,
    /// Whose the newest occupant of each slot is, also when it has left.
    owners: Vec<Option<ViewId>>,
    /// Slots in use.
    pub(crate) occupied: Bits,
    /// Slot by entity index; checked against the occupant, so that a reused index can't mislead.
    by_index: Vec<u32>,
    resting: VecDeque<(Tick, u32)>,
    /// Entities that left in this step, with the slot they had. The match clears it.
    pub(crate) freed: Vec<(Entity, u32)>,
    next_stable: u32,
}

const NO_SLOT: u32 = u32::MAX;

impl Slots {
    pub(crate) const fn len(&self) -> usize {
        self.occupants.len()
    }

    pub(crate) fn get(&self, slot: u32) -> Option<&Occupant> {
        self.occupants.get(slot as usize)?.as_ref()
    }

    pub(crate) fn entity(&self, slot: u32) -> Option<Entity> {
        self.get(slot).map(|occupant| occupant.entity)
    }

    /// Whose the occupant of a slot is, or was until it left.
    pub(crate) fn last_owner(&self, slot: u32) -> Option<ViewId> {
        self.owners.get(slot as usize).copied().flatten()
    }

    pub(crate) fn of(&self, entity: Entity) -> Option<u32> {
        let slot = *self.by_index.get(entity.index_u32() as usize)?;
        (self.get(slot)?.entity == entity).then_some(slot)
    }

    /// The same for an entity that is known to be there: looks no further than its index, which nobody else has then.
    pub(crate) fn of_living(&self, entity: Entity) -> Option<u32> {
        let slot = self.by_index.get(entity.index_u32() as usize).copied().filter(|slot| *slot != NO_SLOT);
        debug_assert_eq!(slot, self.of(entity));
        slot
    }

    /// The slot of an entity that is there, or was until this step.
    pub(crate) fn of_living_or_fallen(&self, entity: Entity) -> Option<u32> {
        self.of(entity).or_else(|| self.freed.iter().find(|(fallen, _)| *fallen == entity).map(|(_, slot)| *slot))
    }

    fn occupy(&mut self, entity: Entity, owner: Option<ViewId>) -> (u32, StableId) {
        let stable = StableId(self.next_stable);
        self.next_stable += 1;
        let occupant = Some(Occupant { entity, owner, stable });
        let now = self.now;
        let slot = match self.resting.pop_front_if(|(freed, _)| *freed < now) {
            Some((_, slot)) => {
                self.occupants[slot as usize] = occupant;
                self.owners[slot as usize] = owner;
                slot
            }
            None => {
                self.occupants.push(occupant);
                self.owners.push(owner);
                self.occupants.len() as u32 - 1
            }
        };
        self.occupied.insert(slot);
        let index = entity.index_u32() as usize;
        if self.by_index.len() <= index {
            self.by_index.resize(index + 1, NO_SLOT);
        }
        self.by_index[index] = slot;
        (slot, stable)
    }

    fn vacate(&mut self, entity: Entity) {
        if let Some(slot) = self.of(entity) {
            self.occupants[slot as usize] = None;
            self.occupied.remove(slot);
            self.by_index[entity.index_u32() as usize] = NO_SLOT;
            self.resting.push_back((self.now, slot));
            self.freed.push((entity, slot));
        }
    }
}

fn give(mut world: DeferredWorld<'_>, context: HookContext) {
    let owner = world.get::<Replicated>(context.entity).and_then(|replicated| replicated.owner);
    let Some(mut slots) = world.get_resource_mut::<Slots>() else { return };
    let (slot, stable) = slots.occupy(context.entity, owner);
    if let Some(mut replicated) = world.get_mut::<Replicated>(context.entity) {
        replicated.slot = Some(slot);
        replicated.stable = stable;
    }
}

fn take(mut world: DeferredWorld<'_>, context: HookContext) {
    if let Some(mut slots) = world.get_resource_mut::<Slots>() {
        slots.vacate(context.entity);
    }
}
