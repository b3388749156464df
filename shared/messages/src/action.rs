//! What a player can ask for. An action is an intent; it names entities by the ids of the player's own view.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Kind;

/// Most units one action may name.
pub const MAX_UNITS: usize = 200;

/// One intent of a player, for instance `{"type":"move","units":[3,4],"x":2560,"y":512}`.
///
/// Positions are in 1/256 of a tile, as in the `position` component; `build` names the tile of the building's
/// north-west corner. Unknown fields are refused, so that a misspelt one is noticed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "lowercase", deny_unknown_fields)]
pub enum Action {
    /// Walk there. With `attack`, stop for every enemy met on the way.
    Move {
        /// Own units, 1 to [`MAX_UNITS`].
        units: Vec<u32>,
        /// Target, 1/256 tile.
        x: i32,
        /// Target, 1/256 tile.
        y: i32,
        /// Fight on the way. False when absent.
        #[serde(default)]
        #[ts(optional, as = "Option<bool>")]
        attack: bool,
    },
    /// Go after one enemy until it falls or is lost from view.
    Attack {
        /// Own units, 1 to [`MAX_UNITS`].
        units: Vec<u32>,
        /// A visible enemy.
        target: u32,
    },
    /// Dig ore and carry it to the nearest keep, again and again.
    Gather {
        /// Own workers, 1 to [`MAX_UNITS`].
        units: Vec<u32>,
        /// A visible deposit.
        target: u32,
    },
    /// Lay out a building and work on it until it stands. With several workers it goes faster.
    Build {
        /// Own workers, 1 to [`MAX_UNITS`].
        units: Vec<u32>,
        /// What to build.
        kind: Kind,
        /// Tile of the north-west corner.
        x: i32,
        /// Tile of the north-west corner.
        y: i32,
    },
    /// Help with an unfinished building of one's own team.
    Help {
        /// Own workers, 1 to [`MAX_UNITS`].
        units: Vec<u32>,
        /// The unfinished building.
        target: u32,
    },
    /// Queue one unit in a building. Its price is paid at once.
    Train {
        /// Own finished building.
        building: u32,
        /// What to train.
        kind: Kind,
    },
    /// Where a building sends what it trains.
    Rally {
        /// Own building.
        building: u32,
        /// Target, 1/256 tile.
        x: i32,
        /// Target, 1/256 tile.
        y: i32,
    },
    /// Drop everything and stand.
    Stop {
        /// Own units, 1 to [`MAX_UNITS`].
        units: Vec<u32>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_read_as_documented_and_misspelt_fields_are_refused() {
        let read = |text: &str| serde_json::from_str::<Action>(text);
        let walk = Action::Move { units: vec![3, 4], x: 2560, y: 512, attack: false };
        assert_eq!(read(r#"{"type":"move","units":[3,4],"x":2560,"y":512}"#).expect("valid"), walk);
        assert!(read(r#"{"type":"move","units":[3],"x":1,"y":1,"speed":9}"#).is_err());
        assert!(read(r#"{"type":"fly","units":[3]}"#).is_err());
        assert!(read(r#"{"type":"train","building":1,"kind":"dragon"}"#).is_err());
    }
}
