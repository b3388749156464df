//! The action inbox: what seats want done at the next tick, in the order it came.

use wire::{ActionSeq, Receipt, Tick};

use crate::SeatId;

/// Most actions one seat may have waiting for the next tick. 64: three times what a fast human gives in a second.
pub const MAX_WAITING: usize = 64;

/// Why an action was not taken in. Nothing of it will run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SubmitError {
    /// The match has no such seat.
    #[error("there is no seat {0}")]
    NoSeat(u8),
    /// The number is not above the seat's last one: it ran already, or never will.
    #[error("action {got} is not above {last}, the last one of this seat")]
    Stale {
        /// The number given.
        got: u32,
        /// The highest number so far.
        last: u32,
    },
    /// Too many actions wait for the next tick.
    #[error("{MAX_WAITING} actions are waiting for the next tick already")]
    Full,
}

#[derive(Debug)]
pub(crate) struct Submitted<A> {
    pub(crate) seat: SeatId,
    pub(crate) seq: ActionSeq,
    pub(crate) action: A,
}

/// The receipt of an action decided at `tick`.
pub(crate) fn receipt(seq: ActionSeq, tick: Tick, result: Result<(), u8>) -> Receipt {
    let code = match result {
        Ok(()) => 0,
        Err(code) => {
            debug_assert_ne!(code, 0, "0 means applied");
            code
        }
    };
    Receipt { seq, tick, code }
}
