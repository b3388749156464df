//! Makes the map of a match from its seed: walls, where the seats start, where ore lies. Every seat's part is the same
//! one turned round, so no start is better than another.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::geometry::{Cell, Rect};
use crate::ground::Ground;

/// Ore in a deposit beside a start.
pub const HOME_ORE: i32 = 1_500;
/// Ore in a deposit that lies between the players.
pub const FAR_ORE: i32 = 2_000;
/// Deposits beside each start.
pub const HOME_DEPOSITS: usize = 4;
/// Contested deposits, for each start.
pub const FAR_DEPOSITS: usize = 3;

/// Attempts to draw a connected map before the ground is left open.
const ATTEMPTS: usize = 64;
/// Tiles around a start that stay free of walls.
const CLEARING: i32 = 9;

/// The plan of a map.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its walls.
    pub ground: Ground,
    /// Footprint of each start's keep.
    pub keeps: Vec<Rect>,
    /// Footprints of deposits and the ore in them.
    pub deposits: Vec<(Rect, i32)>,
    turn: Turn,
}

impl Plan {
    /// The map of a match for so many seats: 64x64 tiles for up to two, 96x96 for up to four.
    #[must_use]
    pub fn draw(seed: u64, seats: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let turn = if seats <= 2 { Turn { side: 64, folds: 2 } } else { Turn { side: 96, folds: 4 } };
        (0..ATTEMPTS).find_map(|_| turn.attempt(&mut rng, true)).unwrap_or_else(|| turn.open(&mut rng))
    }

    /// Where a rectangle beside the first start lies beside the start of `seat`.
    #[must_use]
    pub fn image(&self, rect: Rect, seat: usize) -> Rect {
        self.turn.image(rect, seat)
    }

    /// True when every start can reach every other and touch every deposit, with everything in its place.
    #[must_use]
    pub fn connected(&self) -> bool {
        let mut ground = self.ground.clone();
        for rect in self.keeps.iter().chain(self.deposits.iter().map(|(rect, _)| rect)) {
            ground.occupy(*rect, true);
        }
        let Some(from) = self.keeps.first().and_then(|keep| keep.ring(1).find(|cell| ground.open(*cell))) else {
            return false;
        };
        let reached = flood(&ground, from);
        let touched = |rect: &Rect| {
            rect.ring(1).filter(|cell| ground.place(*cell).is_some_and(|place| reached[place])).count() >= 4
        };
        self.keeps.iter().all(touched) && self.deposits.iter().all(|(rect, _)| touched(rect))
    }
}

/// A square map that looks the same after each of its turns.
#[derive(Clone, Copy, Debug)]
struct Turn {
    side: i32,
    folds: usize,
}

impl Turn {
    /// The rectangle after so many turns: halves of a circle with two folds, quarters with four.
    fn image(self, rect: Rect, times: usize) -> Rect {
        (0..times).fold(rect, |Rect { x, y, w, h }, _| {
            if self.folds == 2 {
                Rect { x: self.side - x - w, y: self.side - y - h, w, h }
            } else {
                Rect { x: self.side - y - h, y: x, w: h, h: w }
            }
        })
    }

    fn images(self, rect: Rect) -> impl Iterator<Item = Rect> {
        (0..self.folds).map(move |times| self.image(rect, times))
    }

    fn attempt(self, rng: &mut ChaCha8Rng, rough: bool) -> Option<Plan> {
        let keep = self.start(rng);
        let keeps: Vec<Rect> = self.images(keep).collect();
        let mut walls = if rough { self.rough(rng) } else { vec![false; (self.side * self.side) as usize] };
        let middle = Cell { x: keep.x + 1, y: keep.y + 1 };
        for cell in keep.grown(CLEARING).cells() {
            let (dx, dy) = (cell.x - middle.x, cell.y - middle.y);
            if dx * dx + dy * dy <= CLEARING * CLEARING {
                self.paint(&mut walls, cell, false);
            }
        }
        let ground = self.fill_pockets(walls, middle);
        let mut taken = keeps.clone();
        let mut deposits = Vec::new();
        self.home_deposits(rng, keep, &mut taken, &mut deposits)?;
        self.far_deposits(rng, &keeps, &ground, &mut taken, &mut deposits)?;
        let plan = Plan { ground, keeps, deposits, turn: self };
        plan.connected().then_some(plan)
    }

    /// A map without walls, for a seed that never drew a connected one.
    fn open(self, rng: &mut ChaCha8Rng) -> Plan {
        loop {
            if let Some(plan) = self.attempt(rng, false) {
                return plan;
            }
        }
    }

    fn start(self, rng: &mut ChaCha8Rng) -> Rect {
        let (x, mut y) = (rng.random_range(9..=13), rng.random_range(9..=18));
        if self.folds == 2 && rng.random_ratio(1, 2) {
            y = self.side - 3 - y;
        }
        Rect { x, y, w: 3, h: 3 }
    }

    fn paint(self, walls: &mut [bool], cell: Cell, wall: bool) {
        for Rect { x, y, .. } in self.images(cell.rect()) {
            if (0..self.side).contains(&x) && (0..self.side).contains(&y) {
                walls[(y * self.side + x) as usize] = wall;
            }
        }
    }

    /// Rocks and ridges: noise, smoothed by a cellular automaton until it has grown together.
    fn rough(self, rng: &mut ChaCha8Rng) -> Vec<bool> {
        let area = Rect { x: 0, y: 0, w: self.side, h: self.side };
        let mut walls = vec![false; (self.side * self.side) as usize];
        let density = rng.random_range(38..=42);
        for cell in area.cells() {
            // The last image that is painted decides; each orbit is drawn the same number of times.
            let wall = rng.random_ratio(density, 100);
            self.paint(&mut walls, cell, wall);
        }
        for _ in 0..4 {
            let before = walls.clone();
            let wall_at = |cell: &Cell| {
                let inside = (0..self.side).contains(&cell.x) && (0..self.side).contains(&cell.y);
                inside && before[(cell.y * self.side + cell.x) as usize]
            };
            for (place, cell) in area.cells().enumerate() {
                walls[place] = cell.rect().grown(1).cells().filter(wall_at).count() >= 5;
            }
        }
        walls
    }

    /// Open ground that can't be reached from the start becomes wall.
    fn fill_pockets(self, walls: Vec<bool>, from: Cell) -> Ground {
        let ground = Ground::new(self.side, self.side, walls);
        let reached = flood(&ground, from);
        Ground::new(self.side, self.side, reached.into_iter().map(|reached| !reached).collect())
    }

    /// Deposits in an arc around the keep, 5 to 7 tiles off.
    fn home_deposits(
        self,
        rng: &mut ChaCha8Rng,
        keep: Rect,
        taken: &mut Vec<Rect>,
        deposits: &mut Vec<(Rect, i32)>,
    ) -> Option<()> {
        let mut candidates: Vec<Rect> = keep
            .grown(7)
            .cells()
            .map(|Cell { x, y }| Rect { x, y, w: 2, h: 2 })
            .filter(|rect| {
                let squared = rect.centre().distance_squared(keep.centre());
                (5 * 256_i64).pow(2) <= squared && squared <= (7 * 256_i64).pow(2)
            })
            .collect();
        // The arc lies on one side of the keep, so that the other side is free to build on.
        let first = candidates[rng.random_range(0..candidates.len())];
        candidates.retain(|rect| rect.centre().distance_squared(first.centre()) <= (9 * 256_i64).pow(2));
        for _ in 0..HOME_DEPOSITS {
            candidates.retain(|rect| !taken.iter().any(|other| other.grown(1).overlaps(*rect)));
            if candidates.is_empty() {
                return None;
            }
            let rect = candidates[rng.random_range(0..candidates.len())];
            self.place(rect, HOME_ORE, taken, deposits);
        }
        Some(())
    }

    /// Deposits away from every start.
    fn far_deposits(
        self,
        rng: &mut ChaCha8Rng,
        keeps: &[Rect],
        ground: &Ground,
        taken: &mut Vec<Rect>,
        deposits: &mut Vec<(Rect, i32)>,
    ) -> Option<()> {
        let mut placed = 0;
        for _ in 0..4_000 {
            let rect =
                Rect { x: rng.random_range(2..self.side - 4), y: rng.random_range(2..self.side - 4), w: 2, h: 2 };
            let remote =
                keeps.iter().all(|keep| keep.centre().distance_squared(rect.centre()) >= (15 * 256_i64).pow(2));
            let free = rect.grown(1).cells().all(|cell| ground.open(cell));
            let apart = self.images(rect).all(|image| {
                image == rect
                    || (!image.grown(2).overlaps(rect) && !taken.iter().any(|other| other.grown(2).overlaps(image)))
            }) && !taken.iter().any(|other| other.grown(2).overlaps(rect));
            if remote && free && apart {
                self.place(rect, FAR_ORE, taken, deposits);
                placed += 1;
                if placed == FAR_DEPOSITS {
                    return Some(());
                }
            }
        }
        None
    }

    fn place(self, rect: Rect, ore: i32, taken: &mut Vec<Rect>, deposits: &mut Vec<(Rect, i32)>) {
        for image in self.images(rect) {
            if !taken.contains(&image) {
                taken.push(image);
                deposits.push((image, ore));
            }
        }
    }
}

/// The tiles that can be walked to from `from`, in row order.
fn flood(ground: &Ground, from: Cell) -> Vec<bool> {
    let mut reached = vec![false; (ground.width() * ground.height()) as usize];
    let mut open = vec![from];
    while let Some(cell) = open.pop() {
        let Some(place) = ground.place(cell).filter(|place| !reached[*place] && !ground.blocked()[*place]) else {
            continue;
        };
        reached[place] = true;
        for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
            open.push(Cell { x: cell.x + dx, y: cell.y + dy });
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(plan: &Plan, folds: usize) -> Turn {
        Turn { side: plan.ground.width(), folds }
    }

    #[test]
    fn every_map_is_connected_and_looks_the_same_from_each_start() {
        for (seats, folds) in [(2, 2), (4, 4)] {
            for seed in 0..150 {
                let plan = Plan::draw(seed, seats);
                assert!(plan.connected(), "seed {seed} for {seats}");
                assert_eq!(plan.keeps.len(), seats);
                assert_eq!(plan.deposits.len(), seats * (HOME_DEPOSITS + FAR_DEPOSITS), "seed {seed} for {seats}");
                let turn = turned(&plan, folds);
                let area = Rect { x: 0, y: 0, w: turn.side, h: turn.side };
                for cell in area.cells() {
                    let image = turn.image(cell.rect(), 1);
                    assert_eq!(plan.ground.open(cell), plan.ground.open(Cell { x: image.x, y: image.y }));
                }
                for (rect, ore) in &plan.deposits {
                    assert!(plan.deposits.contains(&(turn.image(*rect, 1), *ore)), "seed {seed}: {rect:?}");
                    assert!(rect.cells().all(|cell| plan.ground.open(cell)), "seed {seed}: a deposit in a wall");
                }
                for (index, keep) in plan.keeps.iter().enumerate() {
                    assert_eq!(turn.image(*keep, 1), plan.keeps[(index + 1) % seats]);
                    assert!(keep.cells().all(|cell| plan.ground.open(cell)));
                }
            }
        }
    }

    #[test]
    fn maps_have_walls_but_more_open_ground() {
        let mut share = Vec::new();
        for seed in 0..50 {
            let plan = Plan::draw(seed, 2);
            let walls = plan.ground.walls().iter().filter(|wall| **wall).count();
            share.push(walls * 100 / plan.ground.walls().len());
        }
        share.sort_unstable();
        assert!(share[0] >= 2 && share[25] >= 8 && share[49] <= 45, "{share:?}");
    }

    #[test]
    fn the_same_seed_draws_the_same_map_and_another_seed_another() {
        let tiles = |seed| Plan::draw(seed, 2).ground.info().tiles;
        assert_eq!(tiles(7), tiles(7));
        assert_ne!(tiles(7), tiles(8));
    }

    #[test]
    fn a_map_without_walls_is_valid_too() {
        let plan = Turn { side: 64, folds: 2 }.open(&mut ChaCha8Rng::seed_from_u64(1));
        assert!(plan.connected());
    }
}
