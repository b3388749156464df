//! The shadow tables of all components, and what their rows add up to.

use wire::{Lane, Schema};

use crate::ViewId;
use crate::digest::Digests;
use crate::shadow::Shadow;
use crate::slots::Slots;

/// The tables of all components, in schema order.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) shadows: Vec<Shadow>,
    /// Up to date once all components are captured.
    pub(crate) digests: Digests,
}

impl Tables {
    pub(crate) fn new(schema: &'static Schema) -> Self {
        let shadows = schema.components.iter().enumerate().map(|(place, spec)| Shadow::new(place, spec));
        let shadows: Vec<_> = shadows.collect();
        Self { digests: Digests::new(&shadows), shadows }
    }

    /// Whether `viewer` may know of the component at `place` of this entity.
    pub(crate) fn may_see(&self, viewer: ViewId, slots: &Slots, slot: u32, place: usize) -> bool {
        match self.shadows[place].spec.lane {
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
