//! Judging fights: who is stronger, where a threat is, what to strike first. Gives no orders.

use messages::Kind;

use super::memory::Stronghold;
use super::sight::{Sight, Thing};
use super::terrain::Point;

/// How near an enemy must come to an own building to be a threat, in tiles.
const HOME_RADIUS: i32 = 13;

/// Strength of a group against another: about 16 for a fighter in full health, more for one that meets its prey.
pub(crate) fn strength<'a>(group: impl Iterator<Item = &'a Thing>, prey: (usize, usize)) -> u32 {
    let (spears, bows) = prey;
    let all = (spears + bows).max(1);
    let worth = |thing: &Thing| {
        let whole = thing.kind.stats().hp.max(1);
        let base = match thing.kind {
            Kind::Spear => 16 + 8 * bows / all,
            Kind::Bow => 16 + 6 * spears / all,
            Kind::Worker => 3,
            _ => 0,
        };
        base as u32 * (thing.hp.clamp(0, whole) + whole) as u32 / (2 * whole) as u32
    };
    group.map(worth).sum()
}

/// How many spears and bows a group has.
pub(crate) fn census<'a>(group: impl Iterator<Item = &'a Thing>) -> (usize, usize) {
    group.fold((0, 0), |(spears, bows), thing| match thing.kind {
        Kind::Spear => (spears + 1, bows),
        Kind::Bow => (spears, bows + 1),
        _ => (spears, bows),
    })
}

/// The enemies that fight near a point.
pub(crate) fn foes_near(sight: &Sight, point: Point, tiles: i32) -> impl Iterator<Item = &Thing> {
    sight.foes.iter().filter(move |foe| foe.fights() && foe.at.within(point, tiles))
}

/// An enemy near home.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Threat {
    /// The intruder nearest to a building.
    pub(crate) at: Point,
    pub(crate) id: u32,
    /// Intruders that fight.
    pub(crate) fighters: usize,
}

/// The enemies near own buildings, if there are any worth noticing: fighters, or anyone who builds there.
pub(crate) fn threat(sight: &Sight) -> Option<Threat> {
    let distance = |foe: &Thing| sight.own_buildings().map(|building| building.at.distance(foe.at)).min();
    let near = |foe: &&Thing| sight.own_buildings().any(|building| building.at.within(foe.at, HOME_RADIUS));
    let intruders = || sight.foes.iter().filter(near);
    let fighters = intruders().filter(|foe| foe.fights()).count();
    let nearest = intruders().filter(|foe| foe.fights()).min_by_key(|foe| distance(foe));
    let outpost = || sight.strongholds.iter().find(near);
    let foe = nearest.or_else(outpost)?;
    Some(Threat { at: foe.at, id: foe.id, fighters })
}

/// The building worth striking among those in view near a point: keeps first, then the nearest.
pub(crate) fn prize(strongholds: &[Stronghold], point: Point, tiles: i32) -> Option<(u32, Point)> {
    let near = strongholds.iter().filter(|known| known.id.is_some() && known.at.within(point, tiles));
    let first = near.min_by_key(|known| (known.kind != Kind::Keep, known.at.distance(point)))?;
    Some((first.id?, first.at))
}

/// The middle of a group; `None` for nobody.
pub(crate) fn middle<'a>(group: impl Iterator<Item = &'a Thing>) -> Option<Point> {
    let (mut x, mut y, mut count) = (0i64, 0i64, 0i64);
    for thing in group {
        x += i64::from(thing.at.x);
        y += i64::from(thing.at.y);
        count += 1;
    }
    (count > 0).then(|| Point { x: (x / count) as i32, y: (y / count) as i32 })
}
