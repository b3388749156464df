//! One connection: where it sits, how fast it may act, and what it did wrong.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use host::Ticket;
use messages::session::ProblemCode;

use crate::limit::Bucket;
use crate::session::problem::{self, Refused};
use crate::session::seats::Seat;

/// Problems that are forgotten each second.
const FORGIVEN_PER_S: u32 = 1;

/// Where a connection is.
#[derive(Default)]
pub(super) enum Place {
    /// In no match.
    #[default]
    Nowhere,
    /// In the waiting room, or on the way from it to a match. The token tells one wait from the next.
    Waiting {
        /// Place in the room; `None` for who plays alone and does not wait.
        ticket: Option<Ticket>,
        /// Token of the seat to come.
        token: String,
    },
    /// At a seat of a match.
    Seated(Arc<Seat>),
    /// In no match any more. What was under way when it ended still arrives, and is no fault.
    Done,
}

impl Place {
    /// Whether this is the wait that ends with the seat of `wanted`.
    pub(super) fn awaits(&self, wanted: &str) -> bool {
        matches!(self, Self::Waiting { token, .. } if token == wanted)
    }

    /// Whether a match may be joined from here.
    pub(super) const fn is_free(&self) -> bool {
        matches!(self, Self::Nowhere | Self::Done)
    }
}

/// The data slot of a socket.
pub(super) struct Player {
    place: Mutex<Place>,
    actions: Mutex<Bucket>,
    /// What may still go wrong. One is forgiven each second.
    problems: Mutex<Bucket>,
    /// Bit per code: those that were logged.
    logged: AtomicU32,
}

impl Player {
    pub(super) fn new(actions_per_s: u32, max_problems: u32, now: Duration) -> Self {
        Self {
            place: Mutex::default(),
            actions: Mutex::new(Bucket::new(actions_per_s, actions_per_s.saturating_mul(2), now)),
            // The one beyond those that are borne is the last.
            problems: Mutex::new(Bucket::new(FORGIVEN_PER_S, max_problems.saturating_sub(1), now)),
            logged: AtomicU32::new(0),
        }
    }

    pub(super) fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The seat this connection sits at.
    pub(super) fn seat(&self) -> Result<Arc<Seat>, Refused> {
        match &*self.place() {
            Place::Seated(seat) => Ok(Arc::clone(seat)),
            Place::Nowhere | Place::Waiting { .. } => Err(problem::not_seated()),
            Place::Done => Err(problem::too_late()),
        }
    }

    /// Frees the connection if it sits at this seat.
    pub(super) fn rise(&self, seat: &Arc<Seat>) {
        let mut place = self.place();
        if matches!(&*place, Place::Seated(held) if Arc::ptr_eq(held, seat)) {
            *place = Place::Done;
        }
    }

    pub(super) fn may_act(&self, now: Duration) -> bool {
        self.actions.lock().unwrap_or_else(PoisonError::into_inner).take(now)
    }

    /// Counts a problem. False when it is one too many.
    pub(super) fn may_err(&self, now: Duration) -> bool {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner).take(now)
    }

    /// True the first time for each code.
    pub(super) fn first_problem(&self, code: ProblemCode) -> bool {
        let bit = 1 << (code as u32);
        self.logged.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_many_problems_is_one_too_many_and_time_forgives() {
        let player = Player::new(50, 100, Duration::ZERO);
        assert!((1..100).all(|_| player.may_err(Duration::ZERO)));
        assert!(!player.may_err(Duration::ZERO), "the hundredth");
        let slowly = Player::new(50, 100, Duration::ZERO);
        assert!((0..1_000).all(|s| slowly.may_err(Duration::from_secs(s))), "one a second is borne for ever");
    }
}
