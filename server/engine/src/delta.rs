//! Frames as a pure function of (in view at the base, in view now, last changed, values).
//!
//! The next-frame delta, the merged delta of a slow client and the keyframe of a new one are the same function at other
//! bases. Each is made once per (view, base) and its bytes are shared.

use bytes::Bytes;
use wire::frame::Header;
use wire::{ComponentSpec, EntityId, Event, Forecast, FrameWriter, RowValues, Tick};

use crate::encoded::Encoded;
use crate::frame::{ALL, Base, FrameKind};
use crate::shadow::Shadow;
use crate::slots::Slots;
use crate::tables::Tables;
use crate::view::View;

/// Buffers that outlive a frame, so that encoding allocates nothing but the finished bytes.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    entered: Vec<EntityId>,
    left: Vec<EntityId>,
    stayed: Vec<(EntityId, u32)>,
    rows: Vec<(EntityId, u32)>,
    ids: Vec<EntityId>,
    removed: Vec<EntityId>,
    values: Vec<i32>,
    events: Vec<(u64, Event)>,
    forecast: Forecast,
    out: Vec<u8>,
}

/// What all frames of a match are made from.
pub(crate) struct Source<'a> {
    pub(crate) components: &'static [ComponentSpec],
    pub(crate) tables: &'a Tables,
    pub(crate) slots: &'a Slots,
    /// The newest tick.
    pub(crate) tick: Tick,
    /// Ticks a second; a frame that reaches into another second carries a hash.
    pub(crate) rate: u16,
    /// [`PART_BYTES`], but for tests.
    pub(crate) part: usize,
}

/// About how long a frame of a view that comes in parts gets, unless what changes takes more. 16 KiB, so that other traffic
/// gets through between the parts. What a view gains while it is held whole comes all at once.
pub const PART_BYTES: usize = 16 * 1024;

/// What tells the frames of a view at a tick apart.
struct Wanted {
    from: Option<Base>,
    whole: bool,
}

impl Wanted {
    fn of(view: &View, tick: Tick, from: Option<Base>, whole: bool) -> Self {
        let from = from.filter(|from| from.tick < tick && view.at(from.tick).is_some());
        // On a whole base all frames are whole.
        Self { from, whole: whole || from.is_some_and(|from| from.below == ALL) }
    }
}

/// What [`encode`] made before for such a client, of the newest tick.
pub(crate) fn made(view: &View, tick: Tick, from: Option<Base>, whole: bool) -> Option<Encoded> {
    let Wanted { from, whole } = Wanted::of(view, tick, from, whole);
    view.cache.frames.iter().find(|frame| frame.from == from && frame.whole == whole).cloned()
}

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
    let Wanted { from, whole } = Wanted::of(view, tick, from, whole);
    let kind = match from {
        None => FrameKind::Key,
        Some(from) if from.tick.next() == tick => FrameKind::Next,
        Some(_) => FrameKind::Merged,
    };
    let base = from.map(|from| from.tick);
    scratch.membership(view, from, kind);
    let hash_due = base.is_none_or(|base| base.0 / u32::from(source.rate) != tick.0 / u32::from(source.rate));
    let hash = hash_due.then(|| view.hash());
    let mut header = Header { tick, base, relative: kind == FrameKind::Next, hash, partial: false };

    scratch.out.clear();
    let Scratch { entered, left, stayed, rows, ids, removed, values, events, forecast, out } = scratch;
    let mut writer = FrameWriter::begin(out, header, left);
    let mut section = Section { rows, ids, removed, values };
    let places = || source.tables.shadows.iter().enumerate();
    let may_see = |slot: u32, place: usize| source.tables.may_see(view.id, source.slots, slot, place);
    if let Some(from) = from {
        for (place, shadow) in places() {
            section.clear();
            match kind {
                FrameKind::Next => {
                    let held = view.touched.partition_point(|(id, _)| id.0 < from.below);
                    section.changed_now(&view.touched[..held], shadow, |slot| may_see(slot, place));
                }
                _ => {
                    section.changed_since(stayed, shadow, from.tick, |slot| may_see(slot, place));
                    section.values(shadow);
                }
            }
            writer.component(place, section.removed, section.row_values(shadow));
        }
    }
    let mut below = ALL;
    if !whole {
        // What changes comes in any case, but newcomers get their share of the bytes even so.
        let room = source.part.saturating_sub(writer.written()).max(source.part / 4);
        below = shorten(entered, forecast, view, source, from.map_or(0, |from| from.below), room);
        if below != ALL {
            let hash = view.hash_below(below, source.slots, source.tables);
            (header.partial, header.hash) = (true, header.hash.map(|_| hash));
            writer.cut(hash);
        }
    }
    writer.enter(entered);
    if !entered.is_empty() {
        for (place, shadow) in places() {
            section.clear();
            section.newcomers(view, entered, shadow, |slot| may_see(slot, place));
            section.values(shadow);
            writer.component(place, &[], section.row_values(shadow));
        }
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

impl Scratch {
    /// Who entered, left and stayed since the base.
    fn membership(&mut self, view: &View, from: Option<Base>, kind: FrameKind) {
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
    }
}

/// Cuts the newcomers off where they would take more than `room` bytes. Those below `held` come in any case, and at least
/// one of the others, so that the receiver gets on. Returns the limit below which the receiver then holds all ids.
fn shorten(
    entered: &mut Vec<EntityId>,
    forecast: &mut Forecast,
    view: &View,
    source: &Source<'_>,
    held: u32,
    room: usize,
) -> u32 {
    let first = entered.partition_point(|id| id.0 < held);
    forecast.begin(source.components);
    for (place, id) in entered.iter().enumerate() {
        let slot = view.slot(*id).unwrap_or(u32::MAX);
        forecast.add(source.tables.rows_for(view.id, source.slots, slot));
        if place > first && forecast.bytes() > room {
            let below = id.0;
            entered.truncate(place);
            return below;
        }
    }
    ALL
}

/// One component's section in the making.
struct Section<'a> {
    /// (id, slot), ascending.
    rows: &'a mut Vec<(EntityId, u32)>,
    ids: &'a mut Vec<EntityId>,
    removed: &'a mut Vec<EntityId>,
    values: &'a mut Vec<i32>,
}

impl Section<'_> {
    fn clear(&mut self) {
        self.rows.clear();
        self.ids.clear();
        self.removed.clear();
        self.values.clear();
    }

    /// What a tick has made of the rows of those who stayed and were `touched` in it.
    fn changed_now(&mut self, touched: &[(EntityId, u32)], shadow: &Shadow, may_see: impl Fn(u32) -> bool) {
        if shadow.changed.is_empty() {
            return;
        }
        for (id, slot) in touched {
            if shadow.stepped.contains(*slot) && may_see(*slot) {
                self.ids.push(*id);
                match *shadow.step(*slot) {
                    // The lengths that are usual, without a call for each.
                    [one] => self.values.push(one),
                    [one, two] => self.values.extend([one, two]),
                    ref step => self.values.extend_from_slice(step),
                }
            } else if shadow.vanished.contains(*slot) && may_see(*slot) {
                self.removed.push(*id);
            }
        }
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
            Some(_) => self.rows.push((id, slot)),
            None => self.removed.push(id),
        }
    }

    /// Rows of those who entered.
    fn newcomers(&mut self, view: &View, entered: &[EntityId], shadow: &Shadow, may_see: impl Fn(u32) -> bool) {
        for id in entered {
            let Some(slot) = view.slot(*id) else { continue };
            if shadow.row(slot).is_some() && may_see(slot) {
                self.rows.push((*id, slot));
            }
        }
    }

    /// The rows as they are.
    fn values(&mut self, shadow: &Shadow) {
        for (id, slot) in self.rows.iter() {
            self.ids.push(*id);
            self.values.extend_from_slice(shadow.row(*slot).unwrap_or_default());
        }
    }

    fn row_values<'s>(&'s self, shadow: &'s Shadow) -> RowValues<'s> {
        RowValues { ids: self.ids, values: self.values, spec: shadow.spec }
    }
}
