//! How much a run measures.

use super::cell::Cell;
use super::rounds::Plan;

/// The size of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Enough to see that everything works: figures mean nothing.
    Quick,
    /// What the targets need.
    Usual,
    /// Every cell.
    Full,
}

impl Size {
    /// The cells of the comparison.
    pub fn cells(self) -> Vec<Cell> {
        match self {
            Self::Quick => Cell::few(),
            Self::Usual => Cell::usual(),
            Self::Full => Cell::all(),
        }
    }

    /// The rounds of the comparison.
    pub fn plan(self) -> Plan {
        match self {
            Self::Quick => Plan { rounds: 1, warmup: 0.5, seconds: 1.0 },
            Self::Usual | Self::Full => Plan { rounds: 3, warmup: 1.0, seconds: 4.0 },
        }
    }

    /// `usual` seconds, rounds or clients, or `quick` ones.
    pub fn pick<T>(self, quick: T, usual: T) -> T {
        if self == Self::Quick { quick } else { usual }
    }
}
