//! Frames as a pure function of (in view at the base, in view now, last changed, values).
//!
//! The next-frame delta, the merged delta of a slow client and the keyframe of a new one are the same function at other
//! bases. Each is made once per (view, base) and its bytes are shared.

use bytes::Bytes;
use wire::frame::Header;
use wire::schema::MAX_COLUMNS;
use wire::{EntityId, Event, FrameWriter, RowValues, StateHash, Tick, varint};

use crate::encoded::Encoded;
use crate::frame::{ALL, Base, FrameKind};
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
    events: Vec<(u64, Event)>,
    out: Vec<u8>,
}

/// What all frames of a match are made from.
pub(crate) struct Source<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) slots: &'a Slots,
    /// The newest tick.
    pub(crate) tick: Tick,
    /// Ticks a second; a frame that reaches into another second carries a hash.
    pub(crate) rate: u16,
    /// [`PART_BYTES`], but for tests.
    pub(crate) part: usize,
}

/// Bytes that newcomers take at most in one frame of a view that comes in parts. 16 KiB, so that other traffic gets
/// through between the parts. Those that a view gains while it is held whole come all at once.
pub const PART_BYTES: usize = 16 * 1024;

/// The view part that brings a client from `from` to the newest tick. A base that the ring does not hold, or none, gives a
/// keyframe. Unless it is to be `whole`, a keyframe may hold a part of the view only, and so may what builds on a part.
pub(crate) fn encode(
    scratch: &mut Scratch,
    view: &mut View,
    source: &Source<'_>,
    from: Option<Base>,
    whole: bool,
) -> Encoded {
    let tick = source.tick;
    let from = from.filter(|from| from.tick < tick && view.at(from.tick).is_some());
    // On a whole base all frames are whole.
    let whole = whole || from.is_some_and(|from| from.below == ALL);
    if let Some(made) = view.cache.frames.iter().find(|frame| frame.from == from && frame.whole == whole) {
        return made.clone();
    }
    let kind = match from {
        None => FrameKind::Key,
        Some(from) if from.tick.next() == tick => FrameKind::Next,
        Some(_) => FrameKind::Merged,
    };
    let base = from.map(|from| from.tick);
    let below = scratch.membership(view, source, from, kind, whole);
    let hash_due = base.is_none_or(|base| base.0 / u32::from(source.rate) != tick.0 / u32::from(source.rate));
    let hash = hash_due.then(|| cached_hash(view, source, below));
    let header = Header { tick, base, relative: kind == FrameKind::Next, hash, partial: below != ALL };

    scratch.out.clear();
    let Scratch { entered, left, stayed, rows, ids, removed, values, events, out } = scratch;
    let mut writer = FrameWriter::begin(out, header, left, entered);
    let mut parts = Parts { rows, ids, removed, values };
    for (place, shadow) in source.tables.shadows.iter().enumerate() {
        let may_see = |slot: u32| source.tables.may_see(view.id, source.slots, slot, place);
        parts.clear();
        match (kind, from) {
            (FrameKind::Next, Some(from)) => parts.changed_now(view, shadow, from.below, entered, may_see),
            (FrameKind::Merged, Some(from)) => parts.changed_since(stayed, shadow, from.tick, may_see),
            _ => {}
        }
        parts.newcomers(view, entered, shadow, may_see);
        parts.values(shadow, header.relative);
        let rows = RowValues { ids: parts.ids, values: parts.values, spec: shadow.spec };
        writer.component(place, parts.removed, rows);
    }
    events.clear();
    if let Some(base) = base {
        view.events.since(base, events);
    }
    writer.finish(events.iter().map(|(_, event)| event));
    let bytes = Bytes::copy_from_slice(&scratch.out);
    let encoded = Encoded { header, from, to: Base { tick, below }, whole, kind, bytes };
    view.cache.frames.push(encoded.clone());
    encoded
}

/// Hash of what the view sees of the ids below a limit, at the newest frame.
pub(crate) fn hash(view: &View, source: &Source<'_>, below: u32) -> u32 {
    let mut hash = StateHash::new();
    for id in view.live().iter().take_while(|id| *id < below) {
        hash.entity(id);
        let Some(slot) = view.slot(EntityId(id)) else { continue };
        for (place, row) in source.tables.rows_for(view.id, source.slots, slot).enumerate() {
            if let Some(row) = row {
                hash.component(place, row);
            }
        }
    }
    hash.finish()
}

fn cached_hash(view: &mut View, source: &Source<'_>, below: u32) -> u32 {
    if below != ALL {
        return hash(view, source, below);
    }
    let known = view.cache.hash.unwrap_or_else(|| hash(view, source, ALL));
    view.cache.hash = Some(known);
    known
}

impl Scratch {
    /// Who entered, left and stayed since the base. Returns the limit below which the receiver then holds all ids.
    fn membership(
        &mut self,
        view: &View,
        source: &Source<'_>,
        from: Option<Base>,
        kind: FrameKind,
        whole: bool,
    ) -> u32 {
        self.entered.clear();
        self.left.clear();
        self.stayed.clear();
        let held = from.map_or(0, |from| from.below);
        match from.and_then(|from| view.at(from.tick)) {
            None => self.entered.extend(view.live().iter().map(EntityId)),
            Some(_) if kind == FrameKind::Next && held == ALL => {
                self.entered.extend_from_slice(&view.entered);
                self.left.extend_from_slice(&view.left);
            }
            Some(then) => {
                let news = view.live().iter().filter(|id| *id >= held || !then.contains(*id));
                self.entered.extend(news.map(EntityId));
                self.left.extend(then.without(view.live()).take_while(|id| *id < held).map(EntityId));
                if kind == FrameKind::Merged {
                    // Within the ring an id means one entity, so whoever is in both frames was there all the time.
                    let both = view.live().and(then).take_while(|id| *id < held).map(EntityId);
                    self.stayed.extend(both.filter_map(|id| view.slot(id).map(|slot| (id, slot))));
                }
            }
        }
        if whole { ALL } else { self.shorten(view, source, held) }
    }

    /// Cuts the newcomers off where they get too long for one frame. Those below `held` come in any case, and at least one
    /// of the others, so that the receiver gets on.
    fn shorten(&mut self, view: &View, source: &Source<'_>, held: u32) -> u32 {
        let first = self.entered.partition_point(|id| id.0 < held);
        let mut bytes = 0;
        for (place, id) in self.entered.iter().enumerate() {
            let slot = view.slot(*id).unwrap_or(u32::MAX);
            let rows = source.tables.rows_for(view.id, source.slots, slot).flatten();
            let row = |row: &[i32]| 1 + row.iter().map(|value| varint::len_u32(varint::zigzag(*value))).sum::<usize>();
            bytes += 1 + rows.map(row).sum::<usize>();
            if bytes > source.part && place > first {
                let below = id.0;
                self.entered.truncate(place);
                return below;
            }
        }
        ALL
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

    /// Rows of those who stayed and changed in this very tick; the receiver held those below a limit.
    fn changed_now(
        &mut self,
        view: &View,
        shadow: &Shadow,
        below: u32,
        entered: &[EntityId],
        may_see: impl Fn(u32) -> bool,
    ) {
        for slot in &shadow.changed {
            let Some(id) = view.id(*slot).filter(|id| id.0 < below) else { continue };
            if entered.binary_search(&id).is_err() && may_see(*slot) {
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
