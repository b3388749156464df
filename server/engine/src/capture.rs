//! Capture: once a tick, the changed components of the world become integer columns in shadow tables.
//!
//! Its cost grows with what changed, not with who looks. Everything sent to clients is read from the tables, never from
//! the world.

use std::marker::PhantomData;

use bevy_ecs::prelude::{Changed, Component, Entity, QueryState, World};
use wire::Tick;

use crate::shadow::Shadow;
use crate::slots::Slots;

/// A component that players may see, as integer columns.
pub trait Replicate: Component {
    /// Its place in the schema.
    const PLACE: usize;
    /// An array with one number for each column of the schema at this place: `[i32; 2]`, say.
    type Columns: Columns;

    /// The columns, in schema order.
    fn columns(&self) -> Self::Columns;
}

/// Arrays of numbers, whose length is compared with the schema when a game registers its components.
pub trait Columns {
    /// Numbers in it.
    const LEN: usize;

    /// The numbers.
    fn as_slice(&self) -> &[i32];
}

impl<const N: usize> Columns for [i32; N] {
    const LEN: usize = N;

    fn as_slice(&self) -> &[i32] {
        self
    }
}

/// Reads one component type out of a world.
pub(crate) trait Captor: Send + Sync {
    /// Builds the queries. Once, before the first capture.
    fn prepare(&mut self, world: &mut World);
    /// Brings the table up to date with the changes since the world's trackers were last cleared.
    fn capture(&mut self, world: &World, slots: &Slots, shadow: &mut Shadow, tick: Tick);
}

pub(crate) struct ComponentCaptor<C: Replicate> {
    changed: Option<QueryState<(Entity, &'static C), Changed<C>>>,
    component: PhantomData<C>,
}

impl<C: Replicate> Default for ComponentCaptor<C> {
    fn default() -> Self {
        Self { changed: None, component: PhantomData }
    }
}

impl<C: Replicate> Captor for ComponentCaptor<C> {
    fn prepare(&mut self, world: &mut World) {
        self.changed = Some(world.query_filtered());
    }

    fn capture(&mut self, world: &World, slots: &Slots, shadow: &mut Shadow, tick: Tick) {
        shadow.begin(slots.len());
        for (_, slot) in &slots.freed {
            shadow.remove(*slot, tick);
        }
        for entity in world.removed::<C>() {
            // One that was removed and inserted again within the step is there, and among the changed.
            if let Some(slot) = slots.of(entity)
                && world.get::<C>(entity).is_none()
            {
                shadow.remove(slot, tick);
            }
        }
        let query = self.changed.as_mut().expect("prepared before the first capture");
        for (entity, component) in query.iter(world) {
            if let Some(slot) = slots.of(entity) {
                shadow.store(slot, component.columns().as_slice(), tick);
            }
        }
        // What clients believe to move may stand still, which is no change.
        for place in 0..shadow.moving() {
            if let Some(slot) = shadow.unseen(place, tick)
                && let Some(component) = slots.entity(slot).and_then(|entity| world.get::<C>(entity))
            {
                shadow.store(slot, component.columns().as_slice(), tick);
            }
        }
    }
}
