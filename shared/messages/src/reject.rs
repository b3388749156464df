//! Why an action is refused: the `code` of its receipt. Code 0 means it was applied.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A reason for refusing an action.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Reject {
    /// An id that is not in the player's view.
    Unseen = 1,
    /// Someone else's unit or building.
    NotYours = 2,
    /// The entity can't do that (a keep can't walk, a bow can't gather).
    Unable = 3,
    /// A target that makes no sense: an ally to attack, a spear to gather from.
    BadTarget = 4,
    /// Outside the map.
    OffMap = 5,
    /// No unit named, or more than [`crate::action::MAX_UNITS`].
    UnitCount = 6,
    /// Not enough ore.
    Ore = 7,
    /// Not enough supply.
    Supply = 8,
    /// The building's queue is full.
    QueueFull = 9,
    /// Something is in the way of the building, or part of the place is not in view now.
    Blocked = 10,
    /// The match is over, or the seat has lost.
    Over = 11,
}

impl Reject {
    /// All reasons.
    pub const ALL: [Self; 11] = [
        Self::Unseen,
        Self::NotYours,
        Self::Unable,
        Self::BadTarget,
        Self::OffMap,
        Self::UnitCount,
        Self::Ore,
        Self::Supply,
        Self::QueueFull,
        Self::Blocked,
        Self::Over,
    ];

    /// The receipt code.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The reason behind a receipt code; `None` for 0 and unknown codes.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// A sentence for players.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Unseen => "that is not in view",
            Self::NotYours => "that is not yours",
            Self::Unable => "it cannot do that",
            Self::BadTarget => "that is no target for this order",
            Self::OffMap => "that is outside the map",
            Self::UnitCount => "an order takes 1 to 200 units",
            Self::Ore => "not enough ore",
            Self::Supply => "not enough supply: build another keep",
            Self::QueueFull => "the queue is full",
            Self::Blocked => "there is no room in view to build there",
            Self::Over => "the match is over for you",
        }
    }
}
