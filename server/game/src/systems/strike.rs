//! The blows of the step land, all at once, so that nobody gains from striking first in the list.

use bevy_ecs::prelude::{Query, Res, ResMut};
use engine::{Audience, Happenings, SeatId};
use messages::{EventKind, Kind};

use crate::components::{Health, Position, Unit};
use crate::geometry::Point;
use crate::seats::{Now, Seats};
use crate::systems::fall::Departed;
use crate::systems::fight::{Blow, Blows};

/// Fewest ticks between two alarms of one seat: five seconds.
const ALARM_TICKS: u32 = 100;

/// Takes hit points, raises alarms and notes who has fallen.
pub fn strike(
    now: Res<Now>,
    mut blows: ResMut<Blows>,
    mut seats: ResMut<Seats>,
    mut happenings: ResMut<Happenings>,
    mut departed: ResMut<Departed>,
    mut struck: Query<(&mut Health, &Position, &Unit)>,
) {
    for blow in blows.0.drain(..) {
        let Ok((mut health, position, unit)) = struck.get_mut(blow.target) else { continue };
        announce(&blow, position.at, &mut happenings);
        if health.0 <= 0 {
            continue;
        }
        health.0 -= blow.damage;
        if let Some(seat) = seats.get_mut(unit.owner)
            && seat.alarmed.is_none_or(|last| now.0.wrapping_sub(last) >= ALARM_TICKS)
        {
            seat.alarmed = Some(now.0);
            let to = Audience::Seat(SeatId(unit.owner as u8));
            happenings.push(to, EventKind::Alarm as u8, &[position.at.x, position.at.y]);
        }
        if health.0 <= 0 {
            health.0 = 0;
            departed.fallen.push(blow.target);
            if let Some(seat) = seats.get_mut(blow.owner) {
                seat.score.felled += 1;
            }
        }
    }
}

fn announce(blow: &Blow, to: Point, happenings: &mut Happenings) {
    let witnesses = Audience::Witnesses { by: blow.by, to: blow.target };
    if blow.kind == Kind::Bow {
        happenings.push(witnesses, EventKind::Shot as u8, &[blow.from.x, blow.from.y, to.x, to.y]);
    } else {
        happenings.push(witnesses, EventKind::Hit as u8, &[to.x, to.y]);
    }
}
