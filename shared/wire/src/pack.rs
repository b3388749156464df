//! Packed lists: ascending ids, and the value columns of a section, each in the shortest of a few forms. PROTOCOL.md,
//! "Numbers" and "A section", describes the bytes.

use crate::frame::{SECTION_COLUMNS, SECTION_ZEROS};
use crate::gauge::{BLOCK, Costs, Gauge, MAX_WIDTH, Numbers, SectionCosts, ended};
use crate::schema::{MAX_COLUMNS, MAX_ENTITY_ID};
use crate::varint::{self, Reader};
use crate::{EntityId, FrameError};

/// Id lists: a gap for each id.
const GAPS: u32 = 0;
/// Id lists: runs of neighbours.
const RUNS: u32 = 1;
/// Id lists: gaps in half bytes.
const NIBBLES: u32 = 2;
/// A half byte that stands for a gap of at least so much; the rest follows as a varint.
const ESCAPE: u32 = 15;

/// Columns: a number for each row.
const PLAIN: u8 = 0;
/// Columns: pairs of a number and how many more rows have it.
const REPEATS: u8 = 1;
/// Columns: the least number, a width, and so many bits for each row.
const BITS: u8 = 2;
/// Appends ascending ids.
pub(crate) fn write_ids(out: &mut Vec<u8>, ids: &[EntityId]) {
    let gaps = || {
        let before = std::iter::once(0).chain(ids.iter().map(|id| id.0 + 1));
        ids.iter().zip(before).map(|(id, next)| {
            debug_assert!(id.0 >= next, "ids must ascend");
            id.0 - next
        })
    };
    let (mut plain, mut escapes, mut runs, mut more) = (0, 0, 0, 0);
    let (mut any, mut next) = (false, 0);
    for block in ids.chunks(BLOCK) {
        let (mut starts, mut all, mut long) = (0u64, 0, 0);
        // Without a branch for each, as in `Gauge::take`.
        let first = next;
        for (place, id) in block.iter().enumerate() {
            let gap = id.0 - next;
            starts |= u64::from(gap > 0) << place;
            all |= gap;
            long += usize::from(gap >= ESCAPE);
            next = id.0 + 1;
        }
        starts |= u64::from(!any);
        if varint::is_short(all) {
            plain += block.len();
            runs += starts.count_ones() as usize;
            escapes += long;
        } else {
            let mut next = first;
            for (place, id) in block.iter().enumerate() {
                let gap = id.0 - next;
                let length = varint::len_u32(gap);
                plain += length;
                runs += if starts >> place & 1 == 1 { length } else { 0 };
                escapes += if gap >= ESCAPE { varint::len_u32(gap - ESCAPE) } else { 0 };
                next = id.0 + 1;
            }
        }
        runs += ended(starts, block.len(), any, &mut more);
        any = true;
    }
    runs += if any { varint::len_u32(more) } else { 0 };
    let nibbles = ids.len().div_ceil(2) + escapes;
    let count = (ids.len() as u32) << 2;
    if plain <= nibbles && plain <= runs {
        varint::write_u32(out, count | GAPS);
        gaps().for_each(|gap| varint::write_u32(out, gap));
    } else if runs <= nibbles {
        varint::write_u32(out, count | RUNS);
        let (mut next, mut left) = (0, ids);
        while let Some(first) = left.first() {
            let length = left.iter().zip(first.0..).take_while(|(id, wanted)| id.0 == *wanted).count();
            varint::write_u32(out, first.0 - next);
            varint::write_u32(out, length as u32 - 1);
            next = first.0 + length as u32;
            left = &left[length..];
        }
    } else {
        varint::write_u32(out, count | NIBBLES);
        let start = out.len();
        out.resize(start + ids.len().div_ceil(2), 0);
        let mut halves = gaps().map(|gap| gap.min(ESCAPE) as u8);
        for byte in &mut out[start..] {
            *byte = halves.next().unwrap_or(0) | halves.next().unwrap_or(0) << 4;
        }
        if escapes > 0 {
            gaps().filter(|gap| *gap >= ESCAPE).for_each(|gap| varint::write_u32(out, gap - ESCAPE));
        }
    }
}

/// Reads ascending ids; `into` is emptied first.
pub(crate) fn read_ids(
    reader: &mut Reader<'_>,
    into: &mut Vec<EntityId>,
    what: &'static str,
) -> Result<(), FrameError> {
    into.clear();
    let head = reader.u32(what)?;
    let (count, form) = (head >> 2, head & 3);
    if count > MAX_ENTITY_ID + 1 {
        return Err(FrameError::Range { what, value: u64::from(count) });
    }
    let mut next = 0;
    let mut push = |into: &mut Vec<EntityId>, gap: u32| {
        let id = next + u64::from(gap);
        if id > u64::from(MAX_ENTITY_ID) {
            return Err(FrameError::Range { what, value: id });
        }
        into.push(EntityId(id as u32));
        next = id + 1;
        Ok(())
    };
    match form {
        GAPS => (0..count).try_for_each(|_| push(into, reader.u32(what)?)),
        RUNS => {
            while into.len() < count as usize {
                let (gap, more) = (reader.u32(what)?, reader.u32(what)?);
                if more as usize >= count as usize - into.len() {
                    return Err(FrameError::Range { what, value: u64::from(more) });
                }
                push(into, gap)?;
                (0..more).try_for_each(|_| push(into, 0))?;
            }
            Ok(())
        }
        NIBBLES => {
            let halves = reader.bytes((count as usize).div_ceil(2), what)?;
            for place in 0..count as usize {
                let half = u32::from(halves[place / 2] >> (place % 2 * 4) & 15);
                let more = if half == ESCAPE { reader.u32(what)? } else { 0 };
                push(into, half.saturating_add(more))?;
            }
            Ok(())
        }
        _ => Err(FrameError::Range { what, value: u64::from(form) }),
    }
}

/// Appends the values of a section, given row by row, in the shortest form. Returns the flag of that form.
pub(crate) fn write_values(out: &mut Vec<u8>, values: &[i32], columns: usize, unsigned: bool) -> u8 {
    let numbers = Numbers { unsigned };
    let rows = values.len() / columns;
    let column = |at: usize| values[at.min(values.len())..].iter().step_by(columns).copied();
    let write = |out: &mut Vec<u8>, value: i32| varint::write_u32(out, numbers.coded(numbers.of(value)));
    let mut costs = [Costs::default(); MAX_COLUMNS];
    let costs = &mut costs[..columns];
    for (at, costs) in costs.iter_mut().enumerate() {
        let mut gauge = Gauge::default();
        let mut block = [0; BLOCK];
        for rows in values.chunks(BLOCK * columns) {
            let rows = rows.chunks_exact(columns);
            let count = rows.len();
            block.iter_mut().zip(rows).for_each(|(value, row)| *value = row[at]);
            gauge.take(numbers, &block[..count]);
        }
        *costs = gauge.costs(numbers);
    }
    let SectionCosts { plain, zeros, packed } = SectionCosts::of(costs.iter().copied(), rows);
    if plain <= zeros && plain <= packed {
        (0..columns).flat_map(column).for_each(|value| write(out, value));
        return 0;
    }
    if zeros <= packed {
        let start = out.len();
        out.resize(start + values.len().div_ceil(8), 0);
        for (place, value) in (0..columns).flat_map(column).enumerate() {
            if value != 0 {
                out[start + place / 8] |= 1 << (place % 8);
                write(out, value);
            }
        }
        return SECTION_ZEROS;
    }
    let forms = out.len();
    out.resize(forms + columns.div_ceil(4), 0);
    for at in 0..columns {
        let costs = &costs[at];
        let form = if costs.plain <= costs.repeats && costs.plain <= costs.bits {
            column(at).for_each(|value| write(out, value));
            PLAIN
        } else if costs.repeats <= costs.bits {
            write_repeats(out, column(at), write);
            REPEATS
        } else {
            varint::write_u32(out, numbers.coded(costs.least));
            out.push(costs.width as u8);
            write_bits(out, column(at).map(|value| (numbers.of(value) - costs.least) as u32), costs.width);
            BITS
        };
        out[forms + at / 4] |= form << (at % 4 * 2);
    }
    SECTION_COLUMNS
}

fn write_repeats(out: &mut Vec<u8>, values: impl Iterator<Item = i32>, write: impl Fn(&mut Vec<u8>, i32)) {
    let mut values = values.peekable();
    while let Some(value) = values.next() {
        let mut more = 0;
        while values.next_if_eq(&value).is_some() {
            more += 1;
        }
        write(out, value);
        varint::write_u32(out, more);
    }
}

fn write_bits(out: &mut Vec<u8>, values: impl Iterator<Item = u32>, width: u32) {
    let (mut bits, mut held) = (0u64, 0);
    for value in values {
        bits |= u64::from(value) << held;
        held += width;
        if held >= 32 {
            out.extend_from_slice(&(bits as u32).to_le_bytes());
            bits >>= 32;
            held -= 32;
        }
    }
    out.extend_from_slice(&(bits as u32).to_le_bytes()[..held.div_ceil(8) as usize]);
}

/// Reads the values of a section, column by column; `into` is emptied first. `form` holds the section's flags.
pub(crate) fn read_values(
    reader: &mut Reader<'_>,
    (rows, columns): (usize, usize),
    form: u8,
    unsigned: bool,
    into: &mut Vec<i32>,
) -> Result<(), FrameError> {
    let numbers = Numbers { unsigned };
    into.clear();
    match form & (SECTION_ZEROS | SECTION_COLUMNS) {
        0 => (0..rows * columns).try_for_each(|_| numbers.read(reader).map(|value| into.push(value))),
        SECTION_ZEROS => {
            let there = reader.bytes((rows * columns).div_ceil(8), "zeros")?;
            (0..rows * columns).try_for_each(|place| {
                let zero = there[place / 8] >> (place % 8) & 1 == 0;
                into.push(if zero { 0 } else { numbers.read(reader)? });
                Ok(())
            })
        }
        SECTION_COLUMNS => {
            let forms = reader.bytes(columns.div_ceil(4), "forms")?;
            (0..columns).try_for_each(|at| match forms[at / 4] >> (at % 4 * 2) & 3 {
                PLAIN => (0..rows).try_for_each(|_| numbers.read(reader).map(|value| into.push(value))),
                REPEATS => read_repeats(reader, numbers, (at + 1) * rows, into),
                BITS => read_bits(reader, numbers, rows, into),
                form => Err(FrameError::Range { what: "form", value: u64::from(form) }),
            })
        }
        both => Err(FrameError::Range { what: "section", value: u64::from(both) }),
    }
}

fn read_repeats(
    reader: &mut Reader<'_>,
    numbers: Numbers,
    until: usize,
    into: &mut Vec<i32>,
) -> Result<(), FrameError> {
    while into.len() < until {
        let (value, more) = (numbers.read(reader)?, reader.u32("repeats")?);
        if more as usize >= until - into.len() {
            return Err(FrameError::Range { what: "repeats", value: u64::from(more) });
        }
        into.extend(std::iter::repeat_n(value, more as usize + 1));
    }
    Ok(())
}

fn read_bits(reader: &mut Reader<'_>, numbers: Numbers, rows: usize, into: &mut Vec<i32>) -> Result<(), FrameError> {
    let least = numbers.read(reader)?;
    let width = u32::from(reader.u8("width")?);
    if width > MAX_WIDTH {
        return Err(FrameError::Range { what: "width", value: u64::from(width) });
    }
    let mut bytes = reader.bytes((rows * width as usize).div_ceil(8), "bits")?.iter();
    let (mut bits, mut held, mask) = (0u32, 0, (1u32 << width) - 1);
    for _ in 0..rows {
        while held < width {
            bits |= u32::from(*bytes.next().unwrap_or(&0)) << held;
            held += 8;
        }
        into.push(least.wrapping_add((bits & mask) as i32));
        bits >>= width;
        held -= width;
    }
    Ok(())
}

#[cfg(test)]
#[path = "pack_tests.rs"]
mod tests;
