//! Coming and going while a match runs, in games that allow it.
//!
//! Like actions, arrivals and departures wait for the next tick, so that everything that changes the world does so
//! within a step and in the order it came.

use wire::ActionSeq;

use crate::inbox::{Input, SeatError};
use crate::seat::{Hold, Seat};
use crate::{Game, Match, SeatId};

impl<G: Game> Match<G> {
    /// Somebody takes an empty seat at the next tick; its first frame is that of this tick. Actions may be submitted
    /// at once, numbered from 1.
    ///
    /// # Errors
    /// [`SeatError`]; nothing happens then.
    pub fn arrive(&mut self, seat: SeatId) -> Result<(), SeatError> {
        let state = self.changeable(seat)?;
        if state.hold != Hold::Empty {
            return Err(SeatError::Taken(seat.0));
        }
        state.hold = Hold::Arriving;
        state.submitted = ActionSeq(0);
        self.inbox.push(Input::Arrive(seat));
        Ok(())
    }

    /// Whoever holds the seat leaves it for good at the next tick, after the actions they have submitted. There are no
    /// frames for it from now on, and it is free after that tick.
    ///
    /// # Errors
    /// [`SeatError`]; nothing happens then.
    pub fn depart(&mut self, seat: SeatId) -> Result<(), SeatError> {
        let state = self.changeable(seat)?;
        if !state.may_act() {
            return Err(SeatError::Empty(seat.0));
        }
        state.hold = Hold::Leaving;
        self.inbox.push(Input::Depart(seat));
        Ok(())
    }

    /// The lowest seat that can be taken. `None` also where seats are held from beginning to end.
    #[must_use]
    pub fn free_seat(&self) -> Option<SeatId> {
        let free = self.seats.iter().position(|state| state.hold == Hold::Empty)?;
        Some(SeatId(free as u8))
    }

    fn changeable(&mut self, seat: SeatId) -> Result<&mut Seat, SeatError> {
        if !G::DROP_IN {
            return Err(SeatError::Fixed);
        }
        self.seats.get_mut(usize::from(seat.0)).ok_or(SeatError::NoSeat(seat.0))
    }
}
