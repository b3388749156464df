//! Where a building may stand. Owns the search for free ground; the server has the last word.

use messages::Kind;

use super::context::Now;
use super::memory::Memory;
use super::sight::Sight;
use super::terrain::{Point, Tile};

/// Farthest that a barracks stands from its keep, in tiles.
const FAR: i32 = 13;
/// How long a refused place is avoided, in ticks.
const AVOID: u32 = 600;

/// Looks for free ground.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spots {
    /// Places that were refused, and when. At most 32.
    refused: Vec<(Tile, u32)>,
}

impl Spots {
    /// Remembers that a place was refused at this tick.
    pub(crate) fn refuse(&mut self, corner: Tile, tick: u32) {
        if self.refused.len() >= 32 {
            self.refused.remove(0);
        }
        self.refused.push((corner, tick));
    }

    /// Free ground for a building around `centre`, as near as possible to `ideal` tiles away from it. `taken` holds
    /// corners that are promised to other buildings of that kind's size. `jitter` in 0..64 breaks ties.
    pub(crate) fn find(
        &self,
        kind: Kind,
        (centre, ideal): (Point, i32),
        taken: &[Tile],
        jitter: i32,
        now: &Now<'_>,
    ) -> Option<Tile> {
        let Now { sight, memory, .. } = now;
        let size = kind.stats().size;
        let middle = centre.tile();
        let blocked: Vec<(Tile, i32)> = sight.footprints().chain(taken.iter().map(|corner| (*corner, size))).collect();
        let corners = (-FAR..=FAR).flat_map(|dy| (-FAR..=FAR).map(move |dx| (dx, dy)));
        let worth = |(dx, dy): (i32, i32)| {
            let corner = Tile { x: middle.x + dx - size / 2, y: middle.y + dy - size / 2 };
            let at = Tile { x: middle.x + dx, y: middle.y + dy }.centre();
            let refused = self.refused.iter().any(|(tile, at)| *tile == corner && sight.tick < at + AVOID);
            if refused || !free(corner, size, &blocked, now) || in_the_way(at, sight, memory) {
                return None;
            }
            let off = (at.distance(centre) as i32 - ideal * 256).abs() / 64;
            let noise = (dx.wrapping_mul(7) + dy.wrapping_mul(13) + jitter).rem_euclid(8);
            Some((off + noise, corner))
        };
        corners.filter_map(worth).min().map(|(_, corner)| corner)
    }
}

/// Open, in view and reachable, with a lane of one tile all around that no building and no wall closes.
fn free(corner: Tile, size: i32, blocked: &[(Tile, i32)], now: &Now<'_>) -> bool {
    let apart = |(other, side): &(Tile, i32)| {
        let beside = corner.x > other.x + side || other.x > corner.x + size;
        beside || corner.y > other.y + side || other.y > corner.y + size
    };
    let mut tiles = (-1..=size).flat_map(|dy| (-1..=size).map(move |dx| (dx, dy)));
    blocked.iter().all(apart)
        && now.home.steps(corner).is_some()
        && tiles.all(|(dx, dy)| {
            let tile = Tile { x: corner.x + dx, y: corner.y + dy };
            let inside = (0..size).contains(&dx) && (0..size).contains(&dy);
            now.terrain.is_open(tile) && (!inside || now.memory.seen(tile) == Some(now.sight.tick))
        })
}

/// Whether a building here would stand between a keep and its ore.
fn in_the_way(at: Point, sight: &Sight, memory: &Memory) -> bool {
    let near = |deposit: &Point, keep: &Point| keep.within(*deposit, 11);
    let between = |deposit: Point, keep: Point| {
        // The detour over `at` is short only for places near the straight line.
        at.distance(deposit) + at.distance(keep) < deposit.distance(keep) + 300
    };
    memory.deposits.iter().any(|deposit| {
        let crosses = |keep: &super::sight::Thing| near(&deposit.at, &keep.at) && between(deposit.at, keep.at);
        at.within(deposit.at, 3) || sight.keeps.iter().any(crosses)
    })
}
