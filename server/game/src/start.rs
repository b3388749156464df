//! How a match begins: the map, and what each seat has on it.

use bevy_ecs::prelude::World;
use messages::Kind;
use messages::rules::{START_ORE, START_WORKERS};

use crate::components::{Course, Order};
use crate::geometry::{Cell, HALF, Point, Rect};
use crate::ground::Ground;
use crate::index::Index;
use crate::path::Paths;
use crate::plan::Plan;
use crate::seats::{Now, Seats};
use crate::setup::{MAX_SEATS, Scenario, Setup};
use crate::spawn;
use crate::systems::fall::Departed;
use crate::systems::fight::Blows;
use crate::vision::Vision;

/// Fills a fresh world.
///
/// # Panics
/// When the setup has no seats or more than [`MAX_SEATS`], or a team that is not below the number of seats.
pub(crate) fn prepare(setup: &Setup, world: &mut World) {
    let count = setup.seats.len();
    assert!((1..=MAX_SEATS).contains(&count), "a match of {count} seats, not 1 to {MAX_SEATS}");
    for seat in &setup.seats {
        assert!(usize::from(seat.team) < count, "team {} in a match of {count} seats", seat.team);
    }
    let plan = Plan::draw(setup.seed, count);
    world.insert_resource(Vision::new(&plan.ground, count));
    world.insert_resource(plan.ground.clone());
    world.insert_resource(Seats::new(setup.seats.iter().map(|seat| seat.team)));
    world.init_resource::<Now>();
    world.init_resource::<Index>();
    world.init_resource::<Paths>();
    world.init_resource::<Blows>();
    world.init_resource::<Departed>();
    for (rect, amount) in &plan.deposits {
        spawn::deposit(world, *rect, *amount);
    }
    for seat in 0..count {
        settle(world, &plan, seat);
    }
    if let Some(Scenario::Skirmish { units }) = setup.scenario {
        skirmish(world, &plan, count, units);
    }
    let mut tally = bevy_ecs::schedule::Schedule::default();
    tally.add_systems(crate::systems::tally::tally);
    tally.run(world);
}

/// A keep, workers beside it, ore in stock: for each seat in the same places, seen from its start.
fn settle(world: &mut World, plan: &Plan, seat: usize) {
    spawn::building(world, Kind::Keep, seat as i32, plan.keeps[seat], true);
    for cell in plan.keeps[0].ring(1).step_by(3).take(START_WORKERS) {
        let Rect { x, y, .. } = plan.image(cell.rect(), seat);
        spawn::unit(world, Kind::Worker, seat as i32, Cell { x, y }.centre());
    }
    if let Some(seat) = world.resource_mut::<Seats>().get_mut(seat as i32) {
        seat.ore = START_ORE;
    }
}

/// See [`Scenario::Skirmish`]. Every seat's soldiers stand in the same places, seen from its start.
fn skirmish(world: &mut World, plan: &Plan, count: usize, units: usize) {
    let (ground, home) = (&plan.ground, plan.keeps[0].centre());
    let middle = Point { x: ground.width() * HALF, y: ground.height() * HALF };
    // A sixth of the way from the middle to the start.
    let front = middle + Point { x: (home.x - middle.x) / 6, y: (home.y - middle.y) / 6 };
    let most = units.div_ceil(count);
    let fronts = spread(world.resource::<Ground>(), front.cell(), most - most / 2);
    let homes = spread(world.resource::<Ground>(), home.cell(), most / 2);
    let posts = fronts.iter().map(|cell| (cell, true)).chain(homes.iter().map(|cell| (cell, false)));
    for (place, (cell, attack)) in posts.enumerate() {
        let kind = if place % 2 == 0 { Kind::Spear } else { Kind::Bow };
        for seat in (0..count).filter(|seat| place * count + seat < units) {
            let Rect { x, y, .. } = plan.image(cell.rect(), seat);
            let unit = spawn::unit(world, kind, seat as i32, Cell { x, y }.centre());
            let target = |ahead: usize| Course::to(plan.keeps[(seat + ahead) % count].centre());
            let order = if attack { Order::AttackMove(target(count.div_ceil(2))) } else { Order::Move(target(1)) };
            world.entity_mut(unit).insert(order);
        }
    }
}

/// So many open tiles around `from`, the nearest first; the last is used again when the map has no more.
fn spread(ground: &Ground, from: Cell, count: usize) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::with_capacity(count);
    let mut ring = 0;
    while cells.len() < count && ring < ground.width().max(ground.height()) {
        cells.extend(from.rect().ring(ring).filter(|cell| ground.open(*cell)).take(count - cells.len()));
        ring += 1;
    }
    let last = cells.last().copied().unwrap_or(from);
    cells.resize(count, last);
    cells
}
