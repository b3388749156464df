//! Writes frames. The caller decides what goes in (which entities entered, left and changed); this only lays out bytes.
//!
//! A frame is a view part, the same for all clients of a view, followed by a seat part. The two are written apart so
//! that the first can be shared.

use crate::frame::{Event, Header, Receipt, SECTION_REMOVED, SeatUpdate};
use crate::{EntityId, varint};

/// The changed rows of one component, ids ascending.
#[derive(Clone, Copy, Debug)]
pub struct RowValues<'a> {
    /// Entities that have the component new or changed.
    pub ids: &'a [EntityId],
    /// Their values row by row, `columns` numbers each.
    pub values: &'a [i32],
    /// Columns of the component.
    pub columns: usize,
}

/// Writes the view part of one frame, section by section.
#[derive(Debug)]
pub struct FrameWriter<'a> {
    out: &'a mut Vec<u8>,
    header: Header,
}

impl<'a> FrameWriter<'a> {
    /// Starts a frame at the end of `out`. Both lists ascend; a keyframe has nothing to leave, so `left` is not written.
    pub fn begin(out: &'a mut Vec<u8>, header: Header, left: &[EntityId], entered: &[EntityId]) -> Self {
        header.write(out);
        if header.base.is_some() {
            write_ids(out, left);
        }
        write_ids(out, entered);
        Self { out, header }
    }

    /// Writes one component's section, if there is anything in it. Call by ascending place. `removed` holds the
    /// entities that stay but lose the component.
    pub fn component(&mut self, place: usize, removed: &[EntityId], rows: RowValues<'_>) {
        debug_assert_eq!(rows.values.len(), rows.ids.len() * rows.columns);
        if removed.is_empty() && rows.ids.is_empty() {
            return;
        }
        let first = place as u8 + 1;
        self.out.push(if removed.is_empty() { first } else { first | SECTION_REMOVED });
        if !removed.is_empty() {
            write_ids(self.out, removed);
        }
        write_ids(self.out, rows.ids);
        for column in 0..rows.columns {
            for row in rows.values.chunks_exact(rows.columns) {
                varint::write_i32(self.out, row[column]);
            }
        }
    }

    /// Ends the view part with its events, oldest first.
    pub fn finish<'e>(self, events: impl ExactSizeIterator<Item = &'e Event>) {
        self.out.push(0);
        write_events(self.out, &self.header, events);
    }
}

/// Appends the seat part, which ends a frame.
pub fn write_seat(out: &mut Vec<u8>, header: &Header, seat: &SeatUpdate<'_>) {
    varint::write_u32(out, seat.applied.0);
    varint::write_u32(out, seat.columns.iter().fold(0, |mask, (place, _)| mask | 1 << place));
    for (_, value) in seat.columns {
        varint::write_i32(out, *value);
    }
    varint::write_u32(out, seat.receipts.len() as u32);
    for receipt in seat.receipts {
        Receipt::write(receipt, out, header.tick);
    }
    write_events(out, header, seat.events.iter());
}

fn write_events<'e>(out: &mut Vec<u8>, header: &Header, events: impl ExactSizeIterator<Item = &'e Event>) {
    varint::write_u32(out, events.len() as u32);
    for event in events {
        event.write(out, header.tick);
    }
}

/// A count, the first id, then the gaps less one: dense ids cost a byte each.
fn write_ids(out: &mut Vec<u8>, ids: &[EntityId]) {
    varint::write_u32(out, ids.len() as u32);
    let mut next = 0;
    for id in ids {
        debug_assert!(id.0 >= next, "ids must ascend");
        varint::write_u32(out, id.0 - next);
        next = id.0 + 1;
    }
}
