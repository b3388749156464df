//! What is said between handles and tick threads.

use std::sync::atomic::{AtomicBool, AtomicU32};
use std::time::Instant;

use engine::{ActionSeq, Game, Match, SeatId, Tick};

use crate::seats::{Computer, Link, LinkId};

/// Names a match within one run of the server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MatchId(pub u64);

/// How a match ended. Given to [`Opening::on_end`] on a tick thread.
#[derive(Debug)]
pub enum Ended<O> {
    /// The game has a result.
    Over {
        /// The result.
        outcome: O,
        /// The last tick.
        tick: Tick,
    },
    /// Nobody was connected for [`crate::Config::abandon_after`], or everybody has left.
    Abandoned,
    /// The game panicked. The match is gone; others go on.
    Failed,
    /// The host shuts down.
    Shutdown,
}

/// Called with the end of a match.
pub type OnEnd<O> = Box<dyn FnOnce(Ended<O>) + Send>;

/// What [`crate::Host::open`] starts.
pub struct Opening<G: Game> {
    /// The match, not stepped yet.
    pub game: Match<G>,
    /// Number of seats.
    pub seats: usize,
    /// Called once, when the match has ended and its last frames are out.
    pub on_end: OnEnd<G::Outcome>,
}

pub(crate) enum Command<G: Game> {
    Submit { seat: SeatId, seq: ActionSeq, action: G::Action },
    Attach { seat: SeatId, id: LinkId, link: Box<dyn Link>, base: Option<Tick> },
    Detach { seat: SeatId, id: LinkId },
    Computer { seat: SeatId, computer: Box<dyn Computer<G>> },
    Seen { seat: SeatId, tick: Tick, at: Instant },
    Resync { seat: SeatId, applied: Option<Tick> },
    Close,
}

pub(crate) struct SeatCounters {
    pub(crate) submitted: AtomicU32,
    pub(crate) waiting: AtomicU32,
}

pub(crate) struct Shared {
    pub(crate) id: MatchId,
    pub(crate) tick: AtomicU32,
    pub(crate) open: AtomicBool,
    pub(crate) seats: Vec<SeatCounters>,
}
