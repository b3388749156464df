//! The kinds of things on the map.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a thing is. The number is the wire value of the `unit` component's `kind` column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Kind {
    /// The seat's headquarters: trains workers, takes in ore. When a team's last keep falls, the team has lost.
    Keep = 0,
    /// Trains spears and bows.
    Barracks = 1,
    /// Gathers ore and builds.
    Worker = 2,
    /// Fights hand to hand; fast and sturdy, strong against bows.
    Spear = 3,
    /// Shoots from afar; strong against spears while it keeps its distance.
    Bow = 4,
    /// A deposit of ore. Belongs to nobody.
    Ore = 5,
}

impl Kind {
    /// All kinds, in wire order.
    pub const ALL: [Self; 6] = [Self::Keep, Self::Barracks, Self::Worker, Self::Spear, Self::Bow, Self::Ore];

    /// The kind of a wire value.
    #[must_use]
    pub fn from_wire(value: i32) -> Option<Self> {
        usize::try_from(value).ok().and_then(|place| Self::ALL.get(place)).copied()
    }

    /// True for keep and barracks.
    #[must_use]
    pub const fn is_building(self) -> bool {
        matches!(self, Self::Keep | Self::Barracks)
    }

    /// True for what moves on its own.
    #[must_use]
    pub const fn is_mobile(self) -> bool {
        matches!(self, Self::Worker | Self::Spear | Self::Bow)
    }
}
