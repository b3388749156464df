//! Training: buildings work off their queues; what is ready steps out and goes to the rally point.

use bevy_ecs::prelude::{Entity, QueryState, With, World};
use engine::{Audience, Happenings, Replicated, SeatId, StableId};
use messages::{EventKind, Kind};

use crate::components::{Course, Deposit, Order, Position, Queue, Rally, Unit};
use crate::geometry::{Cell, Point, Rect};
use crate::ground::Ground;
use crate::seats::Seats;
use crate::spawn;
use crate::vision::Vision;

type Trainers = QueryState<(Entity, &'static mut Queue, &'static Replicated)>;
type Deposits = QueryState<(Entity, &'static Position, &'static Replicated), With<Deposit>>;

/// One tick of training in every building with a queue.
pub fn train(world: &mut World, trainers: &mut Trainers, deposits: &mut Deposits) {
    let mut ready: Vec<(StableId, Entity)> = Vec::new();
    for (entity, mut queue, replicated) in trainers.iter_mut(world) {
        queue.done += 1;
        if queue.kinds.first().is_none_or(|kind| queue.done >= kind.stats().ticks) {
            ready.push((replicated.stable(), entity));
        }
    }
    ready.sort_unstable();
    for (_, building) in ready {
        let Some(kind) = shift(world, building) else { continue };
        release(world, building, kind, deposits);
    }
}

/// Takes the first of a queue; removes the queue when nothing is left in it.
fn shift(world: &mut World, building: Entity) -> Option<Kind> {
    let mut queue = world.get_mut::<Queue>(building)?;
    let kind = (!queue.kinds.is_empty()).then(|| queue.kinds.remove(0));
    queue.done = 0;
    if queue.kinds.is_empty() {
        world.entity_mut(building).remove::<Queue>();
    }
    kind
}

fn release(world: &mut World, building: Entity, kind: Kind, deposits: &mut Deposits) {
    let (Some(unit), Some(position)) = (world.get::<Unit>(building).copied(), world.get::<Position>(building)) else {
        return;
    };
    let rect = Rect::of(unit.kind, position.at);
    let rally = world.get::<Rally>(building).map(|rally| rally.0);
    let front = Point { x: rect.centre().x, y: rect.centre().y + 4 * 256 };
    let Some(door) = door(world.resource::<Ground>(), rect, rally.unwrap_or(front)) else { return };
    let at = door.centre();
    let entity = spawn::unit(world, kind, unit.owner, at);
    if let Some(rally) = rally {
        let order = errand(world, deposits, kind, unit.owner, rally);
        world.entity_mut(entity).insert(order);
    }
    if let Some(seat) = world.resource_mut::<Seats>().get_mut(unit.owner) {
        seat.score.trained += 1;
    }
    let seat = SeatId(unit.owner as u8);
    let args = [kind as i32, at.x, at.y];
    world.resource_mut::<Happenings>().push(Audience::Seat(seat), EventKind::Trained as u8, &args);
}

/// The open tile beside a building that is nearest to where the unit will go.
fn door(ground: &Ground, rect: Rect, towards: Point) -> Option<Cell> {
    rect.ring(1)
        .filter(|cell| ground.open(*cell))
        .min_by_key(|cell| (cell.centre().distance_squared(towards), *cell))
        .or_else(|| ground.nearest_open(rect.centre().cell()))
}

/// What a new unit does at the rally point: workers dig when there is ore in view, soldiers keep their eyes open.
fn errand(world: &World, deposits: &mut Deposits, kind: Kind, owner: i32, rally: Point) -> Order {
    let course = Course::to(rally);
    if kind != Kind::Worker {
        return Order::AttackMove(course);
    }
    let team = world.resource::<Seats>().get(owner).map_or(0, |seat| seat.team);
    let sight = world.resource::<Vision>().team(team);
    let dig = deposits
        .iter(world)
        .map(|(entity, position, replicated)| (replicated.stable(), entity, position.at))
        .filter(|(_, _, at)| {
            let rect = Rect::of(Kind::Ore, *at);
            rally.gap_squared(rect) == 0 && sight.sees_any(rect)
        })
        .min_by_key(|(stable, _, _)| *stable);
    match dig {
        Some((_, deposit, at)) => Order::Gather { deposit, at, dug: 0, keep: None },
        None => Order::Move(course),
    }
}
