//! One connection: where it sits, how fast it may act, and what it did wrong.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use host::Ticket;
use messages::session::ProblemCode;

use crate::limit::Bucket;
use crate::session::problem::{self, Refused};
use crate::session::seats::Seat;

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
    problems: AtomicU32,
    /// Bit per code: those that were logged.
    logged: AtomicU32,
}

impl Player {
    pub(super) fn new(actions_per_s: u32, now: Duration) -> Self {
        Self {
            place: Mutex::default(),
            actions: Mutex::new(Bucket::new(actions_per_s, now)),
            problems: AtomicU32::new(0),
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

    /// Counts a problem; returns how many there were by now.
    pub(super) fn count_problem(&self) -> u32 {
        self.problems.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// True the first time for each code.
    pub(super) fn first_problem(&self, code: ProblemCode) -> bool {
        let bit = 1 << (code as u32);
        self.logged.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }
}
