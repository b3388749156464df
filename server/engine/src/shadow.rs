//! Shadow tables: what clients hold of each component, by slot. Everything sent to clients is read from here.

use std::ops::Range;

use wire::schema::{Kind, MAX_COLUMNS};
use wire::{ComponentSpec, Tick, hash, relative};

use crate::bits::Bits;

/// The columns of one component, by slot.
#[derive(Debug)]
pub(crate) struct Shadow {
    /// Its place in the schema.
    place: usize,
    pub(crate) spec: &'static ComponentSpec,
    present: Vec<bool>,
    values: Vec<i32>,
    /// What this tick has made of each row, as [`relative`] tells it. Only meaningful for slots in `stepped`.
    steps: Vec<i32>,
    /// The tick a row last appeared, changed or vanished at. Going on with the same velocity is no change.
    last_changed: Vec<Tick>,
    /// Slots whose row appeared, changed or vanished in this tick, in no order, each once.
    pub(crate) changed: Vec<u32>,
    /// Those of them that have a row, and those that have lost theirs.
    pub(crate) stepped: Bits,
    pub(crate) vanished: Bits,
    /// By how much the hash of each of them has grown.
    pub(crate) gains: Vec<u32>,
    /// The hash of each row; 0 where there is none.
    hashes: Vec<u32>,
    /// Rows with a velocity. Empty for components that are no motion.
    moving: Moving,
}

/// The slots whose rows move on by themselves.
#[derive(Debug, Default)]
struct Moving {
    /// In no order; may hold some that have come to rest since the last tick.
    list: Vec<u32>,
    listed: Vec<bool>,
    /// The tick a slot's component was last compared with its row at.
    compared: Vec<Tick>,
}

impl Shadow {
    pub(crate) fn new(place: usize, spec: &'static ComponentSpec) -> Self {
        Self {
            place,
            spec,
            present: Vec::new(),
            values: Vec::new(),
            steps: Vec::new(),
            last_changed: Vec::new(),
            changed: Vec::new(),
            stepped: Bits::default(),
            vanished: Bits::default(),
            gains: Vec::new(),
            hashes: Vec::new(),
            moving: Moving::default(),
        }
    }

    /// The row of a slot, where the component is there.
    pub(crate) fn row(&self, slot: u32) -> Option<&[i32]> {
        (*self.present.get(slot as usize)?).then(|| &self.values[self.range(slot)])
    }

    /// The row as a frame tells it whose base is the tick before. Only for slots in `stepped`.
    pub(crate) fn step(&self, slot: u32) -> &[i32] {
        &self.steps[self.range(slot)]
    }

    pub(crate) fn changed_after(&self, slot: u32, base: Tick) -> bool {
        self.last_changed.get(slot as usize).is_some_and(|tick| *tick > base)
    }

    const fn range(&self, slot: u32) -> Range<usize> {
        let columns = self.spec.columns.len();
        slot as usize * columns..(slot as usize + 1) * columns
    }

    /// Starts a tick: makes room for `slots` slots and moves on what has a velocity, as clients do.
    pub(crate) fn begin(&mut self, slots: usize) {
        self.changed.clear();
        self.stepped.clear();
        self.vanished.clear();
        self.gains.clear();
        if self.present.len() < slots {
            let columns = self.spec.columns.len();
            self.present.resize(slots, false);
            self.last_changed.resize(slots, Tick(0));
            self.hashes.resize(slots, 0);
            self.values.resize(slots * columns, 0);
            self.steps.resize(slots * columns, 0);
            if self.spec.is_motion() {
                self.moving.listed.resize(slots, false);
                self.moving.compared.resize(slots, Tick(0));
            }
        }
        let Moving { list, listed, .. } = &mut self.moving;
        list.retain(|slot| {
            let row = &mut self.values[*slot as usize * 4..][..4];
            row[0] = row[0].wrapping_add(row[2]);
            row[1] = row[1].wrapping_add(row[3]);
            let moves = row[2] != 0 || row[3] != 0;
            listed[*slot as usize] = moves;
            moves
        });
    }

    /// How many rows there are for [`Self::unseen`].
    pub(crate) const fn moving(&self) -> usize {
        self.moving.list.len()
    }

    /// The slot of a row that moved on and was not compared with its component in this tick.
    pub(crate) fn unseen(&self, place: usize, tick: Tick) -> Option<u32> {
        let slot = self.moving.list[place];
        (self.moving.compared[slot as usize] != tick).then_some(slot)
    }

    /// Compares a row with the component's columns and stores them where clients must be told.
    pub(crate) fn store(&mut self, slot: u32, columns: &[i32], tick: Tick) {
        let mut room = [0; MAX_COLUMNS];
        let row = self.quantized(columns, &mut room);
        let (place, range) = (slot as usize, self.range(slot));
        let held = &self.values[range.clone()];
        let good = match self.spec.kind {
            Kind::State => held == row,
            Kind::Motion { tolerance } => {
                self.moving.compared[place] = tick;
                let near = |column: usize| row[column].wrapping_sub(held[column]).unsigned_abs() <= tolerance;
                let stops = row[2..] == [0, 0] && held[2..] != [0, 0];
                !stops && near(0) && near(1)
            }
        };
        if good && self.present[place] {
            return;
        }
        if self.spec.is_motion() && (row[2] != 0 || row[3] != 0) && !self.moving.listed[place] {
            self.moving.listed[place] = true;
            self.moving.list.push(slot);
        }
        let hash = hash::row(self.spec, self.place, row, tick);
        relative(self.spec, row, held, &mut self.steps[range.clone()]);
        self.values[range].copy_from_slice(row);
        self.present[place] = true;
        self.stepped.insert(slot);
        self.touch(slot, hash, tick);
    }

    pub(crate) fn remove(&mut self, slot: u32, tick: Tick) {
        if std::mem::replace(&mut self.present[slot as usize], false) {
            let range = self.range(slot);
            self.values[range].fill(0);
            self.vanished.insert(slot);
            self.touch(slot, 0, tick);
        }
    }

    fn touch(&mut self, slot: u32, hash: u32, tick: Tick) {
        debug_assert_ne!(self.last_changed[slot as usize], tick, "slot {slot} changed twice");
        self.last_changed[slot as usize] = tick;
        self.changed.push(slot);
        self.gains.push(hash.wrapping_sub(std::mem::replace(&mut self.hashes[slot as usize], hash)));
    }

    /// The row in steps, to the nearest; halves go up.
    pub(crate) fn quantized<'a>(&self, row: &'a [i32], room: &'a mut [i32; MAX_COLUMNS]) -> &'a [i32] {
        if self.spec.steps.is_empty() {
            return row;
        }
        for ((value, step), out) in row.iter().zip(self.spec.steps).zip(room.iter_mut()) {
            let step = i64::from(*step);
            *out = (i64::from(*value) + step / 2).div_euclid(step) as i32;
        }
        &room[..row.len()]
    }
}
