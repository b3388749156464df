//! The replicated components and their columns. Places are wire numbers; they never change without a new protocol version.

use wire::{ComponentSpec, Schema};

use crate::rules::MOTION_TOLERANCE;

/// `kind` (see [`crate::Kind`]), `owner` (seat number; [`NOBODY`] for ore). Every entity has it; never changes.
pub const UNIT: usize = 0;
/// Motion: `x`, `y`: the centre, in 1/256 of a tile from the map's north-west corner, and `vx`, `vy`: what it gains with
/// each tick. Off by [`MOTION_TOLERANCE`] at most.
pub const POSITION: usize = 1;
/// `hp`: hit points left. Its maximum is in [`crate::rules::STATS`].
pub const HEALTH: usize = 2;
/// `doing` (see [`Doing`]), `cargo` (ore carried).
pub const TASK: usize = 3;
/// `progress` in steps of [`PROGRESS_STEP`] per mille. Only while a building is under construction.
pub const SITE: usize = 4;
/// `amount` of ore left.
pub const DEPOSIT: usize = 5;
/// `kind` in training, `waiting` (how many are queued, this one included), `progress` in steps of [`PROGRESS_STEP`]
/// per mille. Owner only; only while something is queued.
pub const QUEUE: usize = 6;
/// `x`, `y` in 1/256 tile: where a building sends what it has trained. Owner only; only when set.
pub const RALLY: usize = 7;

/// How finely progress is told, in per mille: bars are not longer than fifty pixels.
pub const PROGRESS_STEP: u32 = 20;

/// The owner of what belongs to nobody.
pub const NOBODY: i32 = -1;

/// Seat column: ore in stock.
pub const SEAT_ORE: usize = 0;
/// Seat column: supply in use, units in training included.
pub const SEAT_SUPPLY: usize = 1;
/// Seat column: supply available.
pub const SEAT_SUPPLY_CAP: usize = 2;

/// The schema of the strategy game.
pub static SCHEMA: Schema = Schema {
    components: &[
        ComponentSpec::state("unit", &["kind", "owner"]),
        ComponentSpec::motion("position", MOTION_TOLERANCE),
        ComponentSpec::state("health", &["hp"]).unsigned(),
        ComponentSpec::state("task", &["doing", "cargo"]).unsigned(),
        ComponentSpec::state("site", &["progress"]).unsigned().steps(&[PROGRESS_STEP]),
        ComponentSpec::state("deposit", &["amount"]).unsigned(),
        ComponentSpec::state("queue", &["kind", "waiting", "progress"])
            .unsigned()
            .steps(&[1, 1, PROGRESS_STEP])
            .owner(),
        ComponentSpec::state("rally", &["x", "y"]).unsigned().owner(),
    ],
    seat: &["ore", "supply", "supplyCap"],
};

/// What a unit is doing: the `doing` column of `task`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, ts_rs::TS)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Doing {
    /// Nothing.
    Idle = 0,
    /// Walking.
    Moving = 1,
    /// Digging ore at a deposit.
    Gathering = 2,
    /// Carrying ore to a keep.
    Hauling = 3,
    /// Working on a building.
    Building = 4,
    /// Striking or shooting at an enemy in range.
    Attacking = 5,
}

impl Doing {
    /// All, in wire order.
    pub const ALL: [Self; 6] =
        [Self::Idle, Self::Moving, Self::Gathering, Self::Hauling, Self::Building, Self::Attacking];

    /// The meaning of a wire value.
    #[must_use]
    pub fn from_wire(value: i32) -> Option<Self> {
        usize::try_from(value).ok().and_then(|place| Self::ALL.get(place)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_valid_and_its_places_match_their_names() {
        SCHEMA.validate().expect("valid");
        let places = [
            (UNIT, "unit"),
            (POSITION, "position"),
            (HEALTH, "health"),
            (TASK, "task"),
            (SITE, "site"),
            (DEPOSIT, "deposit"),
            (QUEUE, "queue"),
            (RALLY, "rally"),
        ];
        for (place, name) in places {
            assert_eq!(SCHEMA.components[place].name, name);
        }
        for (place, name) in [(SEAT_ORE, "ore"), (SEAT_SUPPLY, "supply"), (SEAT_SUPPLY_CAP, "supplyCap")] {
            assert_eq!(SCHEMA.seat[place], name);
        }
    }
}
