//! How a match begins: the map, and what each seat has on it.

use bevy_ecs::prelude::World;
use messages::Kind;
use messages::rules::{START_ORE, START_WORKERS};

use crate::components::{Course, Order};
use crate::geometry::{Cell, Point, Rect};
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
        skirmish(world, &plan.keeps[..count], units);
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

/// See [`Scenario::Skirmish`].
fn skirmish(world: &mut World, keeps: &[Rect], units: usize) {
    let middle = {
        let ground = world.resource::<Ground>();
        Point { x: ground.width() * 128, y: ground.height() * 128 }
    };
    for (seat, keep) in keeps.iter().enumerate() {
        let own = units / keeps.len() + usize::from(seat < units % keeps.len());
        let enemy = keeps[(seat + 1) % keeps.len()].centre();
        // A quarter of the way from the middle to the start.
        let front = middle + Point { x: (keep.centre().x - middle.x) / 5, y: (keep.centre().y - middle.y) / 5 };
        for (from, share, attack) in [(front, own - own / 2, true), (keep.centre(), own / 2, false)] {
            let cells = spread(world.resource::<Ground>(), from.cell(), share);
            for (place, cell) in cells.into_iter().enumerate() {
                let kind = if place % 2 == 0 { Kind::Spear } else { Kind::Bow };
                let unit = spawn::unit(world, kind, seat as i32, cell.centre());
                let course = Course::to(enemy);
                let order = if attack { Order::AttackMove(course) } else { Order::Move(course) };
                world.entity_mut(unit).insert(order);
            }
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
