//! Frames as a pure function of (in view at the base, in view now, last changed, values).
//!
//! The next-frame delta, the merged delta of a slow client and the keyframe of a new one are the same function at other
//! bases. Each is made once per (view, base) and its bytes are shared.

use bytes::Bytes;
use wire::frame::Header;
use wire::schema::MAX_COLUMNS;
use wire::{EntityId, FrameWriter, RowValues, StateHash, Tick};

use crate::encoded::{Encoded, FrameKind};
use crate::shadow::{Shadow, Tables};
use crate::slots::Slots;
use crate::view::View;

/// Buffers that outlive a frame, so that encoding allocates nothing but the finished bytes.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    entered: Vec<EntityId>,
    left: Vec<EntityId>,
    stayed: Vec<(EntityId, u32)>,
    rows: Vec<(EntityId, u32, bool)>,
    ids: Vec<EntityId>,
    removed: Vec<EntityId>,
    values: Vec<i32>,
    out: Vec<u8>,
}

/// The view part that brings a client from `base` to `tick`, the newest frame. A base that the ring does not hold, or
/// none, gives a keyframe. `rate`: ticks a second; a frame that reaches into another second carries a hash.
pub(crate) fn encode(
    scratch: &mut Scratch,
    view: &mut View,
    tables: &Tables,
    slots: &Slots,
    base: Option<Tick>,
    tick: Tick,
    rate: u16,
) -> Encoded {
    let base = base.filter(|base| *base < tick && view.at(*base).is_some());
    if let Some(made) = view.cache.frames.iter().find(|frame| frame.header.base == base) {
        return made.clone();
    }
    let kind = match base {
        None => FrameKind::Key,
        Some(base) if base.next() == tick => FrameKind::Next,
        Some(_) => FrameKind::Merged,
    };
    let hash_due = base.is_none_or(|base| base.0 / u32::from(rate) != tick.0 / u32::from(rate));
    let hash = hash_due.then(|| cached_hash(view, tables, slots));
    let header = Header { tick, base, relative: kind == FrameKind::Next, hash, partial: false };

    scratch.out.clear();
    scratch.membership(view, base, kind);
    let Scratch { entered, left, stayed, rows, ids, removed, values, out } = scratch;
    let mut writer = FrameWriter::begin(out, header, left, entered);
    let mut parts = Parts { rows, ids, removed, values };
    for (place, shadow) in tables.shadows.iter().enumerate() {
        let may_see = |slot: u32| tables.may_see(view.id, slots, slot, place);
        parts.clear();
        match (kind, base) {
            (FrameKind::Next, _) => parts.changed_now(view, shadow, may_see),
            (FrameKind::Merged, Some(base)) => parts.changed_since(stayed, shadow, base, may_see),
            _ => {}
        }
        parts.newcomers(view, entered, shadow, may_see);
        parts.values(shadow, header.relative);
        let rows = RowValues { ids: parts.ids, values: parts.values, spec: shadow.spec };
        writer.component(place, parts.removed, rows);
    }
    let first = base.map_or(view.events.len(), |base| view.events.partition_point(|event| event.tick <= base));
    writer.finish(view.events.range(first..));
    let encoded = Encoded { header, kind, bytes: Bytes::copy_from_slice(&scratch.out) };
    view.cache.frames.push(encoded.clone());
    encoded
}

/// Hash of what the view sees, at the newest frame.
pub(crate) fn hash(view: &View, tables: &Tables, slots: &Slots) -> u32 {
    let mut hash = StateHash::new();
    for id in view.live().iter() {
        hash.entity(id);
        let Some(slot) = view.slot(EntityId(id)) else { continue };
        for (place, row) in tables.rows_for(view.id, slots, slot).enumerate() {
            if let Some(row) = row {
                hash.component(place, row);
            }
        }
    }
    hash.finish()
}

fn cached_hash(view: &mut View, tables: &Tables, slots: &Slots) -> u32 {
    let known = view.cache.hash.unwrap_or_else(|| hash(view, tables, slots));
    view.cache.hash = Some(known);
    known
}

impl Scratch {
    /// Who entered, left and stayed since the base.
    fn membership(&mut self, view: &View, base: Option<Tick>, kind: FrameKind) {
        self.entered.clear();
        self.left.clear();
        self.stayed.clear();
        match base.and_then(|base| view.at(base)) {
            None => self.entered.extend(view.live().iter().map(EntityId)),
            Some(_) if kind == FrameKind::Next => {
                self.entered.extend_from_slice(&view.entered);
                self.left.extend_from_slice(&view.left);
            }
            Some(then) => {
                self.entered.extend(view.live().without(then).map(EntityId));
                self.left.extend(then.without(view.live()).map(EntityId));
                // Within the ring an id means one entity, so whoever is in both frames was there all the time.
                let both = view.live().and(then).map(EntityId);
                self.stayed.extend(both.filter_map(|id| view.slot(id).map(|slot| (id, slot))));
            }
        }
    }
}

/// One component's section in the making.
struct Parts<'a> {
    /// (id, slot, whether the receiver has an earlier row).
    rows: &'a mut Vec<(EntityId, u32, bool)>,
    ids: &'a mut Vec<EntityId>,
    removed: &'a mut Vec<EntityId>,
    values: &'a mut Vec<i32>,
}

impl Parts<'_> {
    fn clear(&mut self) {
        self.rows.clear();
        self.ids.clear();
        self.removed.clear();
        self.values.clear();
    }

    /// Rows of those who stayed and changed in this very tick.
    fn changed_now(&mut self, view: &View, shadow: &Shadow, may_see: impl Fn(u32) -> bool) {
        for slot in &shadow.changed {
            let Some(id) = view.id(*slot) else { continue };
            if view.entered.binary_search(&id).is_err() && may_see(*slot) {
                self.changed(id, *slot, shadow);
            }
        }
        self.removed.sort_unstable();
    }

    /// Rows of those who stayed and changed after `base`.
    fn changed_since(
        &mut self,
        stayed: &[(EntityId, u32)],
        shadow: &Shadow,
        base: Tick,
        may_see: impl Fn(u32) -> bool,
    ) {
        for (id, slot) in stayed {
            if shadow.changed_after(*slot, base) && may_see(*slot) {
                self.changed(*id, *slot, shadow);
            }
        }
    }

    fn changed(&mut self, id: EntityId, slot: u32, shadow: &Shadow) {
        match shadow.row(slot) {
            Some(_) => self.rows.push((id, slot, true)),
            None => self.removed.push(id),
        }
    }

    /// Full rows of those who entered.
    fn newcomers(&mut self, view: &View, entered: &[EntityId], shadow: &Shadow, may_see: impl Fn(u32) -> bool) {
        for id in entered {
            let Some(slot) = view.slot(*id) else { continue };
            if shadow.row(slot).is_some() && may_see(slot) {
                self.rows.push((*id, slot, false));
            }
        }
    }

    fn values(&mut self, shadow: &Shadow, relative: bool) {
        self.rows.sort_unstable();
        for (id, slot, known) in self.rows.iter() {
            self.ids.push(*id);
            let now = shadow.row(*slot).unwrap_or_default();
            if relative {
                let before = if *known { shadow.previous(*slot) } else { &[0; MAX_COLUMNS][..now.len()] };
                wire::relative(shadow.spec, now, before, self.values);
            } else {
                self.values.extend_from_slice(now);
            }
        }
    }
}
