//! Puts things on the map and takes them away, and keeps ground and sight in step with that.

use bevy_ecs::prelude::{Entity, Mut, World};
use engine::{Replicated, ViewId};
use messages::Kind;
use messages::schema::{Doing, NOBODY};

use crate::components::{Deposit, Health, Lookout, Motion, Order, Position, Site, Task, Team, Unit, Weapon};
use crate::geometry::{Point, Rect};
use crate::ground::Ground;
use crate::seats::Seats;
use crate::vision::Vision;

/// A worker or soldier of a seat.
pub fn unit(world: &mut World, kind: Kind, owner: i32, at: Point) -> Entity {
    let team = team(world, owner);
    let lookout = Lookout { cell: at.cell(), radius: kind.stats().sight };
    see(world, team, lookout);
    world
        .spawn((
            Unit { kind, owner },
            Position::at(at),
            Health(kind.stats().hp),
            Task { doing: Doing::Idle, cargo: 0 },
            Order::Idle(at),
            Motion::default(),
            Weapon::default(),
            Team(team),
            lookout,
            Replicated::owned_by(ViewId(team)),
        ))
        .id()
}

/// A building of a seat, finished or as a site.
pub fn building(world: &mut World, kind: Kind, owner: i32, rect: Rect, finished: bool) -> Entity {
    let team = team(world, owner);
    let at = rect.centre();
    occupy(world, rect, true);
    let lookout = Lookout { cell: at.cell(), radius: kind.stats().sight };
    see(world, team, lookout);
    let site = Site::new(kind);
    let hp = if finished { kind.stats().hp } else { Site::hp(kind, 0, site.needed) };
    let mut spawned = world.spawn((
        Unit { kind, owner },
        Position::at(at),
        Health(hp),
        Team(team),
        lookout,
        Replicated::owned_by(ViewId(team)),
    ));
    if !finished {
        spawned.insert(site);
    }
    spawned.id()
}

/// A deposit of ore.
pub fn deposit(world: &mut World, rect: Rect, amount: i32) -> Entity {
    occupy(world, rect, true);
    world
        .spawn((
            Unit { kind: Kind::Ore, owner: NOBODY },
            Position::at(rect.centre()),
            Deposit(amount),
            Replicated::unowned(),
        ))
        .id()
}

/// Takes a thing off the map. Does nothing when it is gone already.
pub fn remove(world: &mut World, entity: Entity) {
    let Ok(thing) = world.get_entity(entity) else { return };
    let (unit, at) = (thing.get::<Unit>().copied(), thing.get::<Position>().copied());
    let (team, lookout) = (thing.get::<Team>().copied(), thing.get::<Lookout>().copied());
    if let (Some(Team(team)), Some(Lookout { cell, radius })) = (team, lookout) {
        world.resource_scope(|world, mut vision: Mut<Vision>| {
            vision.conceal(world.resource::<Ground>(), team, cell, radius);
        });
    }
    if let (Some(Unit { kind, .. }), Some(Position { at, .. })) = (unit, at)
        && !kind.is_mobile()
    {
        occupy(world, Rect::of(kind, at), false);
    }
    world.despawn(entity);
}

fn team(world: &World, owner: i32) -> u8 {
    world.resource::<Seats>().get(owner).map_or(0, |seat| seat.team)
}

fn see(world: &mut World, team: u8, lookout: Lookout) {
    world.resource_scope(|world, mut vision: Mut<Vision>| {
        vision.reveal(world.resource::<Ground>(), team, lookout.cell, lookout.radius);
    });
}

fn occupy(world: &mut World, rect: Rect, taken: bool) {
    world.resource_mut::<Ground>().occupy(rect, taken);
    world.resource_scope(|world, mut vision: Mut<Vision>| {
        vision.notice(world.resource::<Ground>(), rect);
    });
}
