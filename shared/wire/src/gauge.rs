//! What columns cost in each form they can be written in, known while their values come one by one.

use crate::varint::{self, zigzag};
use crate::{ComponentSpec, FrameError};

/// Most bits of a row, so that readers get along with 32-bit arithmetic.
pub(crate) const MAX_WIDTH: u32 = 24;
/// Sections with fewer rows are not looked at for columns worth packing.
const FEW_ROWS: usize = 4;
/// Most values that [`Gauge::take`] takes: a bit of a word for each.
pub(crate) const BLOCK: usize = 64;
/// More than any column has.
const TOO_MANY: usize = usize::MAX / 64;

/// A value as the number that is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    pub(crate) unsigned: bool,
}

impl Numbers {
    /// The written number, before zigzag.
    pub(crate) const fn of(self, value: i32) -> i64 {
        if self.unsigned { value as u32 as i64 } else { value as i64 }
    }

    pub(crate) const fn coded(self, number: i64) -> u32 {
        if self.unsigned { number as u32 } else { zigzag(number as i32) }
    }

    pub(crate) fn read(self, reader: &mut varint::Reader<'_>) -> Result<i32, FrameError> {
        if self.unsigned { reader.u32("value").map(|value| value as i32) } else { reader.i32("value") }
    }
}

/// What is known of a column so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gauge {
    rows: usize,
    /// Bytes of all numbers one by one.
    plain: usize,
    /// Bytes of all numbers that differ from the one before, with the counts between them.
    repeats: usize,
    zeros: usize,
    least: i64,
    most: i64,
    before: i64,
    more: u32,
}

/// Bytes of the lengths of runs that end within a block. `starts` has a bit for each place at which one begins. `more`: how many
/// more than one the newest run has so far, where there is `any`.
pub(crate) fn ended(starts: u64, places: usize, any: bool, more: &mut u32) -> usize {
    debug_assert!(places <= BLOCK && (any || starts & 1 == 1 || places == 0));
    if starts == 0 {
        *more += places as u32;
        return 0;
    }
    let (first, last) = (starts.trailing_zeros(), u64::BITS - 1 - starts.leading_zeros());
    let before = if any { varint::len_u32(*more + first) } else { 0 };
    *more = places as u32 - 1 - last;
    // Those that begin and end here are short.
    before + starts.count_ones() as usize - 1
}

/// What a column costs in each form, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Costs {
    pub(crate) plain: usize,
    pub(crate) repeats: usize,
    pub(crate) bits: usize,
    /// Zeros in it.
    pub(crate) zeros: usize,
    pub(crate) least: i64,
    pub(crate) width: u32,
}

impl Default for Gauge {
    fn default() -> Self {
        Self {
            rows: 0,
            plain: 0,
            repeats: 0,
            zeros: 0,
            least: i64::MAX,
            most: i64::MIN,
            // No value's number.
            before: i64::MAX,
            more: 0,
        }
    }
}

impl Gauge {
    #[inline]
    pub(crate) fn push(&mut self, numbers: Numbers, value: i32) {
        let number = numbers.of(value);
        let length = varint::len_u32(numbers.coded(number));
        self.plain += length;
        self.zeros += usize::from(value == 0);
        (self.least, self.most) = (self.least.min(number), self.most.max(number));
        if self.before == number {
            self.more += 1;
        } else {
            self.repeats += length + if self.rows > 0 { varint::len_u32(self.more) } else { 0 };
            (self.before, self.more) = (number, 0);
        }
        self.rows += 1;
    }

    /// The same for up to [`BLOCK`] values in a row, without a branch for each: whether a number repeats is hard to foresee.
    pub(crate) fn take(&mut self, numbers: Numbers, values: &[i32]) {
        if numbers.unsigned {
            self.take_as(values, |value| i64::from(value as u32), |value| value as u32);
        } else {
            self.take_as(values, i64::from, zigzag);
        }
    }

    fn take_as(&mut self, values: &[i32], number: impl Fn(i32) -> i64, coded: impl Fn(i32) -> u32) {
        debug_assert!(values.len() <= BLOCK);
        let mut before = self.before;
        let (mut starts, mut all) = (0u64, 0);
        for (place, value) in values.iter().enumerate() {
            let number = number(*value);
            all |= coded(*value);
            self.zeros += usize::from(*value == 0);
            (self.least, self.most) = (self.least.min(number), self.most.max(number));
            starts |= u64::from(before != number) << place;
            before = number;
        }
        if varint::is_short(all) {
            self.plain += values.len();
            self.repeats += starts.count_ones() as usize;
        } else {
            for (place, value) in values.iter().enumerate() {
                let length = varint::len_u32(coded(*value));
                self.plain += length;
                self.repeats += if starts >> place & 1 == 1 { length } else { 0 };
            }
        }
        self.before = before;
        self.repeats += ended(starts, values.len(), self.rows > 0, &mut self.more);
        self.rows += values.len();
    }

    pub(crate) fn costs(&self, numbers: Numbers) -> Costs {
        let Self { rows, plain, repeats, zeros, least, most, more, .. } = *self;
        if rows == 0 {
            return Costs { plain, repeats, bits: TOO_MANY, zeros, least: 0, width: 0 };
        }
        let width = 64 - ((most - least) as u64).leading_zeros();
        let packed = varint::len_u32(numbers.coded(least)) + 1 + (rows * width as usize).div_ceil(8);
        let bits = if width > MAX_WIDTH { TOO_MANY } else { packed };
        Costs { plain, repeats: repeats + varint::len_u32(more), bits, zeros, least, width }
    }
}

/// What the values of a section cost in each form, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SectionCosts {
    pub(crate) plain: usize,
    pub(crate) zeros: usize,
    pub(crate) packed: usize,
}

impl SectionCosts {
    /// From those of its columns.
    pub(crate) fn of(columns: impl ExactSizeIterator<Item = Costs>, rows: usize) -> Self {
        let count = columns.len();
        let mut section = Self { plain: 0, zeros: (rows * count).div_ceil(8), packed: count.div_ceil(4) };
        for costs in columns {
            section.plain += costs.plain;
            section.zeros += costs.plain - costs.zeros;
            section.packed += costs.plain.min(costs.repeats).min(costs.bits);
        }
        if rows < FEW_ROWS {
            section.packed = usize::MAX;
        }
        section
    }

    fn least(&self) -> usize {
        self.plain.min(self.zeros).min(self.packed)
    }
}

/// Foresees how long the part of a frame gets that tells of newcomers, entity by entity.
#[derive(Debug, Default)]
pub struct Forecast {
    entities: usize,
    sections: Vec<Section>,
}

#[derive(Debug)]
struct Section {
    numbers: Numbers,
    rows: usize,
    columns: Vec<Gauge>,
}

impl Forecast {
    /// Nobody yet.
    pub fn begin(&mut self, components: &[ComponentSpec]) {
        self.entities = 0;
        self.sections.resize_with(components.len(), || Section {
            numbers: Numbers { unsigned: false },
            rows: 0,
            columns: Vec::new(),
        });
        for (section, spec) in self.sections.iter_mut().zip(components) {
            (section.numbers, section.rows) = (Numbers { unsigned: spec.unsigned }, 0);
            section.columns.clear();
            section.columns.resize(spec.columns.len(), Gauge::default());
        }
    }

    /// One newcomer more, with its rows by place; `None` for those it does not have.
    pub fn add<'r>(&mut self, rows: impl Iterator<Item = Option<&'r [i32]>>) {
        self.entities += 1;
        for (section, row) in self.sections.iter_mut().zip(rows) {
            let Some(row) = row else { continue };
            section.rows += 1;
            for (gauge, value) in section.columns.iter_mut().zip(row) {
                gauge.push(section.numbers, *value);
            }
        }
    }

    /// About how many bytes they take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let sections = self.sections.iter().filter(|section| section.rows > 0);
        let section = |section: &Section| {
            let columns = section.columns.iter().map(|gauge| gauge.costs(section.numbers));
            // Where not all have it, who does takes a list, mostly of half bytes.
            let ids = if section.rows == self.entities { 0 } else { 2 + section.rows / 2 };
            1 + ids + SectionCosts::of(columns, section.rows).least()
        };
        4 + sections.map(section).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn some_values() -> impl Strategy<Value = Vec<i32>> {
        let value = prop_oneof![4 => Just(0), 2 => -2..3i32, 1 => -70_000..70_000i32, 1 => any::<i32>()];
        // Some runs are longer than a block.
        let run = (value, prop_oneof![6 => Just(1usize), 2 => 1..5usize, 1 => 60..300usize]);
        let runs = prop::collection::vec(run, 0..40);
        runs.prop_map(|runs| runs.into_iter().flat_map(|(value, times)| vec![value; times]).collect())
    }

    proptest! {
        #[test]
        fn values_in_blocks_are_gauged_as_one_by_one(values in some_values(), unsigned: bool, size in 1..=BLOCK) {
            let numbers = Numbers { unsigned };
            let (mut blocks, mut singles) = (Gauge::default(), Gauge::default());
            values.chunks(size).for_each(|block| blocks.take(numbers, block));
            values.iter().for_each(|value| singles.push(numbers, *value));
            prop_assert_eq!(blocks.costs(numbers), singles.costs(numbers));
        }
    }
}
