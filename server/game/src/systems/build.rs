//! Building: workers beside a site bring it on, several of them faster than one.

use bevy_ecs::prelude::{Commands, Entity, Query, Res, ResMut};
use engine::{Audience, Happenings, SeatId};
use messages::schema::Doing;
use messages::{EventKind, Kind};

use crate::components::{Course, Health, Motion, Order, REACH, Site, Task};
use crate::index::{Index, Row};
use crate::systems::gather::set;

/// One tick of work on every site.
pub fn build(
    mut commands: Commands,
    index: Res<Index>,
    mut happenings: ResMut<Happenings>,
    mut workers: Query<(&mut Order, &mut Task, &mut Motion)>,
    mut sites: Query<(&mut Site, &mut Health)>,
) {
    let mut hands: Vec<(u32, Entity)> = Vec::new();
    for row in index.rows.iter().filter(|row| row.kind == Kind::Worker) {
        let Ok((mut order, mut task, mut motion)) = workers.get_mut(row.entity) else { continue };
        let Order::Build { site, then } = *order else { continue };
        let place = index.rows.iter().find(|other| other.entity == site).filter(|_| sites.contains(site));
        let Some(place) = place.filter(|_| !motion.ended) else {
            motion.stop();
            set(&mut task, Doing::Idle);
            *order = match then {
                Some((deposit, at)) => Order::Gather { deposit, at, dug: 0, keep: None },
                None => Order::Idle(row.at),
            };
            continue;
        };
        if row.at.gap_squared(place.rect) > i64::from(REACH).pow(2) {
            motion.go(Course::beside(place.rect));
            set(&mut task, Doing::Moving);
        } else {
            motion.stop();
            set(&mut task, Doing::Building);
            hands.push((place.stable, site));
        }
    }
    hands.sort_unstable();
    for group in hands.chunk_by(|one, other| one == other) {
        let Some(row) = index.rows.iter().find(|row| row.entity == group[0].1) else { continue };
        if progress(row.entity, row.kind, group.len() as i32, &mut sites) {
            commands.entity(row.entity).remove::<Site>();
            tell(row, &mut happenings);
        }
    }
}

/// So many workers work for one tick: the first does a whole tick's work, each further one half of that. True when done.
fn progress(building: Entity, kind: Kind, workers: i32, sites: &mut Query<(&mut Site, &mut Health)>) -> bool {
    let Ok((mut site, mut health)) = sites.get_mut(building) else { return false };
    let (before, needed) = (site.done, site.needed);
    site.done = (before + workers + 1).min(needed);
    health.0 += Site::hp(kind, site.done, needed) - Site::hp(kind, before, needed);
    site.done == needed
}

fn tell(row: &Row, happenings: &mut Happenings) {
    let args = [row.kind as i32, row.at.x, row.at.y];
    happenings.push(Audience::Seat(SeatId(row.owner as u8)), EventKind::Built as u8, &args);
}
