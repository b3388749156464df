//! What the player remembers: deposits, enemy buildings, how much of the map it has seen, and what it has met.
//! Owns nothing that is in view only now (that is [`Sight`]).

use messages::Kind;

use super::sight::{Sight, Thing};
use super::terrain::{Field, Point, Terrain, Tile};

/// Side of a cell of the coverage map, in tiles.
const CELL: i32 = 2;
/// Weight of one seen fighter in [`Memory::foe_spears`] and [`Memory::foe_bows`].
pub(crate) const ONE: u32 = 64;
/// Most remembered deposits and buildings, each.
const MOST: usize = 256;

/// A deposit that was seen once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deposit {
    pub(crate) at: Point,
    pub(crate) amount: i32,
    /// Its id while it is in view.
    pub(crate) id: Option<u32>,
}

/// An enemy building that was seen once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stronghold {
    pub(crate) at: Point,
    pub(crate) kind: Kind,
    pub(crate) team: u8,
    /// Its id while it is in view.
    pub(crate) id: Option<u32>,
}

/// A place where an enemy may have started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lair {
    pub(crate) at: Point,
    /// It was looked at, and nothing of an enemy's stood there.
    pub(crate) empty: bool,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) deposits: Vec<Deposit>,
    pub(crate) strongholds: Vec<Stronghold>,
    pub(crate) lairs: Vec<Lair>,
    /// The first own keep.
    pub(crate) home: Point,
    /// Enemy spears met lately, [`ONE`] each; fades over about a minute.
    pub(crate) foe_spears: u32,
    /// Enemy bows likewise.
    pub(crate) foe_bows: u32,
    /// Tick each cell was seen last; 0 for never.
    cells: Vec<u32>,
    columns: i32,
    rows: i32,
    seats: usize,
}

impl Memory {
    /// Called with the first view: where home is, and so where the others must be.
    pub(crate) fn begin(&mut self, sight: &Sight, terrain: &Terrain, seats: usize) {
        let first = sight.keeps.first().or(sight.sites.first()).or(sight.workers.first()).or(sight.fighters.first());
        self.home = first.map(|thing| thing.at).unwrap_or_default();
        self.seats = seats;
        let images = terrain.images(self.home, seats);
        let allied = |at: &Point| sight.allies.iter().any(|ally| ally.kind == Kind::Keep && ally.at.within(*at, 8));
        self.lairs = images.into_iter().filter(|at| !allied(at)).map(|at| Lair { at, empty: false }).collect();
        (self.columns, self.rows) = ((terrain.width + CELL - 1) / CELL, (terrain.height + CELL - 1) / CELL);
        self.cells = vec![0; (self.columns * self.rows).max(0) as usize];
    }

    /// Takes in what is in view.
    pub(crate) fn update(&mut self, sight: &Sight, terrain: &Terrain) {
        self.cover(sight);
        self.recall_deposits(sight, terrain);
        self.recall_strongholds(sight);
        let count = |kind| sight.foes.iter().filter(|foe| foe.kind == kind).count() as u32 * ONE;
        self.foe_spears = (self.foe_spears - self.foe_spears / 128).max(count(Kind::Spear));
        self.foe_bows = (self.foe_bows - self.foe_bows / 128).max(count(Kind::Bow));
        let Self { lairs, strongholds, .. } = self;
        for lair in lairs {
            let held = strongholds.iter().any(|stronghold| stronghold.at.within(lair.at, 8));
            lair.empty = !held && (lair.empty || sight.covers(lair.at));
        }
    }

    /// Whether a place is nearer to home than to any enemy start that may be held, and no enemy building is near.
    pub(crate) fn is_ours(&self, at: Point) -> bool {
        let nearer = self.lairs.iter().all(|lair| lair.empty || lair.at.distance(at) >= self.home.distance(at));
        nearer && !self.strongholds.iter().any(|stronghold| stronghold.at.within(at, 16))
    }

    /// Forgets what belonged to a team that is out.
    pub(crate) fn defeated(&mut self, team: u8) {
        self.strongholds.retain(|stronghold| stronghold.team != team);
    }

    fn cover(&mut self, sight: &Sight) {
        for eye in sight.eyes() {
            // A cell counts when its farthest corner is in sight.
            let reach = eye.kind.stats().sight - CELL;
            let tile = eye.at.tile();
            let (from, to) = ((tile.x - reach).div_euclid(CELL), (tile.x + reach).div_euclid(CELL));
            for y in (tile.y - reach).div_euclid(CELL)..=(tile.y + reach).div_euclid(CELL) {
                for x in from..=to {
                    let near = middle(x, y).centre().within(eye.at, reach);
                    if let Some(cell) = self.cell(x, y).filter(|_| near).and_then(|cell| self.cells.get_mut(cell)) {
                        *cell = sight.tick;
                    }
                }
            }
        }
    }

    fn cell(&self, x: i32, y: i32) -> Option<usize> {
        let inside = x >= 0 && y >= 0 && x < self.columns && y < self.rows;
        if inside { usize::try_from(y * self.columns + x).ok() } else { None }
    }

    /// When the cell of this tile was seen last; `None` for never.
    pub(crate) fn seen(&self, tile: Tile) -> Option<u32> {
        let cell = self.cell(tile.x.div_euclid(CELL), tile.y.div_euclid(CELL))?;
        self.cells.get(cell).copied().filter(|tick| *tick > 0)
    }

    /// The reachable place that was seen longest ago; among equals the one nearest to `from`.
    pub(crate) fn stalest(&self, from: Point, terrain: &Terrain, home: &Field) -> Option<Point> {
        let places = (0..self.rows).flat_map(|y| (0..self.columns).map(move |x| (x, y)));
        let worth = |(x, y): (i32, i32)| {
            let tile = terrain.nearest_open(middle(x, y))?;
            home.steps(tile)?;
            let seen = self.seen(middle(x, y)).map_or(0, |tick| 1 + tick / 400);
            Some((seen, tile.centre().distance(from), tile))
        };
        places.filter_map(worth).min().map(|(_, _, tile)| tile.centre())
    }

    fn recall_deposits(&mut self, sight: &Sight, terrain: &Terrain) {
        self.deposits.iter_mut().for_each(|deposit| deposit.id = None);
        for seen in &sight.deposits {
            let now = Deposit { at: seen.at, amount: seen.ore, id: Some(seen.id) };
            if keep(&mut self.deposits, now, |deposit| deposit.at == seen.at) {
                // The map looks the same from every start, so one deposit tells of others.
                for at in terrain.images(seen.at, self.seats) {
                    if !self.deposits.iter().any(|deposit| deposit.at == at) {
                        keep(&mut self.deposits, Deposit { at, amount: seen.ore, id: None }, |_| false);
                    }
                }
            }
        }
        self.deposits.retain(|deposit| deposit.amount > 0 && (deposit.id.is_some() || !sight.covers(deposit.at)));
    }

    fn recall_strongholds(&mut self, sight: &Sight) {
        self.strongholds.iter_mut().for_each(|stronghold| stronghold.id = None);
        for (seen, team) in sight.strongholds.iter().filter_map(|seen: &Thing| Some((seen, seen.team?))) {
            let now = Stronghold { at: seen.at, kind: seen.kind, team, id: Some(seen.id) };
            keep(&mut self.strongholds, now, |known| known.at == seen.at);
        }
        self.strongholds.retain(|known| known.id.is_some() || !sight.covers(known.at));
    }
}

/// Replaces what is the same, or adds it while there is room. True when it is new.
fn keep<T>(list: &mut Vec<T>, now: T, same: impl Fn(&T) -> bool) -> bool {
    match list.iter().position(same) {
        Some(place) => {
            list[place] = now;
            false
        }
        None => {
            let room = list.len() < MOST;
            if room {
                list.push(now);
            }
            room
        }
    }
}

/// The tile in the middle of a cell.
const fn middle(x: i32, y: i32) -> Tile {
    Tile { x: x * CELL + CELL / 2, y: y * CELL + CELL / 2 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brain::fixture::{Scene, start};
    use messages::schema::Doing;

    fn remember(memory: &mut Memory, scene: &Scene) {
        let start = start(2);
        let mut sight = Sight::default();
        let mirror = scene.mirror();
        sight.look(&mirror, mirror.tick().expect("applied").0, &start);
        if memory.columns == 0 {
            memory.begin(&sight, &Terrain::new(&start.map), 2);
        }
        memory.update(&sight, &Terrain::new(&start.map));
    }

    #[test]
    fn enemy_buildings_are_remembered_until_their_place_is_seen_without_them() {
        let mut memory = Memory::default();
        let home = Scene::new().building(Kind::Keep, 0, (4, 4));
        remember(&mut memory, &home);
        assert_eq!(memory.lairs.len(), 1);
        assert_eq!(memory.lairs[0].at.tile(), Tile { x: 58, y: 58 });

        let there = home.clone().unit(Kind::Spear, 0, (52, 58), Doing::Idle);
        remember(&mut memory, &there.clone().building(Kind::Keep, 1, (57, 57)).at_tick(2));
        assert_eq!((memory.strongholds.len(), memory.strongholds[0].id.is_some()), (1, true));
        remember(&mut memory, &home.clone().at_tick(3));
        assert_eq!((memory.strongholds.len(), memory.strongholds[0].id), (1, None));
        assert!(!memory.lairs[0].empty);
        remember(&mut memory, &there.at_tick(4));
        assert!(memory.strongholds.is_empty());
        assert!(memory.lairs[0].empty);
    }

    #[test]
    fn one_deposit_tells_of_its_image_until_that_place_is_seen_empty() {
        let mut memory = Memory::default();
        let home = Scene::new().building(Kind::Keep, 0, (4, 4)).ore((9, 4), 500);
        remember(&mut memory, &home);
        assert_eq!(
            memory.deposits.iter().map(|deposit| deposit.at.tile()).collect::<Vec<_>>(),
            [Tile { x: 10, y: 5 }, Tile { x: 54, y: 59 }]
        );
        assert!(memory.is_ours(memory.deposits[0].at) && !memory.is_ours(memory.deposits[1].at));
        remember(&mut memory, &home.unit(Kind::Spear, 0, (53, 57), Doing::Idle).at_tick(2));
        assert_eq!(memory.deposits.len(), 1);
    }

    #[test]
    fn the_stalest_place_is_one_never_seen() {
        let mut memory = Memory::default();
        let ground = Terrain::new(&start(2).map);
        remember(&mut memory, &Scene::new().building(Kind::Keep, 0, (4, 4)));
        let field = ground.field(Tile { x: 4, y: 4 });
        let place = memory.stalest(memory.home, &ground, &field).expect("open ground");
        assert_eq!(memory.seen(place.tile()), None);
        assert!(memory.seen(Tile { x: 5, y: 5 }).is_some());
    }
}
