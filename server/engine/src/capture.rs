//! Capture: once a tick, the changed components of the world become integer columns in shadow tables.
//!
//! Its cost grows with what changed, not with who looks. Everything sent to clients is read from the tables, never from
//! the world.

use std::marker::PhantomData;

use bevy_ecs::change_detection::ContiguousRef;
use bevy_ecs::prelude::{Changed, Component, Entity, QueryState, Ref, World};
use wire::Tick;

use crate::shadow::Shadow;
use crate::slots::Slots;

/// A component that players may see, as integer columns. Capture looks at nothing of one that has
/// `#[component(summary_tick)]` in ticks where none of it has changed; otherwise at each change tick.
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

/// Rows whose change ticks are compared before any of them is looked at: in most groups none has changed.
const GROUP: usize = 64;

pub(crate) struct ComponentCaptor<C: Replicate> {
    queries: Option<Queries<C>>,
    component: PhantomData<C>,
}

struct Queries<C: Replicate> {
    /// For components in tables: gives a table's column at a time.
    columns: QueryState<(Entity, Ref<'static, C>)>,
    /// For components in sparse sets.
    changed: QueryState<(Entity, &'static C), Changed<C>>,
}

impl<C: Replicate> Queries<C> {
    /// Calls `changed` for each component that has changed since the world's trackers were last cleared.
    fn each_changed(&mut self, world: &World, mut changed: impl FnMut(Entity, &C)) {
        let Ok(columns) = self.columns.contiguous_iter(world) else {
            return self.changed.iter(world).for_each(|(entity, component)| changed(entity, component));
        };
        for (entities, rows) in columns {
            let (rows, ticks) = ContiguousRef::split(rows);
            if ticks.summary_tick_is_changed() == Some(false) {
                continue;
            }
            let (last, now) = (ticks.last_run(), ticks.this_run());
            for (group, ticks) in ticks.changed().chunks(GROUP).enumerate() {
                // Without a branch for each, so that several are compared at once.
                if !ticks.iter().fold(false, |any, tick| any | tick.is_newer_than(last, now)) {
                    continue;
                }
                for (place, _) in ticks.iter().enumerate().filter(|(_, tick)| tick.is_newer_than(last, now)) {
                    let row = group * GROUP + place;
                    changed(entities[row], &rows[row]);
                }
            }
        }
    }
}

impl<C: Replicate> Default for ComponentCaptor<C> {
    fn default() -> Self {
        Self { queries: None, component: PhantomData }
    }
}

impl<C: Replicate> Captor for ComponentCaptor<C> {
    fn prepare(&mut self, world: &mut World) {
        self.queries = Some(Queries { columns: world.query(), changed: world.query_filtered() });
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
        let queries = self.queries.as_mut().expect("prepared before the first capture");
        queries.each_changed(world, |entity, component| {
            if let Some(slot) = slots.of_living(entity) {
                shadow.store(slot, component.columns().as_slice(), tick);
            }
        });
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

#[cfg(test)]
mod tests {
    use super::*;

    /// In a table.
    #[derive(Component)]
    struct Dense(i32);

    /// In a table that knows when any of it changed.
    #[derive(Component)]
    #[component(summary_tick)]
    struct Summed(i32);

    /// In a sparse set.
    #[derive(Component)]
    #[component(storage = "SparseSet")]
    struct Sparse(i32);

    macro_rules! replicate {
        ($($component:ident),*) => {$(
            impl Replicate for $component {
                const PLACE: usize = 0;
                type Columns = [i32; 1];
                fn columns(&self) -> [i32; 1] {
                    [self.0]
                }
            }
        )*};
    }
    replicate!(Dense, Summed, Sparse);

    /// The numbers that are found to have changed, in ascending order.
    fn changed<C: Replicate>(queries: &mut Queries<C>, world: &mut World) -> Vec<i32> {
        let mut found = Vec::new();
        queries.each_changed(world, |_, component| found.push(component.columns().as_slice()[0]));
        world.clear_trackers();
        found.sort_unstable();
        found
    }

    macro_rules! finds_what_changed {
        ($component:ident) => {
            let mut world = World::new();
            let mut queries = Queries::<$component> { columns: world.query(), changed: world.query_filtered() };
            let spawned: Vec<Entity> = (0..200).map(|number| world.spawn($component(number)).id()).collect();
            assert_eq!(changed(&mut queries, &mut world), (0..200).collect::<Vec<_>>());
            assert_eq!(changed(&mut queries, &mut world), []);
            for place in [0, 63, 64, 199] {
                world.get_mut::<$component>(spawned[place]).expect("there").0 += 1_000;
            }
            world.spawn($component(7));
            world.despawn(spawned[100]);
            assert_eq!(changed(&mut queries, &mut world), [7, 1_000, 1_063, 1_064, 1_199]);
            assert_eq!(changed(&mut queries, &mut world), []);
        };
    }

    #[test]
    fn what_changed_is_found_wherever_components_are_kept() {
        finds_what_changed!(Dense);
        finds_what_changed!(Summed);
        finds_what_changed!(Sparse);
    }
}
