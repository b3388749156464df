//! The sync engine: one match of any game, as a deterministic machine.
//!
//! Owns the world's step, seats, the action inbox, capture, views and frames. Knows no game (see [`Game`]), opens no
//! socket, starts no thread and reads no clock: whoever holds a [`Match`] says when it steps and where frames go.

mod arrivals;
mod bits;
mod bounded;
mod capture;
mod delta;
mod digest;
mod encoded;
mod events;
mod frame;
mod grid;
mod handed;
mod happening;
mod inbox;
mod interest;
mod matches;
mod registry;
mod ring;
mod seat;
mod shadow;
mod slots;
mod tables;
mod view;

pub mod game;

#[cfg(test)]
mod tests;

pub use capture::{Columns, Replicate};
pub use delta::PART_BYTES;
pub use frame::{Frame, FrameKind};
pub use game::{Game, Ids, Sight, SightSet};
pub use grid::{Area, Disc, Grid};
pub use handed::Handed;
pub use happening::{Audience, Happenings};
pub use inbox::{MAX_WAITING, SeatError, SubmitError};
pub use interest::Interest;
pub use matches::Match;
pub use registry::Registry;
pub use ring::RING;
pub use slots::{Replicated, StableId};
pub use wire::{ActionSeq, EntityId, Event, Receipt, Schema, Tick};

/// A place at the table, from 0. What a player holds; computers hold them too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SeatId(pub u8);

/// Who sees alike: a team. Frames are made per view and shared by all its clients.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ViewId(pub u8);
