//! Gathering: dig a load, haul it to the nearest keep, go back; when the deposit is empty, to the next one near it.

use bevy_ecs::prelude::{Entity, Has, Mut, Query, Res, ResMut};
use messages::Kind;
use messages::rules::{CARGO, GATHER_TICKS};
use messages::schema::Doing;

use crate::components::{Course, Deposit, Motion, Order, Position, REACH, Site, Task, Unit};
use crate::geometry::{Point, Rect};
use crate::index::{Index, Row};
use crate::seats::Seats;
use crate::systems::fall::Departed;
use crate::vision::{TeamSight, Vision};

/// How far from an empty deposit the next one is looked for, in 1/256 tile.
const NEXT: i64 = 10 * 256;
/// Others may push a worker so far off, in 1/256 tile, before it stops digging.
const SLACK: i32 = 96;

type Worker = (&'static mut Order, &'static mut Task, &'static mut Motion);

/// One tick of work for every gatherer.
pub fn gather(
    index: Res<Index>,
    vision: Res<Vision>,
    mut seats: ResMut<Seats>,
    mut departed: ResMut<Departed>,
    mut workers: Query<Worker>,
    mut deposits: Query<&mut Deposit>,
    keeps: Query<(&Unit, &Position, Has<Site>)>,
) {
    for row in index.rows.iter().filter(|row| row.kind == Kind::Worker) {
        let Ok((mut order, mut task, mut motion)) = workers.get_mut(row.entity) else { continue };
        let Order::Gather { deposit, at, dug, keep } = *order else { continue };
        let sight = vision.team(row.team);
        if task.cargo > 0 {
            let keep = keep.filter(|keep| takes_ore(&keeps, *keep)).or_else(|| nearest_keep(&index, &keeps, row));
            *order = match keep {
                None => Order::Idle(row.at),
                Some(keep) => {
                    let walks = haul(row, keep, &keeps, &mut task, &mut motion, &mut seats);
                    Order::Gather { deposit, at, dug: 0, keep: Some(keep).filter(|_| walks) }
                }
            };
            if motion.ended {
                *order = Order::Idle(row.at);
            }
        } else if let Ok(mut ore) = deposits.get_mut(deposit)
            && ore.0 > 0
            && !motion.ended
        {
            let dug = dig(row, at, dug, &mut ore, &mut task, &mut motion);
            if ore.0 == 0 {
                departed.spent.push((deposit, at));
            }
            *order = Order::Gather { deposit, at, dug, keep: None };
        } else if !motion.ended && !sight.sees_any(Rect::of(Kind::Ore, at)) {
            // Nobody has told that it is empty: go and see.
            motion.go(Course::beside(Rect::of(Kind::Ore, at)));
            set(&mut task, Doing::Moving);
        } else {
            *order = next(&index, &deposits, sight, row, deposit, at);
            motion.stop();
        }
        if let Order::Idle(_) = *order {
            motion.stop();
            set(&mut task, Doing::Idle);
        }
    }
}

/// Walks to the deposit, or digs there. Gives the ticks spent on the load in the making.
fn dig(row: &Row, at: Point, dug: i32, ore: &mut Mut<Deposit>, task: &mut Mut<Task>, motion: &mut Motion) -> i32 {
    let rect = Rect::of(Kind::Ore, at);
    let reach = i64::from(if dug > 0 { REACH + SLACK } else { REACH });
    if row.at.gap_squared(rect) > reach * reach {
        motion.go(Course::beside(rect));
        set(task, Doing::Moving);
        return 0;
    }
    motion.stop();
    set(task, Doing::Gathering);
    if dug + 1 < GATHER_TICKS {
        return dug + 1;
    }
    task.cargo = ore.0.min(CARGO);
    ore.0 -= task.cargo;
    0
}

/// Walks to the keep, or unloads there: then the result is false.
fn haul(
    row: &Row,
    keep: Entity,
    keeps: &Query<(&Unit, &Position, Has<Site>)>,
    task: &mut Mut<Task>,
    motion: &mut Motion,
    seats: &mut Seats,
) -> bool {
    let Ok((unit, position, _)) = keeps.get(keep) else { return false };
    let rect = Rect::of(unit.kind, position.at);
    if row.at.gap_squared(rect) > i64::from(REACH).pow(2) {
        motion.go(Course::beside(rect));
        set(task, Doing::Hauling);
        return true;
    }
    if let Some(seat) = seats.get_mut(row.owner) {
        seat.ore = seat.ore.saturating_add(task.cargo);
        seat.score.ore += task.cargo.unsigned_abs();
    }
    task.cargo = 0;
    motion.stop();
    false
}

fn takes_ore(keeps: &Query<(&Unit, &Position, Has<Site>)>, keep: Entity) -> bool {
    keeps.get(keep).is_ok_and(|(_, _, site)| !site)
}

fn nearest_keep(index: &Index, keeps: &Query<(&Unit, &Position, Has<Site>)>, worker: &Row) -> Option<Entity> {
    index
        .rows
        .iter()
        .filter(|row| row.kind == Kind::Keep && row.owner == worker.owner && takes_ore(keeps, row.entity))
        .min_by_key(|row| (worker.at.gap_squared(row.rect), row.stable))
        .map(|row| row.entity)
}

/// The next deposit in view near an empty one, nearest to the worker; or nothing to do.
fn next(
    index: &Index,
    deposits: &Query<&mut Deposit>,
    sight: &TeamSight,
    worker: &Row,
    old: Entity,
    at: Point,
) -> Order {
    let near = |row: &&Row| {
        row.kind == Kind::Ore
            && row.entity != old
            && row.at.distance_squared(at) <= NEXT * NEXT
            && sight.sees_any(row.rect)
            && deposits.get(row.entity).is_ok_and(|ore| ore.0 > 0)
    };
    let found = index.rows.iter().filter(near).min_by_key(|row| (worker.at.gap_squared(row.rect), row.stable));
    found.map_or(Order::Idle(worker.at), |row| Order::Gather { deposit: row.entity, at: row.at, dug: 0, keep: None })
}

/// Changes what a unit is seen to do, without marking it changed when it does so already.
pub(crate) fn set(task: &mut Mut<Task>, doing: Doing) {
    if task.doing != doing {
        task.doing = doing;
    }
}
