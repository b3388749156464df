//! What both ends know of orbs before the first frame: components and their columns, actions, codes.

use bevy_ecs::prelude::Component;
use engine::{Area, EntityId, Replicate, Schema};
use wire::ComponentSpec;

pub(crate) const SEATS: u8 = 100;
pub(crate) const FIELD: Area = Area { west: 0, north: 0, east: 32_768, south: 32_768 };
/// The seat of a crumb.
pub(crate) const NOBODY: i32 = -1;

pub(crate) static SCHEMA: Schema = Schema {
    components: &[
        ComponentSpec::motion("motion", 8),
        ComponentSpec::state("body", &["mass", "seat"]),
        ComponentSpec::state("aim", &["x", "y"]).unsigned().owner(),
    ],
    seat: &["eaten", "lost"],
};

/// Where something is, and what that gains with each tick.
#[derive(Component, Clone, Copy)]
pub(crate) struct Motion {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) vx: i32,
    pub(crate) vy: i32,
}

impl Replicate for Motion {
    const PLACE: usize = 0;
    type Columns = [i32; 4];
    fn columns(&self) -> [i32; 4] {
        [self.x, self.y, self.vx, self.vy]
    }
}

/// How heavy it is, and whose.
#[derive(Component, Clone, Copy)]
pub(crate) struct Body {
    pub(crate) mass: i32,
    pub(crate) seat: i32,
}

impl Replicate for Body {
    const PLACE: usize = 1;
    type Columns = [i32; 2];
    fn columns(&self) -> [i32; 2] {
        [self.mass, self.seat]
    }
}

/// Where an orb is going: for its owner alone.
#[derive(Component, Clone, Copy)]
pub(crate) struct Aim(pub(crate) i32, pub(crate) i32);

impl Replicate for Aim {
    const PLACE: usize = 2;
    type Columns = [i32; 2];
    fn columns(&self) -> [i32; 2] {
        [self.0, self.1]
    }
}

/// What a player wants.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    /// Go to this place.
    Go { x: i32, y: i32 },
    /// Go to where this is now.
    Chase { prey: EntityId },
}

/// Why an action was refused: the code of its receipt.
pub(crate) const OUTSIDE: u8 = 1;
pub(crate) const UNSEEN: u8 = 2;

/// Event for all who see both: an orb was swallowed. Its mass.
pub(crate) const SWALLOWED: u8 = 1;
/// Event for a seat: its orb was swallowed. The mass of who did it.
pub(crate) const LOST: u8 = 2;
