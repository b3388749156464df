//! Writes frames. The caller decides what goes in (which entities entered, left and changed); this only lays out bytes.
//!
//! A frame is a view part, the same for all clients of a view, followed by a seat part. The two are written apart so
//! that the first can be shared.

use crate::frame::{
    Event, FLAG_EVENTS, Header, Receipt, SEAT_APPLIED, SEAT_COLUMNS, SEAT_EVENTS, SEAT_LOST, SEAT_MISSED,
    SEAT_RECEIPTS, SECTION_REMOVED, SeatUpdate,
};
use crate::pack::{write_ids, write_values};
use crate::{ComponentSpec, EntityId, varint};

/// The changed rows of one component, ids ascending.
#[derive(Clone, Copy, Debug)]
pub struct RowValues<'a> {
    /// Entities that have the component new or changed.
    pub ids: &'a [EntityId],
    /// Their values row by row. In a relative frame: what [`relative`] makes of them.
    pub values: &'a [i32],
    /// The component.
    pub spec: &'a ComponentSpec,
}

/// Writes the view part of one frame, section by section.
#[derive(Debug)]
pub struct FrameWriter<'a> {
    out: &'a mut Vec<u8>,
    header: Header,
    /// Where the flags stand in `out`.
    flags: usize,
}

impl<'a> FrameWriter<'a> {
    /// Starts a frame at the end of `out`. Both lists ascend; a keyframe has nothing to leave, so `left` is not written.
    pub fn begin(out: &'a mut Vec<u8>, header: Header, left: &[EntityId], entered: &[EntityId]) -> Self {
        let left = if header.base.is_some() { left } else { &[] };
        let members = !left.is_empty() || !entered.is_empty();
        let flags = header.write(out, members);
        if members {
            if header.base.is_some() {
                write_ids(out, left);
            }
            write_ids(out, entered);
        }
        Self { out, header, flags }
    }

    /// Writes one component's section, if there is anything in it. Call by ascending place. `removed` holds the
    /// entities that stay but lose the component.
    pub fn component(&mut self, place: usize, removed: &[EntityId], rows: RowValues<'_>) {
        let columns = rows.spec.columns.len();
        debug_assert_eq!(rows.values.len(), rows.ids.len() * columns);
        if removed.is_empty() && rows.ids.is_empty() {
            return;
        }
        let start = self.out.len();
        let first = place as u8 + 1;
        self.out.push(if removed.is_empty() { first } else { first | SECTION_REMOVED });
        if !removed.is_empty() {
            write_ids(self.out, removed);
        }
        write_ids(self.out, rows.ids);
        let unsigned = rows.spec.unsigned && !self.header.relative;
        self.out[start] |= write_values(self.out, rows.values, columns, unsigned);
    }

    /// Ends the view part with its events, oldest first.
    pub fn finish<'e>(self, events: impl ExactSizeIterator<Item = &'e Event>) {
        self.out.push(0);
        if events.len() > 0 {
            self.out[self.flags] |= FLAG_EVENTS;
            write_events(self.out, &self.header, events);
        }
    }
}

/// Appends a row as a relative frame tells it. `before` is the row that the receiver holds, moved on to the frame's tick
/// where the component is a motion; zeros where it holds none.
///
/// Columns are differences, but for the velocities of a motion. Its place is counted from where the new velocity leads
/// from the place held a tick ago, so that setting out and turning cost no more than the velocity.
pub fn relative(spec: &ComponentSpec, now: &[i32], before: &[i32], values: &mut Vec<i32>) {
    if spec.is_motion() {
        let place = |column: usize| {
            let steered = before[column].wrapping_sub(before[column + 2]).wrapping_add(now[column + 2]);
            now[column].wrapping_sub(steered)
        };
        values.extend([place(0), place(1), now[2], now[3]]);
    } else {
        values.extend(now.iter().zip(before).map(|(now, before)| now.wrapping_sub(*before)));
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
