//! The client-side state: what a view looks like to one of its clients, built from frames alone.

use crate::frame::{
    Event, Header, Receipt, SEAT_APPLIED, SEAT_COLUMNS, SEAT_EVENTS, SEAT_FLAGS, SEAT_LOST, SEAT_MISSED, SEAT_RECEIPTS,
    SECTION_LISTED, SECTION_PLACE, SECTION_REMOVED,
};
use crate::pack::{read_ids, read_values};
use crate::table::Table;
use crate::varint::Reader;
use crate::{ActionSeq, EntityId, FrameError, Schema, Tick, hash};

/// What the newest frame brought, beside the state itself.
#[derive(Clone, Debug, Default)]
pub struct Applied {
    /// The tick the frame shows.
    pub tick: Tick,
    /// The tick it built on; `None` for a keyframe.
    pub base: Option<Tick>,
    /// Entities that came into view, ascending. After a keyframe: all.
    pub entered: Vec<EntityId>,
    /// Entities that went out of view, ascending. After a keyframe: all that were there before it.
    pub left: Vec<EntityId>,
    /// What happened in view, oldest first.
    pub events: Vec<Event>,
    /// What happened to this seat alone, oldest first.
    pub seat_events: Vec<Event>,
    /// What became of this seat's actions, oldest first.
    pub receipts: Vec<Receipt>,
    /// The frame carried a hash, and it was equal.
    pub hash_checked: bool,
    /// There is more in view than has entered so far; later frames bring it.
    pub partial: bool,
    /// The server had to drop receipts or events that this client was to be told.
    pub lost: bool,
}

/// Whom sections tell of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Telling {
    /// Those who stayed: what changed, as differences where `relative`.
    Stayed { relative: bool },
    /// Those who entered: all they have.
    Entered,
}

/// Applies frames in order. After an error it holds nothing of use and takes only a keyframe: ask the server for one.
/// Its memory is bounded by the schema and [`MAX_ENTITY_ID`](crate::schema::MAX_ENTITY_ID), whatever the frames say.
#[derive(Clone, Debug)]
pub struct Mirror {
    schema: &'static Schema,
    /// `None` until the first keyframe, and again after an error.
    tick: Option<Tick>,
    live: Vec<bool>,
    tables: Vec<Table>,
    seat: Vec<i32>,
    applied_seq: ActionSeq,
    /// Receipts and events up to this tick have been handed out; kept through errors, so that none is told twice.
    told: Option<Tick>,
    last: Applied,
    scratch: Vec<EntityId>,
    values: Vec<i32>,
}

impl Mirror {
    /// An empty mirror, waiting for a keyframe.
    #[must_use]
    pub fn new(schema: &'static Schema) -> Self {
        Self {
            schema,
            tick: None,
            live: Vec::new(),
            tables: schema.components.iter().map(Table::new).collect(),
            seat: vec![0; schema.seat.len()],
            applied_seq: ActionSeq(0),
            told: None,
            last: Applied::default(),
            scratch: Vec::new(),
            values: Vec::new(),
        }
    }

    /// The tick shown; `None` while a keyframe is needed.
    #[must_use]
    pub const fn tick(&self) -> Option<Tick> {
        self.tick
    }

    /// The tick of the last frame that was applied, also while a keyframe is needed: up to there, receipts and events have
    /// been told. To be given with `resync`.
    #[must_use]
    pub const fn told(&self) -> Option<Tick> {
        self.told
    }

    /// The entities in view, ascending.
    pub fn ids(&self) -> impl Iterator<Item = EntityId> + '_ {
        self.live.iter().enumerate().filter(|(_, live)| **live).map(|(id, _)| EntityId(id as u32))
    }

    /// Whether the entity is in view.
    #[must_use]
    pub fn contains(&self, id: EntityId) -> bool {
        self.live.get(id.0 as usize).copied().unwrap_or(false)
    }

    /// A component's columns, by the component's place in the schema. `None` where the entity does not have it.
    #[must_use]
    pub fn get(&self, id: EntityId, place: usize) -> Option<&[i32]> {
        self.tables.get(place)?.get(id.0 as usize)
    }

    /// The seat's private columns.
    #[must_use]
    pub fn seat(&self) -> &[i32] {
        &self.seat
    }

    /// The highest action sequence number that the server has decided.
    #[must_use]
    pub const fn applied_seq(&self) -> ActionSeq {
        self.applied_seq
    }

    /// What the newest frame brought.
    #[must_use]
    pub const fn last(&self) -> &Applied {
        &self.last
    }

    /// Hash of the state, as servers compute it; without a meaning while a keyframe is needed.
    #[must_use]
    pub fn hash(&self) -> u32 {
        self.hash_at(self.last.tick)
    }

    fn hash_at(&self, tick: Tick) -> u32 {
        let rows = |id: EntityId| {
            let tables = self.tables.iter().zip(self.schema.components).enumerate();
            let rows = tables
                .filter_map(|(place, (table, spec))| Some(hash::row(spec, place, table.get(id.0 as usize)?, tick)));
            rows.fold(0, u32::wrapping_add)
        };
        self.ids().map(|id| hash::entity(id, rows(id))).fold(0, u32::wrapping_add)
    }

    /// Applies one frame (view part and seat part, as received).
    ///
    /// # Errors
    /// Any [`FrameError`]; the mirror then waits for a keyframe.
    pub fn apply(&mut self, frame: &[u8]) -> Result<&Applied, FrameError> {
        match self.try_apply(frame) {
            Ok(()) => Ok(&self.last),
            Err(error) => {
                self.tick = None;
                Err(error)
            }
        }
    }

    fn try_apply(&mut self, frame: &[u8]) -> Result<(), FrameError> {
        let mut reader = Reader::new(frame);
        let (header, contents) = Header::read(&mut reader)?;
        self.begin(&header)?;
        if contents.left {
            self.leave(&mut reader)?;
        }
        self.components(&mut reader, Telling::Stayed { relative: header.relative })?;
        if contents.entered {
            self.enter(&mut reader)?;
            self.components(&mut reader, Telling::Entered)?;
        }
        if contents.events {
            read_events(&mut reader, header.tick, &mut self.last.events)?;
        }
        self.seat_part(&mut reader, &header)?;
        if reader.remaining() > 0 {
            return Err(FrameError::Trailing(reader.remaining()));
        }
        if let Some(theirs) = header.hash {
            let ours = self.hash_at(header.tick);
            if ours != theirs {
                return Err(FrameError::Hash { ours, theirs });
            }
            self.last.hash_checked = true;
        }
        self.tick = Some(header.tick);
        self.forget_told(header.tick);
        Ok(())
    }

    /// Drops what was told before: a keyframe repeats what the server can't know to have arrived.
    fn forget_told(&mut self, tick: Tick) {
        let (told, last) = (self.told, &mut self.last);
        last.events.retain(|event| Some(event.tick) > told);
        last.seat_events.retain(|event| Some(event.tick) > told);
        last.receipts.retain(|receipt| Some(receipt.tick) > told);
        self.told = told.max(Some(tick));
    }

    fn begin(&mut self, header: &Header) -> Result<(), FrameError> {
        let last = &mut self.last;
        (last.tick, last.base, last.partial) = (header.tick, header.base, header.partial);
        (last.hash_checked, last.lost) = (false, false);
        last.entered.clear();
        last.left.clear();
        last.events.clear();
        last.seat_events.clear();
        last.receipts.clear();
        match header.base {
            None => {
                let live = &self.live;
                last.left.extend((0..live.len()).filter(|id| live[*id]).map(|id| EntityId(id as u32)));
                self.live.clear();
                self.tables.iter_mut().for_each(Table::clear);
                self.seat.fill(0);
                self.applied_seq = ActionSeq(0);
                Ok(())
            }
            Some(base) if self.tick == Some(base) => {
                self.tables.iter_mut().for_each(|table| table.advance(header.tick.since(base)));
                Ok(())
            }
            Some(base) => Err(FrameError::Base { base, have: self.tick }),
        }
    }

    fn leave(&mut self, reader: &mut Reader<'_>) -> Result<(), FrameError> {
        read_ids(reader, &mut self.last.left, "left")?;
        for id in &self.last.left {
            let place = id.0 as usize;
            if !self.live.get(place).copied().unwrap_or(false) {
                return Err(FrameError::Entity { id: id.0, what: "leaves without being there" });
            }
            self.live[place] = false;
            for table in &mut self.tables {
                table.remove(place);
            }
        }
        Ok(())
    }

    fn enter(&mut self, reader: &mut Reader<'_>) -> Result<(), FrameError> {
        read_ids(reader, &mut self.last.entered, "entered")?;
        for id in &self.last.entered {
            let place = id.0 as usize;
            if self.live.len() <= place {
                self.live.resize(place + 1, false);
            }
            if std::mem::replace(&mut self.live[place], true) {
                return Err(FrameError::Entity { id: id.0, what: "enters twice" });
            }
        }
        Ok(())
    }

    fn components(&mut self, reader: &mut Reader<'_>, of: Telling) -> Result<(), FrameError> {
        let relative = of == Telling::Stayed { relative: true };
        let mut above = 0;
        loop {
            let first = reader.u8("section")?;
            if first == 0 {
                return Ok(());
            }
            let place = usize::from(first & SECTION_PLACE);
            if place <= above || place > self.tables.len() {
                return Err(FrameError::Range { what: "section", value: u64::from(first) });
            }
            above = place;
            let (table, live) = (&mut self.tables[place - 1], &self.live);
            if of == Telling::Entered {
                if first & SECTION_LISTED == 0 {
                    self.scratch.clone_from(&self.last.entered);
                } else {
                    read_ids(reader, &mut self.scratch, "rows")?;
                }
            } else {
                if first & SECTION_REMOVED != 0 {
                    read_ids(reader, &mut self.scratch, "removed")?;
                    // A component that came and went between base and tick was never here: that is no error.
                    self.scratch.iter().for_each(|id| table.remove(id.0 as usize));
                }
                read_ids(reader, &mut self.scratch, "rows")?;
            }
            for id in &self.scratch {
                if !live.get(id.0 as usize).copied().unwrap_or(false) {
                    return Err(FrameError::Entity { id: id.0, what: "changes without being there" });
                }
                table.row(id.0 as usize);
            }
            let rows = (self.scratch.len(), table.columns);
            read_values(reader, rows, first, table.unsigned && !relative, &mut self.values)?;
            for (column, values) in self.values.chunks_exact(rows.0.max(1)).enumerate() {
                for (id, value) in self.scratch.iter().zip(values) {
                    table.put(id.0 as usize, column, *value, relative);
                }
            }
        }
    }

    fn seat_part(&mut self, reader: &mut Reader<'_>, header: &Header) -> Result<(), FrameError> {
        let flags = reader.u8("seat flags")?;
        if flags & !SEAT_FLAGS != 0 {
            return Err(FrameError::Range { what: "seat flags", value: u64::from(flags) });
        }
        if flags & SEAT_APPLIED != 0 {
            self.applied_seq = ActionSeq(reader.u32("applied sequence")?);
        }
        if flags & SEAT_COLUMNS != 0 {
            let mask = reader.u32("seat columns")?;
            if u64::from(mask) >> self.schema.seat.len() != 0 {
                return Err(FrameError::Range { what: "seat columns", value: u64::from(mask) });
            }
            for (place, column) in self.seat.iter_mut().enumerate() {
                if mask >> place & 1 == 1 {
                    *column = reader.i32("seat column")?;
                }
            }
        }
        if flags & SEAT_RECEIPTS != 0 {
            for _ in 0..reader.count(3, "receipts")? {
                self.last.receipts.push(Receipt::read(reader, header.tick)?);
            }
        }
        if flags & SEAT_EVENTS != 0 {
            read_events(reader, header.tick, &mut self.last.seat_events)?;
        }
        if flags & SEAT_MISSED != 0 {
            // They are older than what the view part told.
            let newer = std::mem::take(&mut self.last.events);
            read_events(reader, header.tick, &mut self.last.events)?;
            self.last.events.extend(newer);
        }
        self.last.lost = flags & SEAT_LOST != 0;
        Ok(())
    }
}

fn read_events(reader: &mut Reader<'_>, now: Tick, into: &mut Vec<Event>) -> Result<(), FrameError> {
    for _ in 0..reader.count(4, "events")? {
        into.push(Event::read(reader, now)?);
    }
    Ok(())
}

#[cfg(test)]
#[path = "mirror_tests.rs"]
mod tests;
