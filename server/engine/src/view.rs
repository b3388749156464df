//! A view: what one team sees, under ids of its own, with a memory of the last [`RING`] frames.

use std::collections::VecDeque;

use bevy_ecs::prelude::Entity;
use wire::{EntityId, Tick};

use crate::ViewId;
use crate::bits::Bits;
use crate::digest::{Digests, Shift};
use crate::encoded::Cache;
use crate::events::Events;
use crate::ring::RING;
use crate::slots::Slots;
use crate::tables::Tables;

const NO_ID: u32 = u32::MAX;
const NO_SLOT: u32 = u32::MAX;
/// Where more than one slot for so many ids has changed, their ids are put in order by marking them in a set rather than by
/// sorting.
const FEW: usize = 32;

#[derive(Debug)]
pub(crate) struct View {
    pub(crate) id: ViewId,
    /// Seats of this view that somebody holds. A view that nobody has is not looked at.
    pub(crate) seats: usize,
    /// Slots in view now.
    members: Bits,
    /// The view's id for each slot in view.
    id_of: Vec<u32>,
    /// The slot behind each id in use.
    slot_of: Vec<u32>,
    /// The entity behind each id in use; stale behind others.
    entity_of: Vec<Entity>,
    /// Ids in use, at each of the last frames: the frame of tick t stands at t mod [`RING`].
    ring: Vec<(Tick, Bits)>,
    live: Bits,
    /// Hash of what the view shows at the newest frame.
    hash: u32,
    resting: VecDeque<(Tick, u32)>,
    /// Those that stayed at the newest frame and of which anything has changed in its tick, with their slots; ids ascend.
    pub(crate) touched: Vec<(EntityId, u32)>,
    /// Ids that entered and left at the newest frame, ascending.
    pub(crate) entered: Vec<EntityId>,
    pub(crate) left: Vec<EntityId>,
    /// Slots that left at the newest frame, with the id they had, so that events can still name them.
    departed: Vec<(u32, EntityId)>,
    pub(crate) events: Events,
    pub(crate) cache: Cache,
    arrivals: Vec<u32>,
}

impl View {
    pub(crate) fn new(id: ViewId) -> Self {
        Self {
            id,
            seats: 0,
            members: Bits::default(),
            id_of: Vec::new(),
            slot_of: Vec::new(),
            entity_of: Vec::new(),
            ring: (0..RING).map(|_| (Tick(0), Bits::default())).collect(),
            live: Bits::default(),
            hash: 0,
            resting: VecDeque::new(),
            touched: Vec::new(),
            entered: Vec::new(),
            left: Vec::new(),
            departed: Vec::new(),
            events: Events::default(),
            cache: Cache::default(),
            arrivals: Vec::new(),
        }
    }

    /// The slot behind an id in use.
    pub(crate) fn slot(&self, id: EntityId) -> Option<u32> {
        self.slot_of.get(id.0 as usize).copied().filter(|slot| *slot != NO_SLOT)
    }

    /// The entity behind an id in use.
    pub(crate) fn entity(&self, id: EntityId) -> Option<Entity> {
        self.slot(id).map(|_| self.entity_of[id.0 as usize])
    }

    /// The id of a slot in view.
    pub(crate) fn id(&self, slot: u32) -> Option<EntityId> {
        self.id_of.get(slot as usize).copied().filter(|id| *id != NO_ID).map(EntityId)
    }

    /// The id of a slot that is in view, or was until the newest frame.
    pub(crate) fn id_until_now(&self, slot: u32) -> Option<EntityId> {
        self.id(slot).or_else(|| self.departed.iter().find(|(gone, _)| *gone == slot).map(|(_, id)| *id))
    }

    /// Ids in use.
    pub(crate) const fn live(&self) -> &Bits {
        &self.live
    }

    /// Ids that were in use at the frame of `tick`. `None` where the ring does not reach back so far.
    pub(crate) fn at(&self, tick: Tick) -> Option<&Bits> {
        let (stored, bits) = &self.ring[(tick.0 % RING) as usize];
        (*stored == tick && tick != Tick(0)).then_some(bits)
    }

    /// Makes `visible` (slots) the newest frame. What is in `marked` does not matter.
    pub(crate) fn advance(&mut self, visible: &Bits, slots: &Slots, tables: &Tables, tick: Tick, marked: &mut Bits) {
        self.entered.clear();
        self.left.clear();
        self.departed.clear();
        self.cache.clear();
        self.touch(&tables.digests, marked);
        self.follow(&tables.digests, slots);
        if self.members == *visible {
            self.remember(tick);
            return;
        }
        for slot in self.members.without(visible) {
            let id = std::mem::replace(&mut self.id_of[slot as usize], NO_ID);
            self.slot_of[id as usize] = NO_SLOT;
            self.live.remove(id);
            self.hash = self.hash.wrapping_sub(self.share(EntityId(id), slot, slots, tables));
            self.left.push(EntityId(id));
            self.departed.push((slot, EntityId(id)));
        }
        if !self.left.is_empty() {
            self.touched.retain(|(id, slot)| self.slot_of[id.0 as usize] == *slot);
        }
        // Sorted before they rest: the order of slots depends on hidden entities, and rest decides who reuses which id.
        self.left.sort_unstable();
        self.resting.extend(self.left.iter().map(|id| (tick, id.0)));
        // Ids must tell nothing but what is in view, so newcomers are ordered by what the view sees of them; slots
        // and ages, which depend on hidden entities, come last and only between twins.
        self.arrivals.clear();
        self.arrivals.extend(visible.without(&self.members));
        let viewer = self.id;
        let appearance = |slot: u32| tables.rows_for(viewer, slots, slot);
        let stable = |slot: u32| slots.get(slot).map(|occupant| occupant.stable);
        self.arrivals.sort_unstable_by(|a, b| appearance(*a).cmp(appearance(*b)).then(stable(*a).cmp(&stable(*b))));
        for place in 0..self.arrivals.len() {
            let slot = self.arrivals[place];
            let id = self.take_id(tick);
            if self.id_of.len() <= slot as usize {
                self.id_of.resize(slot as usize + 1, NO_ID);
            }
            self.id_of[slot as usize] = id;
            self.slot_of[id as usize] = slot;
            self.entity_of[id as usize] = slots.entity(slot).unwrap_or(Entity::PLACEHOLDER);
            self.live.insert(id);
            self.hash = self.hash.wrapping_add(self.share(EntityId(id), slot, slots, tables));
            self.entered.push(EntityId(id));
        }
        self.entered.sort_unstable();
        self.members.copy_from(visible);
        self.remember(tick);
    }

    /// Finds what has changed in this tick of what the view showed before it.
    fn touch(&mut self, digests: &Digests, marked: &mut Bits) {
        self.touched.clear();
        if digests.shifted.len() * FEW < self.slot_of.len() {
            for slot in &digests.shifted {
                if let Some(id) = self.id(*slot) {
                    self.touched.push((id, *slot));
                }
            }
            return self.touched.sort_unstable();
        }
        marked.clear();
        marked.grow(self.slot_of.len() as u32);
        let Self { touched, members, id_of, slot_of, .. } = self;
        members.and(&digests.shifted_set).for_each(|slot| marked.insert_if(id_of[slot as usize], true));
        marked.iter().for_each(|id| touched.push((EntityId(id), slot_of[id as usize])));
    }

    /// Takes it into the hash.
    fn follow(&mut self, digests: &Digests, slots: &Slots) {
        for (id, slot) in &self.touched {
            let by_owner = digests.owners_see_more && slots.last_owner(*slot) == Some(self.id);
            let Shift { before, now } = digests.shift(*slot);
            let gain = now.seen(*id, by_owner).wrapping_sub(before.seen(*id, by_owner));
            self.hash = self.hash.wrapping_add(gain);
        }
    }

    /// What a slot adds to the view's hash.
    fn share(&self, id: EntityId, slot: u32, slots: &Slots, tables: &Tables) -> u32 {
        tables.digests.of(slot).seen(id, slots.last_owner(slot) == Some(self.id))
    }

    /// Hash of what the view shows at the newest frame.
    pub(crate) const fn hash(&self) -> u32 {
        self.hash
    }

    /// The same of the ids below a limit.
    pub(crate) fn hash_below(&self, below: u32, slots: &Slots, tables: &Tables) -> u32 {
        let ids = self.live.iter().map(EntityId).take_while(|id| id.0 < below);
        ids.filter_map(|id| Some(self.share(id, self.slot(id)?, slots, tables))).fold(0, u32::wrapping_add)
    }

    /// The same as [`View::hash`], from the rows themselves.
    pub(crate) fn hash_anew(&self, slots: &Slots, tables: &Tables, tick: Tick) -> u32 {
        let rows = |slot: u32| {
            let rows = tables.rows_for(self.id, slots, slot).zip(&tables.shadows).enumerate();
            let rows = rows.filter_map(|(place, (row, shadow))| Some(wire::hash::row(shadow.spec, place, row?, tick)));
            rows.fold(0, u32::wrapping_add)
        };
        let ids = self.live.iter().map(EntityId);
        ids.filter_map(|id| Some(wire::hash::entity(id, rows(self.slot(id)?)))).fold(0, u32::wrapping_add)
    }

    fn remember(&mut self, tick: Tick) {
        let (stored, bits) = &mut self.ring[(tick.0 % RING) as usize];
        *stored = tick;
        bits.copy_from(&self.live);
    }

    fn take_id(&mut self, tick: Tick) -> u32 {
        match self.resting.pop_front_if(|(freed, _)| tick.since(*freed) > RING) {
            Some((_, id)) => id,
            None => {
                self.slot_of.push(NO_SLOT);
                self.entity_of.push(Entity::PLACEHOLDER);
                self.slot_of.len() as u32 - 1
            }
        }
    }
}
