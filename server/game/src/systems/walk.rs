//! Walking: along the way to the goal, in straight stretches, around what the team knows to be in the way, and a little
//! aside for others. Nobody walks into a wall or onto a building.

use bevy_ecs::prelude::{Query, Res, ResMut};

use crate::components::{Course, Motion, Position};
use crate::geometry::{Cell, Point};
use crate::ground::Ground;
use crate::index::{Index, Row};
use crate::path::{Answer, Paths, line};
use crate::seats::Now;
use crate::vision::{TeamSight, Vision};

/// Ticks between two looks at the way ahead.
const LOOK_AHEAD: u32 = 8;
/// Farthest place that is walked to straight, in 1/256 tile.
const STRAIGHT: i64 = 12 * 256;
/// Tiles of the way that are looked at to find a straight stretch.
const STRETCH: usize = 10;
/// Near enough to have arrived, in 1/256 tile.
const ARRIVED: i64 = 32;
/// How far a heading may lead past a waypoint, in 1/256 tile.
const MISS: i64 = 12;
/// Distance units keep from each other, in 1/256 tile.
const SPACING: i32 = 160;
/// Most that others push a unit in one tick, in 1/256 tile.
const MAX_PUSH: i32 = 20;
/// Those who stand don't mind a push below this, so that crowds come to rest.
const UNMOVED: i32 = 6;
/// Ticks in which a walking unit must get on by [`PROGRESS`].
const PATIENCE: u8 = 40;
/// In 1/256 tile.
const PROGRESS: i64 = 64;

/// One tick of walking for every unit.
pub fn walk(
    now: Res<Now>,
    ground: Res<Ground>,
    index: Res<Index>,
    vision: Res<Vision>,
    mut paths: ResMut<Paths>,
    mut walkers: Query<(&mut Position, &mut Motion)>,
) {
    for row in index.rows.iter().filter(|row| row.kind.is_mobile()) {
        let Ok((mut position, mut motion)) = walkers.get_mut(row.entity) else { continue };
        let speed = row.kind.stats().speed;
        if !ground.open(row.at.cell()) {
            // Something was built where it stands: out, whatever is in the way.
            if let Some(out) = ground.nearest_open(row.at.cell()) {
                let step = row.at.towards(out.centre(), speed);
                *position = Position { at: row.at + step, velocity: step };
            }
            continue;
        }
        let walks = motion.walks();
        let step = if walks {
            let sight = vision.team(row.team);
            let look = (now.0.wrapping_add(row.stable)).is_multiple_of(LOOK_AHEAD);
            let to = advance(row, &mut motion, look, sight, &mut paths);
            to.map_or(Point::default(), |to| stride(&mut motion.heading, row.at, to, speed))
        } else {
            Point::default()
        };
        let push = if row.solid { push(&index, row, walks) } else { Point::default() };
        let (at, free) = settle(&ground, row.at, step, push);
        if !free {
            motion.waypoint = None;
        }
        // Pushes come and go; who is pushed on the way goes on as it meant to.
        let velocity = if step == Point::default() {
            step
        } else if free {
            motion.heading
        } else {
            at - row.at
        };
        let next = Position { at, velocity };
        if *position != next {
            *position = next;
        }
    }
}

/// Where to walk straight to in this tick. `None` to wait. Notes when the walk has ended.
fn advance(row: &Row, motion: &mut Motion, look: bool, sight: &TeamSight, paths: &mut Paths) -> Option<Point> {
    let course = motion.course?;
    let here = row.at;
    if course.spot.is_some_and(|spot| here.distance_squared(spot) <= ARRIVED * ARRIVED) || stuck(motion, here) {
        motion.ended = true;
        return None;
    }
    if let Some(waypoint) = motion.waypoint.filter(|waypoint| !look && here.cell() != waypoint.cell()) {
        return Some(waypoint);
    }
    let end = course.spot.unwrap_or_else(|| here.nearest_in(course.goal));
    let at_end = |cell: Cell| course.spot.is_none() && course.goal.overlaps(cell.rect());
    if here.distance_squared(end) <= STRAIGHT * STRAIGHT
        && line::clear(here, end, |cell| sight.open(cell) || at_end(cell))
    {
        motion.waypoint = Some(end);
        return Some(end);
    }
    if let Some(waypoint) = motion.waypoint.filter(|waypoint| here.cell() != waypoint.cell())
        && line::clear(here, waypoint, |cell| sight.open(cell))
    {
        return Some(waypoint);
    }
    let waypoint = match paths.ask(row.team, course.goal, here.cell(), sight) {
        Answer::Later => {
            // Waiting for the budget is not being stuck.
            motion.since = motion.since.saturating_sub(1);
            return motion.waypoint;
        }
        Answer::Unreachable => None,
        Answer::There => at_goal(motion, course, here),
        Answer::Follow(field) => {
            let to = course.spot.unwrap_or(course.goal.centre());
            stretch(here, |cell| field.next(cell, to), sight)
        }
    };
    motion.ended = waypoint.is_none() && motion.course == Some(course);
    motion.waypoint = waypoint;
    waypoint
}

/// The step of this tick on the way to a waypoint. The heading is kept as long as it leads there.
fn stride(heading: &mut Point, here: Point, to: Point, speed: i32) -> Point {
    let (way, length) = (to - here, i64::from(speed));
    if here.distance_squared(to) <= length * length {
        return way;
    }
    let product = |a: i32, b: i32| i64::from(a) * i64::from(b);
    let along = product(heading.x, way.x) + product(heading.y, way.y);
    let across = product(heading.x, way.y) - product(heading.y, way.x);
    if along <= 0 || across.abs() > MISS * length {
        *heading = here.heading(to, speed);
    }
    *heading
}

/// The last steps, where the way has ended: to the very spot, or up to what is worked on.
fn at_goal(motion: &mut Motion, course: Course, here: Point) -> Option<Point> {
    let Some(spot) = course.spot else { return Some(here.nearest_in(course.goal)) };
    if spot.cell() == here.cell() {
        return Some(spot);
    }
    if course.goal != spot.cell().rect() {
        // The spot lies around a corner from where the others go: it takes a way of its own from here.
        motion.course = Some(Course::to(spot));
    }
    None
}

/// The farthest place on the way that can be walked to straight.
fn stretch(here: Point, next: impl Fn(Cell) -> Option<Cell>, sight: &TeamSight) -> Option<Point> {
    let mut cells = [Cell::default(); STRETCH];
    let mut count = 0;
    let mut cell = here.cell();
    while let Some(ahead) = next(cell).filter(|_| count < STRETCH) {
        cells[count] = ahead;
        count += 1;
        cell = ahead;
    }
    let far = (1..count).rev().step_by(2).map(|place| cells[place].centre());
    let straight = far.into_iter().find(|place| line::clear(here, *place, |cell| sight.open(cell)));
    straight.or_else(|| (count > 0).then(|| cells[0].centre()))
}

/// True when the unit has hardly moved for some time though it wants to.
fn stuck(motion: &mut Motion, here: Point) -> bool {
    if motion.since == u8::MAX {
        (motion.mark, motion.since) = (here, 0);
    }
    motion.since += 1;
    if motion.since < PATIENCE {
        return false;
    }
    let stuck = motion.mark.distance_squared(here) < PROGRESS * PROGRESS;
    (motion.mark, motion.since) = (here, 0);
    stuck
}

/// How others press on a unit.
fn push(index: &Index, row: &Row, walks: bool) -> Point {
    let mut push = Point::default();
    index.neighbours(row.at, |other| {
        let squared = row.at.distance_squared(other.at);
        if other.stable == row.stable || squared >= i64::from(SPACING * SPACING) {
            return;
        }
        let distance = (squared as u64).isqrt() as i32;
        let overlap = SPACING - distance;
        let (dx, dy) = if distance == 0 {
            apart(row.stable, other.stable)
        } else {
            (row.at.x - other.at.x, row.at.y - other.at.y)
        };
        let scale = 4 * distance.max(1);
        push = push + Point { x: dx * overlap / scale, y: dy * overlap / scale };
    });
    let push = Point::default().towards(push, MAX_PUSH);
    if !walks && push.x.abs() + push.y.abs() < UNMOVED { Point::default() } else { push }
}

/// Which way two units on the very same point part: opposite ways, not the same for every pair.
fn apart(one: u32, other: u32) -> (i32, i32) {
    let turn = one.min(other).wrapping_add(one.max(other).wrapping_mul(3)) % 4;
    let (dx, dy) = [(1, 0), (1, 1), (0, 1), (-1, 1)][turn as usize];
    if one < other { (dx, dy) } else { (-dx, -dy) }
}

/// Where a unit ends up: the first place among those it would like that is open ground. False when it was not the first.
fn settle(ground: &Ground, here: Point, step: Point, push: Point) -> (Point, bool) {
    if step == Point::default() && push == Point::default() {
        return (here, true);
    }
    let wishes = [step + push, step, Point { x: step.x, y: 0 }, Point { x: 0, y: step.y }, push];
    let wish = wishes.iter().position(|wish| passable(ground, here.cell(), (here + *wish).cell()));
    wish.map_or((here, false), |place| (here + wishes[place], place < 2))
}

/// True when one can step from one tile to the other, of which it is the same or a neighbour.
fn passable(ground: &Ground, from: Cell, to: Cell) -> bool {
    ground.open(to)
        && (from.x == to.x
            || from.y == to.y
            || (ground.open(Cell { x: from.x, y: to.y }) && ground.open(Cell { x: to.x, y: from.y })))
}
