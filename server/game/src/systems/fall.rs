//! Death and defeat: what has fallen leaves the map; a team without a keep loses everything, and the last team wins.

use bevy_ecs::prelude::{Entity, QueryState, Resource, World};
use engine::{Audience, Happenings, Replicated, SeatId, StableId};
use messages::{EventKind, Kind};

use crate::components::{Order, Position, Team, Unit};
use crate::geometry::Point;
use crate::index::{Index, Row};
use crate::seats::Seats;
use crate::setup::Outcome;
use crate::spawn;

/// What leaves the map in this step.
#[derive(Resource, Debug, Default)]
pub struct Departed {
    /// Struck down.
    pub fallen: Vec<Entity>,
    /// Empty deposits and where they were.
    pub spent: Vec<(Entity, Point)>,
}

type Owned = QueryState<(Entity, &'static Unit, &'static Team, &'static Replicated)>;

/// Removes what has gone and decides whether the match is over.
pub fn fall(world: &mut World, owned: &mut Owned) {
    let departed = std::mem::take(&mut *world.resource_mut::<Departed>());
    for (deposit, at) in departed.spent {
        exhausted(world, deposit, at);
        spawn::remove(world, deposit);
    }
    if departed.fallen.is_empty() {
        return;
    }
    let mut keep_fell = false;
    for entity in departed.fallen {
        keep_fell |= world.get::<Unit>(entity).is_some_and(|unit| unit.kind == Kind::Keep);
        fell(world, entity);
    }
    if keep_fell {
        judge(world, owned);
    }
}

/// Tells every seat whose workers dig there that a deposit is empty.
fn exhausted(world: &mut World, empty: Entity, at: Point) {
    let digs = |row: &&Row| matches!(world.get(row.entity), Some(Order::Gather { deposit, .. }) if *deposit == empty);
    let mut owners: Vec<i32> = world.resource::<Index>().rows.iter().filter(digs).map(|row| row.owner).collect();
    owners.sort_unstable();
    owners.dedup();
    let mut happenings = world.resource_mut::<Happenings>();
    for owner in owners {
        let seat = Audience::Seat(SeatId(owner as u8));
        happenings.push(seat, EventKind::Exhausted as u8, &[at.x, at.y]);
    }
}

/// Takes one thing off the map before everybody's eyes.
fn fell(world: &mut World, entity: Entity) {
    let (Some(unit), Some(position)) = (world.get::<Unit>(entity).copied(), world.get::<Position>(entity).copied())
    else {
        return;
    };
    if let Some(seat) = world.resource_mut::<Seats>().get_mut(unit.owner) {
        seat.score.lost += 1;
    }
    let args = [position.at.x, position.at.y, unit.kind as i32, unit.owner];
    world.resource_mut::<Happenings>().push(Audience::Seers(entity), EventKind::Fell as u8, &args);
    spawn::remove(world, entity);
}

/// Teams without a keep, finished or not, are defeated. With one team left of several, or none, the match is over.
fn judge(world: &mut World, owned: &mut Owned) {
    let seats = world.resource::<Seats>();
    let standing: Vec<u8> = seats.teams.iter().copied().filter(|team| !seats.defeated[usize::from(*team)]).collect();
    for team in standing {
        let mut left: Vec<(StableId, Entity, Kind)> = owned
            .iter(world)
            .filter(|(_, _, other, _)| other.0 == team)
            .map(|(entity, unit, _, replicated)| (replicated.stable(), entity, unit.kind))
            .collect();
        if left.iter().any(|(_, _, kind)| *kind == Kind::Keep) {
            continue;
        }
        left.sort_unstable_by_key(|(stable, _, _)| *stable);
        for (_, entity, _) in left {
            fell(world, entity);
        }
        world.resource_mut::<Seats>().defeated[usize::from(team)] = true;
        let mut happenings = world.resource_mut::<Happenings>();
        happenings.push(Audience::Everyone, EventKind::Defeated as u8, &[i32::from(team)]);
    }
    let mut seats = world.resource_mut::<Seats>();
    let mut standing = seats.teams.iter().copied().filter(|team| !seats.defeated[usize::from(*team)]);
    let (first, second) = (standing.next(), standing.next());
    if second.is_none() && (seats.teams.len() > 1 || first.is_none()) {
        let scores = seats.list.iter().map(|seat| seat.score).collect();
        seats.outcome = Some(Outcome { winner: first, scores });
    }
}
