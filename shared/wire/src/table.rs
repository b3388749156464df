//! The rows of one component on the client's side, by entity id.

use crate::ComponentSpec;

/// The rows of one component.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) columns: usize,
    pub(crate) motion: bool,
    pub(crate) unsigned: bool,
    present: Vec<bool>,
    values: Vec<i32>,
}

impl Table {
    pub(crate) const fn new(spec: &ComponentSpec) -> Self {
        let (motion, unsigned) = (spec.is_motion(), spec.unsigned);
        Self { columns: spec.columns.len(), motion, unsigned, present: Vec::new(), values: Vec::new() }
    }

    /// Forgets all rows.
    pub(crate) fn clear(&mut self) {
        self.present.clear();
        self.values.clear();
    }

    pub(crate) fn get(&self, id: usize) -> Option<&[i32]> {
        (*self.present.get(id)?).then(|| &self.values[id * self.columns..(id + 1) * self.columns])
    }

    /// The row of `id`, made of zeros where there was none.
    pub(crate) fn row(&mut self, id: usize) -> &mut [i32] {
        if self.present.len() <= id {
            self.present.resize(id + 1, false);
            self.values.resize((id + 1) * self.columns, 0);
        }
        self.present[id] = true;
        &mut self.values[id * self.columns..(id + 1) * self.columns]
    }

    /// Puts one value of a row that is there, as a frame tells it.
    pub(crate) fn put(&mut self, id: usize, column: usize, value: i32, relative: bool) {
        let row = &mut self.values[id * self.columns..(id + 1) * self.columns];
        if !relative {
            row[column] = value;
        } else if self.motion && column >= 2 {
            // The place is counted from where the new velocity leads.
            row[column - 2] = row[column - 2].wrapping_add(value.wrapping_sub(row[column]));
            row[column] = value;
        } else {
            row[column] = row[column].wrapping_add(value);
        }
    }

    /// Moves every row on by its velocity, `ticks` times. Rows that are not there are zeros and stay zeros.
    pub(crate) fn advance(&mut self, ticks: u32) {
        if self.motion {
            for row in self.values.chunks_exact_mut(4) {
                row[0] = row[0].wrapping_add(row[2].wrapping_mul(ticks as i32));
                row[1] = row[1].wrapping_add(row[3].wrapping_mul(ticks as i32));
            }
        }
    }

    /// Forgets a row, if there is one. Its values go to zero, on which a later relative row builds.
    pub(crate) fn remove(&mut self, id: usize) {
        if let Some(present) = self.present.get_mut(id) {
            *present = false;
            self.values[id * self.columns..(id + 1) * self.columns].fill(0);
        }
    }
}
