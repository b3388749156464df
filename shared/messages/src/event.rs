//! Things that happen rather than are: the `kind` of a frame's events and their arguments.

use serde::Serialize;
use ts_rs::TS;

/// What happened. View events reach who sees all that takes part; seat events only the seat they concern.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum EventKind {
    /// View: a shot left a bow. Subject: the shooter. Arguments: from x, from y, to x, to y (1/256 tile).
    Shot = 1,
    /// View: a blow was struck. Subject: the one that strikes. Arguments: x, y of the one that is struck.
    Hit = 2,
    /// View: something fell. Subject: it. Arguments: x, y, kind, owner.
    Fell = 3,
    /// Seat: a unit came out of training. Arguments: kind, x, y.
    Trained = 4,
    /// Seat: a building is finished. Arguments: kind, x, y.
    Built = 5,
    /// Seat: something of one's own is under attack; at most every five seconds. Arguments: x, y.
    Alarm = 6,
    /// Seat: a deposit that one's workers dug in is empty. Arguments: x, y.
    Exhausted = 7,
    /// View (all views): a team has lost its last keep. Arguments: team.
    Defeated = 8,
}

impl EventKind {
    /// All kinds.
    pub const ALL: [Self; 8] =
        [Self::Shot, Self::Hit, Self::Fell, Self::Trained, Self::Built, Self::Alarm, Self::Exhausted, Self::Defeated];

    /// The kind of a wire value.
    #[must_use]
    pub fn from_wire(value: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == value)
    }
}
