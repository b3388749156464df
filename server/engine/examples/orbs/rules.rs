//! How orbs move and what they may eat. Whole numbers throughout: the same on every machine.

use engine::Disc;

use super::schema::{Aim, Body, Motion};

/// Mass of a newcomer. A crumb has 1.
pub(crate) const START: i32 = 10;

/// What something covers.
pub(crate) fn disc(at: &Motion, body: &Body) -> Disc {
    Disc { x: at.x, y: at.y, radius: 64 * body.mass.isqrt() }
}

/// What its player sees of the field: the more, the heavier.
pub(crate) fn sight(at: &Motion, body: &Body) -> Disc {
    let Disc { x, y, radius } = disc(at, body);
    Disc { x, y, radius: 3_000 + 4 * radius }
}

/// A quarter heavier is heavy enough.
pub(crate) fn may_eat(body: &Body, prey: &Body) -> bool {
    body.mass * 4 >= prey.mass * 5
}

/// What is heavy loses some of it each second, so that nobody stays on top by doing nothing.
pub(crate) fn starve(body: &mut Body) {
    body.mass -= (body.mass - START) / 40;
}

/// Sets out for the aim, the slower the heavier. The velocity stays as it is until then: that costs no bytes.
pub(crate) fn head(motion: &mut Motion, body: &Body, aim: Aim) {
    let (x, y) = (i64::from(aim.0 - motion.x), i64::from(aim.1 - motion.y));
    let speed = i64::from(240 - (4 * body.mass.isqrt()).min(140));
    let length = (x * x + y * y).isqrt().max(1);
    motion.vx = (x * speed / length) as i32;
    motion.vy = (y * speed / length) as i32;
}

/// One tick on the way; stops when the aim is less than a tick away.
pub(crate) fn travel(motion: &mut Motion, aim: Aim) {
    let (x, y) = (i64::from(aim.0 - motion.x), i64::from(aim.1 - motion.y));
    let (vx, vy) = (i64::from(motion.vx), i64::from(motion.vy));
    if x * vx + y * vy <= vx * vx + vy * vy {
        *motion = Motion { x: aim.0, y: aim.1, vx: 0, vy: 0 };
    } else {
        motion.x += motion.vx;
        motion.y += motion.vy;
    }
}
