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

    /// The rounds of the comparison. Single turns differ by a third at times, so there are twelve. The warm-up is as long as it takes until
    /// all is at its full size that grows with what is sent: at 20 Hz a log of 65,536 bytes is full after some 50 events of 1,000
    /// bytes, 3 s, and goes on in the same memory.
    pub fn plan(self) -> Plan {
        match self {
            Self::Quick => Plan { rounds: 1, turns: 2, warmup: 0.5, seconds: 0.5 },
            Self::Usual | Self::Full => Plan { rounds: 3, turns: 4, warmup: 4.0, seconds: 1.5 },
        }
    }

    /// `usual` seconds, rounds or clients, or `quick` ones.
    pub fn pick<T>(self, quick: T, usual: T) -> T {
        if self == Self::Quick { quick } else { usual }
    }
}
