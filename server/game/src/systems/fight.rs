//! Fighting: who is fought, getting into range, and the blows. They land later in the step, all at once.

use bevy_ecs::prelude::{Entity, Mut, Query, Res, ResMut, Resource};
use messages::Kind;
use messages::rules::Stats;
use messages::schema::Doing;

use crate::components::{Course, Motion, Order, Position, Task, Team, Unit, Weapon};
use crate::geometry::{Point, Rect};
use crate::index::{Index, Row};
use crate::seats::Now;
use crate::systems::gather::set;
use crate::vision::{TeamSight, Vision};

/// Ticks between two looks around for enemies.
const SCAN: u32 = 5;
/// Ticks after which a soldier that can't get nearer to its target tries again.
const RETRY: u32 = 20;
/// How far from its post a soldier without orders fights, in 1/256 tile.
const LEASH: i64 = 10 * 256;
/// How far the enemy may draw it beyond that before it gives up.
const STRETCH: i64 = 2 * 256;
/// A soldier this far from its post goes back to it, in 1/256 tile.
const ASTRAY: i64 = 2 * 256;

/// A blow struck in this step.
#[derive(Clone, Copy, Debug)]
pub struct Blow {
    /// Who strikes.
    pub by: Entity,
    /// What strikes.
    pub kind: Kind,
    /// Its seat.
    pub owner: i32,
    /// From where.
    pub from: Point,
    /// Who is struck.
    pub target: Entity,
    /// Hit points it costs.
    pub damage: i32,
}

/// The blows of this step, in the order of those who strike.
#[derive(Resource, Debug, Default)]
pub struct Blows(pub Vec<Blow>);

/// Whom a unit fights: where it is and what it is.
#[derive(Clone, Copy)]
struct Foe {
    entity: Entity,
    kind: Kind,
    at: Point,
    rect: Rect,
}

type Targets<'w, 's> = Query<'w, 's, (&'static Position, &'static Unit, &'static Team)>;
type Fighter = (&'static mut Order, &'static mut Task, &'static mut Motion, &'static mut Weapon);

/// One tick of fighting for every unit.
pub fn fight(
    now: Res<Now>,
    index: Res<Index>,
    vision: Res<Vision>,
    mut blows: ResMut<Blows>,
    targets: Targets,
    mut fighters: Query<Fighter>,
) {
    for row in index.rows.iter().filter(|row| row.kind.is_mobile()) {
        let Ok((mut order, mut task, mut motion, mut weapon)) = fighters.get_mut(row.entity) else { continue };
        if weapon.cooldown > 0 {
            weapon.cooldown -= 1;
        }
        let sight = vision.team(row.team);
        let known = |target: Option<Entity>| target.and_then(|target| foe(&targets, target, row.team, sight));
        let due = (now.0.wrapping_add(row.stable)).is_multiple_of(SCAN);
        let stats = row.kind.stats();
        let target = match *order {
            Order::Attack(target) => {
                let target = known(Some(target));
                if target.is_none() {
                    *order = Order::Idle(row.at);
                }
                target
            }
            Order::AttackMove(_) => known(weapon.target)
                .filter(|foe| !due || in_range(row, stats, foe))
                .or_else(|| if due { nearest(&index, row, stats, sight) } else { None }),
            Order::Idle(post) if row.kind != Kind::Worker => known(weapon.target)
                .filter(|foe| !due || in_range(row, stats, foe))
                .filter(|foe| foe.at.distance_squared(post) <= (LEASH + STRETCH).pow(2))
                .or_else(|| if due { nearest(&index, row, stats, sight) } else { None })
                .filter(|foe| {
                    let far = if weapon.target == Some(foe.entity) { LEASH + STRETCH } else { LEASH };
                    foe.at.distance_squared(post) <= far.pow(2)
                }),
            _ => None,
        };
        let held = target.map(|foe| foe.entity);
        if weapon.target != held {
            weapon.target = held;
        }
        match target {
            Some(foe) if in_range(row, stats, &foe) => {
                motion.stop();
                set(&mut task, Doing::Attacking);
                if weapon.cooldown == 0 {
                    weapon.cooldown = stats.cooldown;
                    let damage = if stats.prey == Some(foe.kind) { stats.bonus_damage } else { stats.damage };
                    let (by, kind, owner, from) = (row.entity, row.kind, row.owner, row.at);
                    blows.0.push(Blow { by, kind, owner, from, target: foe.entity, damage });
                }
            }
            Some(foe) => {
                if motion.ended && (now.0.wrapping_add(row.stable)).is_multiple_of(RETRY) {
                    motion.stop();
                }
                motion.go(if foe.kind.is_mobile() { Course::to(foe.at) } else { Course::beside(foe.rect) });
                set(&mut task, Doing::Moving);
            }
            None => carry_on(row, &mut order, &mut task, &mut motion),
        }
    }
}

/// What a unit does with nobody to fight.
fn carry_on(row: &Row, order: &mut Mut<Order>, task: &mut Mut<Task>, motion: &mut Mut<Motion>) {
    match **order {
        Order::Move(course) | Order::AttackMove(course) => {
            motion.go(course);
            if motion.ended {
                motion.stop();
                **order = Order::Idle(row.at);
                set(task, Doing::Idle);
            } else {
                set(task, Doing::Moving);
            }
        }
        Order::Idle(post) => {
            if motion.ended {
                // It can't get back to its post: this is its post now.
                motion.stop();
                **order = Order::Idle(row.at);
            } else if motion.course.is_some_and(|course| course.spot != Some(post)) {
                motion.stop();
            }
            if !motion.walks() && row.at.distance_squared(post) > ASTRAY.pow(2) {
                motion.go(Course::to(post));
            }
            set(task, if motion.walks() { Doing::Moving } else { Doing::Idle });
        }
        Order::Attack(_) | Order::Gather { .. } | Order::Build { .. } => {}
    }
}

/// A target as long as it is there, hostile and in view.
fn foe(targets: &Targets, entity: Entity, team: u8, sight: &TeamSight) -> Option<Foe> {
    let (position, unit, other) = targets.get(entity).ok()?;
    let rect = Rect::of(unit.kind, position.at);
    let hostile = other.0 != team && sight.sees_any(rect);
    hostile.then_some(Foe { entity, kind: unit.kind, at: position.at, rect })
}

fn nearest(index: &Index, row: &Row, stats: &Stats, sight: &TeamSight) -> Option<Foe> {
    let found = index.enemy(row.team, row.at, stats.sight * 256, sight)?;
    Some(Foe { entity: found.entity, kind: found.kind, at: found.at, rect: found.rect })
}

fn in_range(row: &Row, stats: &Stats, foe: &Foe) -> bool {
    let squared = if foe.kind.is_mobile() { row.at.distance_squared(foe.at) } else { row.at.gap_squared(foe.rect) };
    squared <= i64::from(stats.range).pow(2)
}
