//! Who asks, and whether what is named may be named: ids, owners, kinds and places.

use bevy_ecs::prelude::{Entity, World};
use messages::action::MAX_UNITS;
use messages::{Kind, Reject};

use crate::components::{Position, Unit};
use crate::geometry::Point;
use crate::ground::Ground;
use crate::seats::Seats;

/// A seat that may still act.
pub(crate) struct Asker<'a> {
    /// Its number.
    pub(crate) seat: i32,
    /// Its team.
    pub(crate) team: u8,
    entity: &'a dyn Fn(u32) -> Option<Entity>,
}

/// A thing that was named.
#[derive(Clone, Copy)]
pub(crate) struct Named {
    pub(crate) entity: Entity,
    pub(crate) unit: Unit,
    pub(crate) at: Point,
}

impl<'a> Asker<'a> {
    /// Refused when the match or the seat's part in it is over.
    pub(crate) fn new(world: &World, seat: i32, entity: &'a dyn Fn(u32) -> Option<Entity>) -> Result<Self, Reject> {
        let seats = world.resource::<Seats>();
        let team = seats.get(seat).filter(|_| !seats.over(seat)).ok_or(Reject::Over)?.team;
        Ok(Self { seat, team, entity })
    }

    /// The thing behind an id.
    pub(crate) fn thing(&self, world: &World, id: u32) -> Result<Named, Reject> {
        let entity = (self.entity)(id).ok_or(Reject::Unseen)?;
        match (world.get::<Unit>(entity), world.get::<Position>(entity)) {
            (Some(unit), Some(position)) => Ok(Named { entity, unit: *unit, at: position.at }),
            _ => Err(Reject::Unseen),
        }
    }

    /// A thing of the seat's own.
    pub(crate) fn own(&self, world: &World, id: u32) -> Result<Named, Reject> {
        self.thing(world, id).and_then(
            |named| {
                if named.unit.owner == self.seat { Ok(named) } else { Err(Reject::NotYours) }
            },
        )
    }

    /// The seat's own units, each once, all of kinds that can do what is asked.
    pub(crate) fn units(&self, world: &World, ids: &[u32], able: fn(Kind) -> bool) -> Result<Vec<Named>, Reject> {
        if ids.is_empty() || ids.len() > MAX_UNITS {
            return Err(Reject::UnitCount);
        }
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let units = ids.into_iter().map(|id| self.own(world, id)).collect::<Result<Vec<_>, _>>()?;
        if units.iter().all(|named| able(named.unit.kind)) { Ok(units) } else { Err(Reject::Unable) }
    }
}

/// A place on the map.
pub(crate) fn place(world: &World, x: i32, y: i32) -> Result<Point, Reject> {
    let point = Point { x, y };
    if world.resource::<Ground>().holds(point) { Ok(point) } else { Err(Reject::OffMap) }
}
