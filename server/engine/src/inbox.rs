//! The inbox: what comes to a match from outside, seat by seat, until the next tick, in the order it came.

use wire::{ActionSeq, Receipt, Tick};

use crate::SeatId;

/// Most actions one seat may have waiting for the next tick. 64: three times what a fast human gives in a second.
pub const MAX_WAITING: usize = 64;

/// Why an action was not taken in. Nothing of it will run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SubmitError {
    /// The match has no such seat, or nobody holds it.
    #[error("nobody holds a seat {0}")]
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

/// Why a seat was not taken or left. Nothing has changed then.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SeatError {
    /// The game's seats are held from its beginning to its end ([`crate::Game::DROP_IN`]).
    #[error("the seats of this game are not taken and left while it runs")]
    Fixed,
    /// The match has no such seat.
    #[error("there is no seat {0}")]
    NoSeat(u8),
    /// Somebody holds it.
    #[error("seat {0} is taken")]
    Taken(u8),
    /// Nobody holds it.
    #[error("nobody holds seat {0}")]
    Empty(u8),
}

/// One thing that waits for the next tick.
#[derive(Debug)]
pub(crate) enum Input<A> {
    Act { seat: SeatId, seq: ActionSeq, action: A },
    Arrive(SeatId),
    Depart(SeatId),
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
