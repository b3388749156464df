//! A flow field: the cost of walking to one goal from everywhere. It grows from the goal outwards, only as far as it
//! has been asked for, so that a goal nearby costs little and two hundred units with the same goal share the work.

use crate::geometry::{Cell, Point, Rect};

/// Cost of a step to a side.
pub const STRAIGHT: u16 = 5;
/// Cost of a step to a corner.
pub const DIAGONAL: u16 = 7;

/// A ring of buckets is enough: no step costs more than [`DIAGONAL`].
const BUCKETS: usize = 8;
const FAR: u16 = u16::MAX;
/// Costs end here; what is farther can't be reached.
const MAX_COST: u16 = u16::MAX - 16;
/// The field ends rather than looking for an open tile farther than this from a blocked goal.
const MAX_RING: i32 = 24;

const STEPS: [(i32, i32, u16); 8] = [
    (0, -1, STRAIGHT),
    (1, 0, STRAIGHT),
    (0, 1, STRAIGHT),
    (-1, 0, STRAIGHT),
    (1, -1, DIAGONAL),
    (1, 1, DIAGONAL),
    (-1, 1, DIAGONAL),
    (-1, -1, DIAGONAL),
];

/// What walking to a goal costs from each tile. Diagonal steps never cut a blocked corner.
#[derive(Clone, Debug)]
pub struct Field {
    width: i32,
    height: i32,
    cost: Vec<u16>,
    buckets: [Vec<u32>; BUCKETS],
    /// Every tile whose cost is below this is settled.
    level: u16,
    /// Tiles waiting in the buckets.
    waiting: usize,
}

impl Field {
    /// A field that has not grown yet. The goal is the open tiles of `goal`, or, where it is blocked, those nearest around it.
    #[must_use]
    pub fn new(width: i32, height: i32, goal: Rect, blocked: &[bool]) -> Self {
        let mut field =
            Self { width, height, cost: vec![FAR; blocked.len()], buckets: Default::default(), level: 0, waiting: 0 };
        let mut seeds: Vec<usize> = goal.cells().filter_map(|cell| field.open(cell, blocked)).collect();
        let mut by = 1;
        while seeds.is_empty() && by <= MAX_RING {
            seeds.extend(goal.ring(by).filter_map(|cell| field.open(cell, blocked)));
            by += 1;
        }
        for place in seeds {
            field.cost[place] = 0;
            field.buckets[0].push(place as u32);
            field.waiting += 1;
        }
        field
    }

    const fn place(&self, cell: Cell) -> Option<usize> {
        if cell.x >= 0 && cell.y >= 0 && cell.x < self.width && cell.y < self.height {
            Some((cell.y * self.width + cell.x) as usize)
        } else {
            None
        }
    }

    fn open(&self, cell: Cell, blocked: &[bool]) -> Option<usize> {
        self.place(cell).filter(|place| !blocked[*place])
    }

    /// Grows until the cost from `cell` is final or nothing is left to grow into. Takes what it costs from `budget`,
    /// in tiles, and gives up for now when that is used up: then the result is false.
    pub fn reach(&mut self, cell: Cell, blocked: &[bool], budget: &mut i32) -> bool {
        let Some(place) = self.place(cell) else { return true };
        while self.cost[place] >= self.level && self.waiting > 0 {
            if *budget <= 0 {
                return false;
            }
            *budget -= self.grow(blocked);
        }
        true
    }

    /// Settles the tiles of the next level. Gives how many they were.
    fn grow(&mut self, blocked: &[bool]) -> i32 {
        let bucket = usize::from(self.level) % BUCKETS;
        let tiles = std::mem::take(&mut self.buckets[bucket]);
        self.waiting -= tiles.len();
        let mut settled = 0;
        for &place in &tiles {
            if self.cost[place as usize] == self.level {
                settled += 1;
                self.relax(place as usize, blocked);
            }
        }
        let mut emptied = tiles;
        emptied.clear();
        // No step leads from a level to a level of the same bucket, so the bucket is still empty.
        self.buckets[bucket] = emptied;
        if self.level >= MAX_COST {
            self.waiting = 0;
        } else {
            self.level += 1;
        }
        settled
    }

    fn relax(&mut self, place: usize, blocked: &[bool]) {
        let (x, y) = (place as i32 % self.width, place as i32 / self.width);
        let base = self.cost[place];
        let mut sides = [false; 4];
        for (index, (dx, dy, step)) in STEPS.into_iter().enumerate() {
            let Some(next) = self.open(Cell { x: x + dx, y: y + dy }, blocked) else { continue };
            if index < 4 {
                sides[index] = true;
            } else if !(sides[index - 4] && sides[(index - 3) % 4]) {
                continue;
            }
            let cost = base + step;
            if cost < self.cost[next] && cost < MAX_COST {
                self.cost[next] = cost;
                self.buckets[usize::from(cost) % BUCKETS].push(next as u32);
                self.waiting += 1;
            }
        }
    }

    /// The cost from a tile, once it is final; 5 for each step to a side. `None` where no way leads to the goal.
    #[must_use]
    pub fn cost(&self, cell: Cell) -> Option<u16> {
        self.place(cell).map(|place| self.cost[place]).filter(|cost| *cost < self.level)
    }

    /// The next tile on the way from `cell` to the goal. Of several equally good ones that which lies straightest
    /// towards `to`. `None` at the goal and where there is no way.
    #[must_use]
    pub fn next(&self, cell: Cell, to: Point) -> Option<Cell> {
        let here = self.cost(cell)?;
        let mut sides = [false; 4];
        let mut best: Option<(i64, Cell)> = None;
        for (index, (dx, dy, step)) in STEPS.into_iter().enumerate() {
            let next = Cell { x: cell.x + dx, y: cell.y + dy };
            let Some(cost) = self.place(next).map(|place| self.cost[place]).filter(|cost| *cost != FAR) else {
                continue;
            };
            if index < 4 {
                sides[index] = true;
            } else if !(sides[index - 4] && sides[(index - 3) % 4]) {
                continue;
            }
            if cost.saturating_add(step) == here {
                let off = next.centre().distance_squared(to);
                if best.is_none_or(|(least, _)| off < least) {
                    best = Some((off, next));
                }
            }
        }
        best.map(|(_, cell)| cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked(rows: &[&str]) -> Vec<bool> {
        rows.iter().flat_map(|row| row.chars().map(|tile| tile == '#')).collect()
    }

    fn grown(rows: &[&str], goal: Cell) -> Field {
        let blocked = blocked(rows);
        let mut field = Field::new(rows[0].len() as i32, rows.len() as i32, goal.rect(), &blocked);
        assert!(field.reach(Cell { x: 0, y: 0 }, &blocked, &mut 10_000));
        field
    }

    #[test]
    fn the_way_goes_around_walls_without_cutting_corners() {
        let rows = ["....", ".##.", ".#..", "...."];
        let field = grown(&rows, Cell { x: 2, y: 2 });
        let mut cell = Cell { x: 0, y: 0 };
        let goal = Cell { x: 2, y: 2 };
        let mut cost = 0;
        while cell != goal {
            let next = field.next(cell, goal.centre()).expect("a way");
            let (dx, dy) = (next.x - cell.x, next.y - cell.y);
            if dx != 0 && dy != 0 {
                let wall = |x: i32, y: i32| rows[y as usize].as_bytes()[x as usize] == b'#';
                assert!(!wall(cell.x + dx, cell.y) && !wall(cell.x, cell.y + dy), "{cell:?} to {next:?}");
                cost += DIAGONAL;
            } else {
                cost += STRAIGHT;
            }
            cell = next;
        }
        assert_eq!(Some(cost), field.cost(Cell { x: 0, y: 0 }));
    }

    #[test]
    fn a_walled_in_place_has_no_way() {
        let field = grown(&[".#.", "##.", "..."], Cell { x: 2, y: 2 });
        assert_eq!(field.cost(Cell { x: 0, y: 0 }), None);
        assert_eq!(field.next(Cell { x: 0, y: 0 }, Point::default()), None);
    }

    #[test]
    fn a_blocked_goal_is_approached_as_near_as_possible() {
        let rows = ["......", "......", "...##.", "...##.", "......"];
        let blocked = blocked(&rows);
        let mut field = Field::new(6, 5, Rect { x: 3, y: 2, w: 2, h: 2 }, &blocked);
        assert!(field.reach(Cell { x: 0, y: 0 }, &blocked, &mut 10_000));
        assert_eq!(field.cost(Cell { x: 2, y: 1 }), Some(0));
        assert_eq!(field.cost(Cell { x: 0, y: 1 }), Some(2 * STRAIGHT));
    }

    #[test]
    fn a_field_grows_only_as_far_as_it_is_asked_and_within_its_budget() {
        let blocked = vec![false; 64 * 64];
        let mut field = Field::new(64, 64, Cell { x: 32, y: 32 }.rect(), &blocked);
        let mut budget = 10_000;
        assert!(field.reach(Cell { x: 34, y: 32 }, &blocked, &mut budget));
        assert!(budget > 9_950, "{budget}");
        assert_eq!(field.cost(Cell { x: 0, y: 0 }), None);
        let mut budget = 100;
        assert!(!field.reach(Cell { x: 0, y: 0 }, &blocked, &mut budget));
        let mut budget = 10_000;
        assert!(field.reach(Cell { x: 0, y: 0 }, &blocked, &mut budget));
        assert_eq!(field.cost(Cell { x: 0, y: 0 }), Some(32 * DIAGONAL));
    }

    #[test]
    fn a_goal_off_the_map_or_in_solid_rock_has_no_field() {
        let blocked = vec![true; 16];
        let mut field = Field::new(4, 4, Cell { x: 1, y: 1 }.rect(), &blocked);
        assert!(field.reach(Cell { x: 3, y: 3 }, &blocked, &mut 100));
        assert_eq!(field.cost(Cell { x: 3, y: 3 }), None);
    }
}
