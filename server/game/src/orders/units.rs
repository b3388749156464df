//! Orders to units: walk, attack, gather, stop.

use bevy_ecs::prelude::World;
use messages::schema::NOBODY;
use messages::{Kind, Reject};

use crate::components::{Course, Motion, Order, Team, Weapon};
use crate::geometry::Point;
use crate::orders::check::{Asker, Named, place};
use crate::orders::formation;
use crate::vision::Vision;

pub(super) fn walk(
    world: &mut World,
    asker: &Asker<'_>,
    units: &[u32],
    x: i32,
    y: i32,
    attack: bool,
) -> Result<(), Reject> {
    let units = asker.units(world, units, Kind::is_mobile)?;
    let goal = place(world, x, y)?;
    let sight = world.resource::<Vision>().team(asker.team);
    let centre = formation::centre(sight, goal);
    let from: Vec<Point> = units.iter().map(|named| named.at).collect();
    let spots = formation::places(sight, centre, &from);
    for (named, spot) in units.iter().zip(spots) {
        let course = Course { goal: centre.cell().rect(), spot: Some(spot) };
        give(world, named, if attack { Order::AttackMove(course) } else { Order::Move(course) });
    }
    Ok(())
}

pub(super) fn attack(world: &mut World, asker: &Asker<'_>, units: &[u32], target: u32) -> Result<(), Reject> {
    let units = asker.units(world, units, Kind::is_mobile)?;
    let target = asker.thing(world, target)?;
    let team = world.get::<Team>(target.entity).map(|team| team.0);
    if target.unit.owner == NOBODY || team.is_none_or(|team| team == asker.team) {
        return Err(Reject::BadTarget);
    }
    for named in &units {
        give(world, named, Order::Attack(target.entity));
    }
    Ok(())
}

pub(super) fn gather(world: &mut World, asker: &Asker<'_>, units: &[u32], target: u32) -> Result<(), Reject> {
    let units = asker.units(world, units, |kind| kind == Kind::Worker)?;
    let target = asker.thing(world, target)?;
    if target.unit.kind != Kind::Ore {
        return Err(Reject::BadTarget);
    }
    for named in &units {
        give(world, named, Order::Gather { deposit: target.entity, at: target.at, dug: 0, keep: None });
    }
    Ok(())
}

pub(super) fn stop(world: &mut World, asker: &Asker<'_>, units: &[u32]) -> Result<(), Reject> {
    for named in asker.units(world, units, Kind::is_mobile)? {
        give(world, &named, Order::Idle(named.at));
    }
    Ok(())
}

/// Replaces what a unit does. The blow it has just struck still takes its time.
pub(super) fn give(world: &mut World, named: &Named, order: Order) {
    let mut unit = world.entity_mut(named.entity);
    unit.insert((order, Motion::default()));
    if let Some(mut weapon) = unit.get_mut::<Weapon>() {
        weapon.target = None;
    }
}
