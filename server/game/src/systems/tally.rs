//! Supply: what each seat's units and queues take, and what its keeps give.

use bevy_ecs::prelude::{Has, Query, ResMut};
use messages::rules::SUPPLY_LIMIT;

use crate::components::{Queue, Site, Unit};
use crate::seats::Seats;

/// Counts supply anew.
pub fn tally(mut seats: ResMut<Seats>, things: Query<(&Unit, Has<Site>, Option<&Queue>)>) {
    for seat in &mut seats.list {
        (seat.supply, seat.supply_cap) = (0, 0);
    }
    for (unit, site, queue) in &things {
        let Some(seat) = seats.get_mut(unit.owner) else { continue };
        let stats = unit.kind.stats();
        seat.supply += stats.supply;
        seat.supply += queue.map_or(0, |queue| queue.kinds.iter().map(|kind| kind.stats().supply).sum());
        if !site {
            seat.supply_cap = (seat.supply_cap + stats.provides).min(SUPPLY_LIMIT);
        }
    }
}
