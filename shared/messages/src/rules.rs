//! The numbers of the game that both ends need: the server to decide, the browser to draw and explain, brains to plan.

use serde::Serialize;
use ts_rs::TS;

use crate::Kind;

/// Units of position per tile: positions are fixed point with eight bits of fraction.
pub const TILE: i32 = 256;
/// How far the place of a unit that clients go by may be off in each direction, in 1/256 tile: 1/16 tile.
pub const MOTION_TOLERANCE: u32 = 32;
/// Ticks a second.
pub const RATE: u16 = 20;
/// Ore a seat starts with.
pub const START_ORE: i32 = 200;
/// Workers a seat starts with.
pub const START_WORKERS: usize = 5;
/// Ore a worker carries at most.
pub const CARGO: i32 = 5;
/// Ticks a worker digs for a full load.
pub const GATHER_TICKS: i32 = 80;
/// Most units waiting in one building, the one in training included.
pub const QUEUE_LIMIT: i32 = 5;
/// Most supply of one seat, however many keeps it has.
pub const SUPPLY_LIMIT: i32 = 150;

/// The numbers of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// The kind they describe.
    pub kind: Kind,
    /// Name for players.
    pub name: &'static str,
    /// Hit points when whole.
    pub hp: i32,
    /// Sight, in tiles from the centre.
    pub sight: i32,
    /// Side of the square it stands on, in tiles. 1 for units, which may overlap a little.
    pub size: i32,
    /// Walking speed, 1/256 tile a tick. 0 for what stands.
    pub speed: i32,
    /// Damage of one blow. 0 for what does not fight.
    pub damage: i32,
    /// Damage against its prey, instead of `damage`.
    pub bonus_damage: i32,
    /// The kind it is strong against.
    pub prey: Option<Kind>,
    /// Reach in 1/256 tile between centres of units; to a building it counts from the building's edge.
    pub range: i32,
    /// Ticks between blows.
    pub cooldown: i32,
    /// Price in ore.
    pub cost: i32,
    /// Supply it takes.
    pub supply: i32,
    /// Supply it gives when finished.
    pub provides: i32,
    /// Ticks to train it, or to build it with one worker.
    pub ticks: i32,
    /// Where it is trained; `None` for what workers build and for ore.
    pub trained_in: Option<Kind>,
}

/// The numbers of all kinds, in wire order.
pub static STATS: [Stats; 6] = [
    Stats { supply: 0, provides: 30, ..building(Kind::Keep, "Keep", 3000, 9, 3, 400, 1000) },
    building(Kind::Barracks, "Barracks", 1200, 7, 3, 120, 400),
    Stats {
        damage: 3,
        bonus_damage: 3,
        range: 256,
        cooldown: 20,
        trained_in: Some(Kind::Keep),
        ..unit(Kind::Worker, "Worker", 40, 7, 36, 50, 160)
    },
    Stats {
        damage: 9,
        bonus_damage: 15,
        prey: Some(Kind::Bow),
        range: 288,
        cooldown: 16,
        trained_in: Some(Kind::Barracks),
        ..unit(Kind::Spear, "Spear", 90, 8, 44, 60, 220)
    },
    Stats {
        damage: 8,
        bonus_damage: 18,
        prey: Some(Kind::Spear),
        range: 1408,
        cooldown: 22,
        trained_in: Some(Kind::Barracks),
        ..unit(Kind::Bow, "Bow", 55, 9, 40, 70, 240)
    },
    Stats { size: 2, ..building(Kind::Ore, "Ore", 1, 0, 2, 0, 0) },
];

const fn building(kind: Kind, name: &'static str, hp: i32, sight: i32, size: i32, cost: i32, ticks: i32) -> Stats {
    Stats {
        kind,
        name,
        hp,
        sight,
        size,
        speed: 0,
        damage: 0,
        bonus_damage: 0,
        prey: None,
        range: 0,
        cooldown: 0,
        cost,
        supply: 0,
        provides: 0,
        ticks,
        trained_in: None,
    }
}

const fn unit(kind: Kind, name: &'static str, hp: i32, sight: i32, speed: i32, cost: i32, ticks: i32) -> Stats {
    Stats { speed, size: 1, supply: 1, ..building(kind, name, hp, sight, 1, cost, ticks) }
}

impl Kind {
    /// The numbers of this kind.
    #[must_use]
    pub fn stats(self) -> &'static Stats {
        &STATS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stats_stand_in_wire_order() {
        for (place, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!((STATS[place].kind, kind as usize), (kind, place));
        }
    }
}
