//! Takes the step's picture of the map: see [`crate::index`].

use bevy_ecs::prelude::{Entity, Query, Res, ResMut};
use engine::Replicated;

use crate::components::{Motion, Order, Position, Team, Unit};
use crate::geometry::Rect;
use crate::ground::Ground;
use crate::index::{Index, NO_TEAM, Row};
use crate::path::Paths;
use crate::seats::Seats;

type Thing = (
    Entity,
    &'static Replicated,
    &'static Unit,
    &'static Position,
    Option<&'static Team>,
    Option<(&'static Order, &'static Motion)>,
);

/// Lists everything in spawning order and by place, and renews the budget for finding ways.
pub fn picture(
    ground: Res<Ground>,
    seats: Res<Seats>,
    mut index: ResMut<Index>,
    mut paths: ResMut<Paths>,
    things: Query<Thing>,
) {
    paths.renew();
    index.rows.clear();
    index.rows.extend(things.iter().map(|(entity, replicated, unit, position, team, moves)| Row {
        entity,
        stable: replicated.stable().0,
        at: position.at,
        rect: Rect::of(unit.kind, position.at),
        kind: unit.kind,
        team: team.map_or(NO_TEAM, |team| team.0),
        owner: unit.owner,
        solid: moves.is_some_and(|(order, motion)| !(motion.walks() && at_work(order))),
    }));
    // The world's storage keeps most of the order, so that little is left to sort.
    index.rows.sort_by_key(|row| row.stable);
    index.take(ground.width(), ground.height(), seats.defeated.len());
}

/// Workers on their rounds pass through each other, as otherwise they would block the way to the ore.
const fn at_work(order: &Order) -> bool {
    matches!(order, Order::Gather { .. } | Order::Build { .. })
}
