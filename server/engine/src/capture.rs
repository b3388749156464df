//! Capture: once a tick, the changed components of the world become integer columns in shadow tables.
//!
//! Its cost grows with what changed, not with who looks. Everything sent to clients is read from the tables, never from
//! the world.

use std::marker::PhantomData;

use bevy_ecs::prelude::{Changed, Component, Entity, QueryState, World};
use wire::schema::MAX_COLUMNS;
use wire::{ComponentSpec, Lane, Schema, Tick};

use crate::ViewId;
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

/// The columns of one component, by slot.
#[derive(Debug)]
pub(crate) struct Shadow {
    pub(crate) columns: usize,
    /// The step of each column; empty for steps of 1.
    steps: &'static [u32],
    present: Vec<bool>,
    values: Vec<i32>,
    /// Values before this tick's change, zeros where there were none. Only meaningful for rows in `changed`.
    previous: Vec<i32>,
    /// The tick a row last appeared, changed or vanished at.
    last_changed: Vec<Tick>,
    /// Slots whose row appeared, changed or vanished in this tick, in no order.
    pub(crate) changed: Vec<u32>,
}

impl Shadow {
    pub(crate) const fn new(spec: &ComponentSpec) -> Self {
        Self {
            columns: spec.columns.len(),
            steps: spec.steps,
            present: Vec::new(),
            values: Vec::new(),
            previous: Vec::new(),
            last_changed: Vec::new(),
            changed: Vec::new(),
        }
    }

    /// The row of a slot, where the component is there.
    pub(crate) fn row(&self, slot: u32) -> Option<&[i32]> {
        (*self.present.get(slot as usize)?).then(|| &self.values[self.range(slot)])
    }

    /// The row before this tick. Only for slots in `changed`.
    pub(crate) fn previous(&self, slot: u32) -> &[i32] {
        &self.previous[self.range(slot)]
    }

    pub(crate) fn changed_after(&self, slot: u32, base: Tick) -> bool {
        self.last_changed.get(slot as usize).is_some_and(|tick| *tick > base)
    }

    const fn range(&self, slot: u32) -> std::ops::Range<usize> {
        let start = slot as usize * self.columns;
        start..start + self.columns
    }

    fn begin(&mut self, slots: usize) {
        self.changed.clear();
        if self.present.len() < slots {
            self.present.resize(slots, false);
            self.last_changed.resize(slots, Tick(0));
            self.values.resize(slots * self.columns, 0);
            self.previous.resize(slots * self.columns, 0);
        }
    }

    /// The row in steps, to the nearest; halves go up.
    pub(crate) fn quantized<'a>(&self, row: &'a [i32], room: &'a mut [i32; MAX_COLUMNS]) -> &'a [i32] {
        if self.steps.is_empty() {
            return row;
        }
        for ((value, step), out) in row.iter().zip(self.steps).zip(room.iter_mut()) {
            let step = i64::from(*step);
            *out = (i64::from(*value) + step / 2).div_euclid(step) as i32;
        }
        &room[..row.len()]
    }

    /// Stores a row if it differs from the one there.
    fn store(&mut self, slot: u32, row: &[i32], tick: Tick) {
        let (place, range) = (slot as usize, self.range(slot));
        if self.present[place] && self.values[range.clone()] == *row {
            return;
        }
        self.previous[range.clone()].copy_from_slice(&self.values[range.clone()]);
        self.values[range].copy_from_slice(row);
        self.present[place] = true;
        self.touch(slot, tick);
    }

    fn remove(&mut self, slot: u32, tick: Tick) {
        if std::mem::replace(&mut self.present[slot as usize], false) {
            let range = self.range(slot);
            self.values[range].fill(0);
            self.touch(slot, tick);
        }
    }

    fn touch(&mut self, slot: u32, tick: Tick) {
        self.last_changed[slot as usize] = tick;
        self.changed.push(slot);
    }
}

/// The tables of all components, in schema order.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) schema: &'static Schema,
    pub(crate) shadows: Vec<Shadow>,
}

impl Tables {
    pub(crate) fn new(schema: &'static Schema) -> Self {
        let shadows = schema.components.iter().map(Shadow::new).collect();
        Self { schema, shadows }
    }

    /// Whether `viewer` may know of the component at `place` of this entity.
    pub(crate) fn may_see(&self, viewer: ViewId, slots: &Slots, slot: u32, place: usize) -> bool {
        match self.schema.components[place].lane {
            Lane::Shared => true,
            Lane::Owner => slots.get(slot).is_some_and(|occupant| occupant.owner == Some(viewer)),
        }
    }

    /// The entity's rows as `viewer` sees them, by place; `None` for what is absent or not for it.
    pub(crate) fn rows_for<'a>(
        &'a self,
        viewer: ViewId,
        slots: &'a Slots,
        slot: u32,
    ) -> impl Iterator<Item = Option<&'a [i32]>> {
        let rows = self.shadows.iter().enumerate();
        rows.map(move |(place, shadow)| shadow.row(slot).filter(|_| self.may_see(viewer, slots, slot, place)))
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
        let mut row = [0; MAX_COLUMNS];
        let query = self.changed.as_mut().expect("prepared before the first capture");
        for (entity, component) in query.iter(world) {
            if let Some(slot) = slots.of(entity) {
                let columns = component.columns();
                shadow.store(slot, shadow.quantized(columns.as_slice(), &mut row), tick);
            }
        }
    }
}
