//! Writes frames. The caller decides what goes in (which entities entered, left and changed); this only lays out bytes.
//!
//! A frame is a view part, the same for all clients of a view, followed by a seat part. The two are written apart so
//! that the first can be shared.

use crate::frame::{
    Event, FLAG_ENTERED, FLAG_EVENTS, FLAG_PARTIAL, Header, Receipt, SEAT_APPLIED, SEAT_COLUMNS, SEAT_EVENTS,
    SEAT_LOST, SEAT_MISSED, SEAT_RECEIPTS, SECTION_LISTED, SECTION_REMOVED, SeatUpdate,
};
use crate::pack::{write_ids, write_values};
use crate::{ComponentSpec, EntityId, varint};

/// Rows of one component, ids ascending.
#[derive(Clone, Copy, Debug)]
pub struct RowValues<'a> {
    /// Entities that have the component new or changed.
    pub ids: &'a [EntityId],
    /// Their values row by row. Of those who stayed, in a relative frame: what [`relative`] makes of them.
    pub values: &'a [i32],
    /// The component.
    pub spec: &'a ComponentSpec,
}

/// Writes the view part of one frame, section by section: first of those who stayed, then of those who entered.
#[derive(Debug)]
pub struct FrameWriter<'a> {
    out: &'a mut Vec<u8>,
    header: Header,
    start: usize,
    /// Where the flags and the hash stand in `out`.
    flags: usize,
    hash: usize,
    /// How many entered. `None` as long as sections tell of those who stayed.
    entered: Option<usize>,
}

impl<'a> FrameWriter<'a> {
    /// Starts a frame at the end of `out`. `left` ascends; of a keyframe it is not written, as nobody is there to leave.
    pub fn begin(out: &'a mut Vec<u8>, header: Header, left: &[EntityId]) -> Self {
        let left = if header.base.is_some() { left } else { &[] };
        let start = out.len();
        let (flags, hash) = header.write(out, !left.is_empty());
        if !left.is_empty() {
            write_ids(out, left);
        }
        Self { out, header, start, flags, hash, entered: None }
    }

    /// Bytes written so far.
    #[must_use]
    pub const fn written(&self) -> usize {
        self.out.len() - self.start
    }

    /// The frame brings only a part of what is in view: says so, and tells the hash of that part in place of the one that
    /// the header had.
    pub fn cut(&mut self, hash: u32) {
        self.header.partial = true;
        self.out[self.flags] |= FLAG_PARTIAL;
        if self.header.hash.is_some() {
            self.out[self.hash..self.hash + 4].copy_from_slice(&hash.to_le_bytes());
        }
    }

    /// From here on sections tell of these, who entered. Ids ascend.
    pub fn enter(&mut self, entered: &[EntityId]) {
        debug_assert!(self.entered.is_none());
        self.out.push(0);
        self.entered = Some(entered.len());
        if !entered.is_empty() {
            self.out[self.flags] |= FLAG_ENTERED;
            write_ids(self.out, entered);
        }
    }

    /// Writes one component's section, if there is anything in it. Call by ascending place. `removed` holds the
    /// entities that stay but lose the component: none, once newcomers are told of.
    pub fn component(&mut self, place: usize, removed: &[EntityId], rows: RowValues<'_>) {
        let columns = rows.spec.columns.len();
        debug_assert_eq!(rows.values.len(), rows.ids.len() * columns);
        if removed.is_empty() && rows.ids.is_empty() {
            return;
        }
        let start = self.out.len();
        self.out.push(place as u8 + 1);
        match self.entered {
            None => {
                if !removed.is_empty() {
                    self.out[start] |= SECTION_REMOVED;
                    write_ids(self.out, removed);
                }
                write_ids(self.out, rows.ids);
            }
            Some(entered) => {
                debug_assert!(removed.is_empty() && rows.ids.len() <= entered);
                if rows.ids.len() < entered {
                    self.out[start] |= SECTION_LISTED;
                    write_ids(self.out, rows.ids);
                }
            }
        }
        let values = self.entered.is_some() || !self.header.relative;
        self.out[start] |= write_values(self.out, rows.values, columns, rows.spec.unsigned && values);
    }

    /// Ends the view part with its events, oldest first.
    pub fn finish<'e>(self, events: impl ExactSizeIterator<Item = &'e Event>) {
        if self.entered != Some(0) {
            self.out.push(0);
        }
        if events.len() > 0 {
            self.out[self.flags] |= FLAG_EVENTS;
            write_events(self.out, &self.header, events);
        }
    }
}

/// Puts a row into `told` as a relative frame tells it. `before` is the row that the receiver holds, moved on to the frame's
/// tick where the component is a motion; zeros where it holds none. All three are as long as the component has columns.
///
/// Columns are differences, but for the velocities of a motion. Its place is counted from where the new velocity leads
/// from the place held a tick ago, so that setting out and turning cost no more than the velocity.
pub fn relative(spec: &ComponentSpec, now: &[i32], before: &[i32], told: &mut [i32]) {
    if spec.is_motion() {
        let place = |column: usize| {
            let steered = before[column].wrapping_sub(before[column + 2]).wrapping_add(now[column + 2]);
            now[column].wrapping_sub(steered)
        };
        told.copy_from_slice(&[place(0), place(1), now[2], now[3]]);
    } else {
        let differences = now.iter().zip(before).map(|(now, before)| now.wrapping_sub(*before));
        told.iter_mut().zip(differences).for_each(|(told, difference)| *told = difference);
    }
}

/// Appends the seat part, which ends a frame.
pub fn write_seat(out: &mut Vec<u8>, header: &Header, seat: &SeatUpdate<'_>) {
    let flag = |on: bool, flag: u8| if on { flag } else { 0 };
    out.push(
        flag(seat.applied.is_some(), SEAT_APPLIED)
            | flag(!seat.columns.is_empty(), SEAT_COLUMNS)
            | flag(!seat.receipts.is_empty(), SEAT_RECEIPTS)
            | flag(!seat.events.is_empty(), SEAT_EVENTS)
            | flag(!seat.missed.is_empty(), SEAT_MISSED)
            | flag(seat.lost, SEAT_LOST),
    );
    if let Some(applied) = seat.applied {
        varint::write_u32(out, applied.0);
    }
    if !seat.columns.is_empty() {
        varint::write_u32(out, seat.columns.iter().fold(0, |mask, (place, _)| mask | 1 << place));
        for (_, value) in seat.columns {
            varint::write_i32(out, *value);
        }
    }
    if !seat.receipts.is_empty() {
        varint::write_u32(out, seat.receipts.len() as u32);
        for receipt in seat.receipts {
            Receipt::write(receipt, out, header.tick);
        }
    }
    for events in [seat.events, seat.missed] {
        if !events.is_empty() {
            write_events(out, header, events.iter());
        }
    }
}

fn write_events<'e>(out: &mut Vec<u8>, header: &Header, events: impl ExactSizeIterator<Item = &'e Event>) {
    varint::write_u32(out, events.len() as u32);
    for event in events {
        event.write(out, header.tick);
    }
}
