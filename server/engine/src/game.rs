//! What a game must say of itself to be run, seen and played.

use bevy_ecs::prelude::{Entity, World};
use wire::{EntityId, Schema, Tick};

use crate::bits::Bits;
use crate::slots::Replicated;
use crate::view::View;
use crate::{Registry, SeatId, ViewId};

/// A game. The engine owns the `World`; the value itself holds what a game keeps beside it (its schedule, say).
///
/// Everything must be a function of the setup and the actions: integers or fixed point only, seeded generators,
/// ordered systems, iteration by [`crate::StableId`] where order decides, no clock and no hash-map iteration.
pub trait Game: Send + Sized + 'static {
    /// What a match is made from: seed, seats, map choice.
    type Setup: Clone + Send + 'static;
    /// A player's intent, already decoded; entities in it are [`EntityId`]s of the player's view.
    type Action: Send + 'static;
    /// Result of a finished match.
    type Outcome: Clone + Send + 'static;

    /// Steps a second.
    const RATE: u16;

    /// Whether seats are empty at first, and taken and left while the match runs. Otherwise somebody, a player or a
    /// computer, holds each of them from the first step to the last. Defaults to the latter.
    const DROP_IN: bool = false;

    /// The replicated components and seat columns, in wire order.
    fn schema() -> &'static Schema;

    /// Names the component type behind each place of the schema.
    fn register(registry: &mut Registry);

    /// Fills a fresh world. `Happenings` is in it already. Spawn every entity that players may see with [`Replicated`].
    fn create(setup: &Self::Setup, world: &mut World) -> Self;

    /// The view of each seat, in seat order. Fixed for the whole match: with [`Game::DROP_IN`], all who can be there
    /// at a time have their seats from the beginning, and empty ones cost nothing.
    fn seats(&self) -> Vec<ViewId>;

    /// Somebody has taken an empty seat. Called in the order of arrival among the actions of the tick, and only with
    /// [`Game::DROP_IN`]. Whoever held the seat before is forgotten, action numbers and receipts included.
    fn arrive(&mut self, _world: &mut World, _seat: SeatId) {}

    /// Whoever held the seat has left it for good; a lost connection is no departure. Called like [`Game::arrive`].
    /// What is left behind with [`Replicated::owned_by`] goes to whoever has the view next.
    fn depart(&mut self, _world: &mut World, _seat: SeatId) {}

    /// Applies one action before the step of the same tick, whole or not at all. The error is the receipt's code, never 0.
    fn act(&mut self, world: &mut World, seat: SeatId, action: Self::Action, ids: &Ids<'_>) -> Result<(), u8>;

    /// One step of the simulation.
    fn step(&mut self, world: &mut World, tick: Tick);

    /// Called after each step, before [`Game::see`]: work that all views share.
    fn before_views(&mut self, _world: &mut World) {}

    /// Reveals to `view` every entity it may see after this step, its own included.
    fn see(&mut self, world: &mut World, view: ViewId, sight: &mut Sight<'_>);

    /// Fills the seat's private columns, in schema order.
    fn seat_columns(&self, world: &World, seat: SeatId, columns: &mut [i32]);

    /// Whether events of this kind, when views are told, are only for show: a shot, a blow. A client that is behind is told
    /// the newest of them only; all others reach it, once and in order. Defaults to none.
    fn cosmetic(_kind: u8) -> bool {
        false
    }

    /// The result, once there is one. The match is not stepped any more after that.
    fn outcome(&self, world: &World) -> Option<Self::Outcome>;
}

/// Entities that a game knows to be in sight, kept for several views or from tick to tick: what a team sees, say. A view then
/// costs a copy of the set: [`Sight::reveal_set`].
///
/// Take an entity out before it is despawned: another will have its place.
#[derive(Clone, Debug, Default)]
pub struct SightSet {
    bits: Bits,
}

impl SightSet {
    /// Takes an entity in that is spawned, or out, by `seen`.
    pub fn set(&mut self, replicated: &Replicated, seen: bool) {
        let Some(slot) = replicated.slot() else { return };
        if seen {
            self.bits.insert(slot);
        } else {
            self.bits.remove(slot);
        }
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.bits.clear();
    }
}

/// Collects what one view may see.
#[derive(Debug)]
pub struct Sight<'a> {
    pub(crate) bits: &'a mut Bits,
    /// Slots in use.
    pub(crate) occupied: &'a Bits,
}

impl Sight<'_> {
    /// Reveals everything there is for this tick: for games without a fog, many times faster than one by one.
    pub fn reveal_all(&mut self) {
        self.bits.insert_all(self.occupied);
    }

    /// Reveals all entities of a set for this tick.
    pub fn reveal_set(&mut self, set: &SightSet) {
        self.bits.insert_both(&set.bits, self.occupied);
    }

    /// Reveals an entity for this tick. One spawned in this step has its slot by now.
    #[inline]
    pub fn reveal(&mut self, replicated: &Replicated) {
        if let Some(slot) = replicated.slot() {
            self.bits.insert(slot);
        }
    }

    /// Reveals an entity for this tick where `seen`. Faster than asking first where many are seen and many are not.
    #[inline]
    pub fn reveal_where(&mut self, replicated: &Replicated, seen: bool) {
        if let Some(slot) = replicated.slot() {
            self.bits.insert_where(slot, seen);
        }
    }
}

/// Translates the ids of one view, as of the newest frame, into entities. What the view does not see has no id, so a
/// player cannot even name it.
#[derive(Debug)]
pub struct Ids<'a> {
    pub(crate) view: &'a View,
}

impl Ids<'_> {
    /// The entity behind a view id. `None` where the view does not see it now. An earlier action of the same tick may
    /// have despawned it.
    #[must_use]
    pub fn entity(&self, id: EntityId) -> Option<Entity> {
        self.view.entity(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slots::Slots;

    #[test]
    fn a_set_reveals_whom_it_holds_and_nobody_who_is_gone() {
        let mut world = World::new();
        world.insert_resource(Slots::default());
        let entities = [(); 70].map(|()| world.spawn(Replicated::unowned()).id());
        let replicated = entities.map(|entity| *world.get::<Replicated>(entity).expect("just spawned with it"));
        let mut set = SightSet::default();
        replicated.iter().for_each(|replicated| set.set(replicated, true));
        set.set(&replicated[3], false);
        world.despawn(entities[69]);
        let occupied = world.resource::<Slots>().occupied.clone();
        let mut bits = Bits::default();
        let mut sight = Sight { bits: &mut bits, occupied: &occupied };
        sight.reveal_set(&set);
        assert_eq!(bits.iter().collect::<Vec<_>>(), (0..69).filter(|slot| *slot != 3).collect::<Vec<_>>());
        bits.clear();
        set.clear();
        Sight { bits: &mut bits, occupied: &occupied }.reveal_set(&set);
        assert_eq!(bits.iter().count(), 0);
    }
}
