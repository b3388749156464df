//! Orders that cost ore or make more: build, help, train, rally.

use bevy_ecs::prelude::World;
use messages::{Kind, Reject};

use crate::components::{Order, Position, Queue, Rally, Site, Team, Unit};
use crate::geometry::{Point, Rect};
use crate::ground::Ground;
use crate::orders::check::{Asker, Named, place};
use crate::orders::units::give;
use crate::seats::Seats;
use crate::spawn;
use crate::vision::Vision;

pub(super) fn build(
    world: &mut World,
    asker: &Asker<'_>,
    units: &[u32],
    kind: Kind,
    x: i32,
    y: i32,
) -> Result<(), Reject> {
    let units = asker.units(world, units, |kind| kind == Kind::Worker)?;
    if !kind.is_building() {
        return Err(Reject::Unable);
    }
    let size = kind.stats().size;
    let ground = world.resource::<Ground>();
    // Checked before anything is added to the numbers: they may be as large as numbers get.
    let fits = |from: i32, side: i32| from >= 0 && from <= side - size;
    if !fits(x, ground.width()) || !fits(y, ground.height()) {
        return Err(Reject::OffMap);
    }
    let rect = Rect { x, y, w: size, h: size };
    // Only ground in view can be built on: a refusal elsewhere would tell what stands there unseen.
    let sight = world.resource::<Vision>().team(asker.team);
    if !rect.cells().all(|cell| sight.sees(cell) && ground.open(cell)) || strangers(world, asker.team, rect) {
        return Err(Reject::Blocked);
    }
    pay(world, asker.seat, kind.stats().cost)?;
    let site = spawn::building(world, kind, asker.seat, rect, false);
    units.iter().for_each(|named| put_to_work(world, named, site));
    Ok(())
}

pub(super) fn help(world: &mut World, asker: &Asker<'_>, units: &[u32], target: u32) -> Result<(), Reject> {
    let units = asker.units(world, units, |kind| kind == Kind::Worker)?;
    let target = asker.thing(world, target)?;
    let ours = world.get::<Team>(target.entity).is_some_and(|team| team.0 == asker.team);
    if !ours || world.get::<Site>(target.entity).is_none() {
        return Err(Reject::BadTarget);
    }
    units.iter().for_each(|named| put_to_work(world, named, target.entity));
    Ok(())
}

pub(super) fn train(world: &mut World, asker: &Asker<'_>, building: u32, kind: Kind) -> Result<(), Reject> {
    let building = asker.own(world, building)?;
    let stats = kind.stats();
    if stats.trained_in != Some(building.unit.kind) || world.get::<Site>(building.entity).is_some() {
        return Err(Reject::Unable);
    }
    if world.get::<Queue>(building.entity).is_some_and(Queue::full) {
        return Err(Reject::QueueFull);
    }
    let seat = world.resource::<Seats>().get(asker.seat).ok_or(Reject::Over)?;
    if seat.ore >= stats.cost && seat.supply + stats.supply > seat.supply_cap {
        return Err(Reject::Supply);
    }
    pay(world, asker.seat, stats.cost)?;
    if let Some(seat) = world.resource_mut::<Seats>().get_mut(asker.seat) {
        seat.supply += stats.supply;
    }
    let mut entity = world.entity_mut(building.entity);
    match entity.get_mut::<Queue>() {
        Some(mut queue) => queue.kinds.push(kind),
        None => drop(entity.insert(Queue { kinds: vec![kind], done: 0 })),
    }
    Ok(())
}

pub(super) fn rally(world: &mut World, asker: &Asker<'_>, building: u32, x: i32, y: i32) -> Result<(), Reject> {
    let building = asker.own(world, building)?;
    if !building.unit.kind.is_building() {
        return Err(Reject::Unable);
    }
    let Point { x, y } = place(world, x, y)?;
    world.entity_mut(building.entity).insert(Rally(Point { x, y }));
    Ok(())
}

/// Takes ore from the seat's stock.
fn pay(world: &mut World, seat: i32, cost: i32) -> Result<(), Reject> {
    let mut seats = world.resource_mut::<Seats>();
    let seat = seats.get_mut(seat).ok_or(Reject::Over)?;
    if seat.ore < cost {
        return Err(Reject::Ore);
    }
    seat.ore -= cost;
    Ok(())
}

/// True when units of other teams stand there. One's own make room.
fn strangers(world: &mut World, team: u8, rect: Rect) -> bool {
    let mut units = world.query::<(&Unit, &Position, &Team)>();
    units.iter(world).any(|(unit, position, other)| {
        other.0 != team && unit.kind.is_mobile() && rect.overlaps(Rect::of(unit.kind, position.at))
    })
}

/// A worker that was digging goes back to its deposit when the building stands.
fn put_to_work(world: &mut World, named: &Named, site: bevy_ecs::prelude::Entity) {
    let then = match world.get::<Order>(named.entity) {
        Some(Order::Gather { deposit, at, .. }) => Some((*deposit, *at)),
        Some(Order::Build { then, .. }) => *then,
        _ => None,
    };
    give(world, named, Order::Build { site, then });
}
