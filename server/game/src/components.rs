//! The components of things on the map. Those that players see come first, in the order of
//! [`messages::schema`]; their wire columns are in `columns.rs`.

use bevy_ecs::prelude::{Component, Entity};
use messages::Kind;
use messages::rules::{QUEUE_LIMIT, TILE};
use messages::schema::Doing;

use crate::geometry::{Cell, Point, Rect};

/// What a thing is and whose. Never changes.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unit {
    /// What it is.
    pub kind: Kind,
    /// Its seat; [`messages::schema::NOBODY`] for ore.
    pub owner: i32,
}

/// Where its centre is, and where it will be.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// The centre.
    pub at: Point,
    /// What it gains with each tick as long as nothing comes in between; 0 for what stands.
    pub velocity: Point,
}

/// Hit points left.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Health(pub i32);

/// What a unit is seen to do.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Task {
    /// What it does.
    pub doing: Doing,
    /// Ore it carries.
    pub cargo: i32,
}

/// A building that is not finished.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Site {
    /// Work done, in half ticks of a single worker.
    pub done: i32,
    /// Work it takes, in the same unit.
    pub needed: i32,
}

/// Ore in the ground.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deposit(pub i32);

/// What a building trains, first come first served. Only there while something is queued.
#[derive(Component, Clone, PartialEq, Eq, Debug)]
pub struct Queue {
    /// The kinds in order, the one in training first; at most [`QUEUE_LIMIT`].
    pub kinds: Vec<Kind>,
    /// Ticks the first has been trained for.
    pub done: i32,
}

/// Where a building sends what it has trained.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rally(pub Point);

/// The team that sees what it sees. Ore has none.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Team(pub u8);

/// What a unit was told to do.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Stand at this post; soldiers fight who comes near it.
    Idle(Point),
    /// Walk there.
    Move(Course),
    /// Walk there and fight every enemy met.
    AttackMove(Course),
    /// Go after one enemy.
    Attack(Entity),
    /// Dig there and haul home.
    Gather {
        /// The deposit, as long as there is one.
        deposit: Entity,
        /// Where it is, to find another near it once it is empty.
        at: Point,
        /// Ticks spent on the load in the making.
        dug: i32,
        /// The keep the load goes to, once one is chosen.
        keep: Option<Entity>,
    },
    /// Work on a building site.
    Build {
        /// The site.
        site: Entity,
        /// The deposit to go back to afterwards, and where it is.
        then: Option<(Entity, Point)>,
    },
}

/// A goal to walk to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Course {
    /// The tiles to get to, or next to where they are blocked. Units that walk together share them, and so their way.
    pub goal: Rect,
    /// The very place to stop at, when it can be walked to straight from near the goal.
    pub spot: Option<Point>,
}

/// How a unit walks.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Motion {
    /// Where to; `None` to stand.
    pub course: Option<Course>,
    /// It has arrived, or can't get any nearer.
    pub ended: bool,
    /// The next place to walk to in a straight line.
    pub waypoint: Option<Point>,
    /// The step it takes in each tick, kept as long as it leads to the waypoint, so that clients can foresee the walk.
    pub heading: Point,
    /// Where it was when progress was last looked at.
    pub mark: Point,
    /// Ticks since then.
    pub since: u8,
}

/// How a unit fights.
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Weapon {
    /// Ticks until the next blow.
    pub cooldown: i32,
    /// Who it fights.
    pub target: Option<Entity>,
}

/// Where a thing last looked around: the tile and the radius entered in [`crate::vision::Vision`].
#[derive(Component, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lookout {
    /// The tile it sees from.
    pub cell: Cell,
    /// How far, in tiles.
    pub radius: i32,
}

impl Position {
    /// Standing there.
    #[must_use]
    pub const fn at(at: Point) -> Self {
        Self { at, velocity: Point { x: 0, y: 0 } }
    }
}

impl Motion {
    /// Walks towards a goal, unless it is the one already walked to.
    pub fn go(&mut self, course: Course) {
        match self.course {
            Some(current) if current == course => {}
            // The goal moved a little, as that of a chase does: the way is still good.
            Some(current) if current.goal == course.goal => {
                if self.waypoint == current.spot {
                    self.waypoint = course.spot;
                }
                self.course = Some(course);
                self.ended = false;
            }
            _ => *self = Self { course: Some(course), since: u8::MAX, ..Self::default() },
        }
    }

    /// Stands where it is.
    pub fn stop(&mut self) {
        if self.course.is_some() {
            *self = Self::default();
        }
    }

    /// True while it walks.
    #[must_use]
    pub const fn walks(&self) -> bool {
        self.course.is_some() && !self.ended
    }
}

impl Site {
    /// A site with nothing done.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { done: 0, needed: kind.stats().ticks * 2 }
    }

    /// Hit points a building of `kind` has gained with so much work done: a tenth at once, the rest evenly.
    #[must_use]
    pub fn hp(kind: Kind, done: i32, needed: i32) -> i32 {
        let whole = kind.stats().hp;
        let first = whole / 10;
        first + (whole - first) * done.min(needed) / needed.max(1)
    }
}

impl Queue {
    /// True when nothing more can be queued.
    #[must_use]
    pub fn full(&self) -> bool {
        self.kinds.len() >= QUEUE_LIMIT as usize
    }
}

impl Course {
    /// To the tiles a thing stands on, or next to them.
    #[must_use]
    pub const fn beside(goal: Rect) -> Self {
        Self { goal, spot: None }
    }

    /// To a place.
    #[must_use]
    pub const fn to(spot: Point) -> Self {
        Self { goal: spot.cell().rect(), spot: Some(spot) }
    }
}

/// Reach of a worker's hands, from its centre to the edge of what it works on, in 1/256 tile.
pub const REACH: i32 = TILE * 7 / 8;
