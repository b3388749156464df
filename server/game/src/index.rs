//! Everything on the map at the beginning of a step, in spawning order and by place. Made anew each step, so that all
//! systems decide by the same picture and none by the storage order of the world.

use bevy_ecs::prelude::{Entity, Resource};
use messages::Kind;

use crate::geometry::{Point, Rect};
use crate::vision::TeamSight;

/// Side of a cell of the grid that finds enemies, in 1/256 tile.
const COARSE: i32 = 4 * 256;
/// The row of nobody's things.
pub const NO_TEAM: u8 = u8::MAX;

/// One thing.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The thing.
    pub entity: Entity,
    /// Its place in the order of spawning; for what has to differ from unit to unit.
    pub stable: u32,
    /// Its centre.
    pub at: Point,
    /// What it stands on.
    pub rect: Rect,
    /// What it is.
    pub kind: Kind,
    /// Its team; [`NO_TEAM`] for ore.
    pub team: u8,
    /// Its seat; [`messages::schema::NOBODY`] for ore.
    pub owner: i32,
    /// It makes room for others and others for it.
    pub solid: bool,
}

/// The picture of the step.
#[derive(Resource, Debug, Default)]
pub struct Index {
    /// All things in spawning order.
    pub rows: Vec<Row>,
    /// Solid units by tile.
    near: Grid,
    /// Everything of each team by coarse cell.
    teams: Vec<Grid>,
}

/// Rows sorted into square cells.
#[derive(Debug, Default)]
struct Grid {
    columns: i32,
    lines: i32,
    /// Where each cell's members begin; one more entry for the end.
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl Grid {
    fn fill(&mut self, side: i32, width: i32, height: i32, rows: &[Row], belongs: impl Fn(&Row) -> bool) {
        self.columns = width * 256 / side;
        self.lines = height * 256 / side;
        self.starts.clear();
        self.starts.resize((self.columns * self.lines) as usize + 2, 0);
        let mut count = 0;
        for row in rows.iter().filter(|row| belongs(row)) {
            let cell = self.cell(row.at, side);
            self.starts[cell + 2] += 1;
            count += 1;
        }
        for place in 2..self.starts.len() {
            self.starts[place] += self.starts[place - 1];
        }
        self.members.clear();
        self.members.resize(count, 0);
        for (place, row) in rows.iter().enumerate().filter(|(_, row)| belongs(row)) {
            let start = self.cell(row.at, side) + 1;
            self.members[self.starts[start] as usize] = place as u32;
            self.starts[start] += 1;
        }
    }

    fn cell(&self, at: Point, side: i32) -> usize {
        let x = (at.x / side).clamp(0, self.columns - 1);
        let y = (at.y / side).clamp(0, self.lines - 1);
        (y * self.columns + x) as usize
    }

    /// Members of the cells from column `west` to `east` of one line: they lie side by side.
    fn span(&self, west: i32, east: i32, line: i32) -> &[u32] {
        let (west, east) = (west.max(0), east.min(self.columns - 1));
        if !(0..self.lines).contains(&line) || west > east {
            return &[];
        }
        let from = self.starts[(line * self.columns + west) as usize];
        let to = self.starts[(line * self.columns + east) as usize + 1];
        &self.members[from as usize..to as usize]
    }
}

impl Index {
    /// Takes the picture from `rows`, which stand in spawning order, on a map of so many tiles.
    pub fn take(&mut self, width: i32, height: i32, teams: usize) {
        let Self { rows, near, teams: grids } = self;
        near.fill(256, width, height, rows, |row| row.solid);
        grids.resize_with(teams, Grid::default);
        for (team, grid) in grids.iter_mut().enumerate() {
            grid.fill(COARSE, width, height, rows, |row| usize::from(row.team) == team);
        }
    }

    /// Calls `visit` for every solid unit whose tile is that of `at` or touches it.
    pub fn neighbours(&self, at: Point, mut visit: impl FnMut(&Row)) {
        let (x, y) = (at.x / 256, at.y / 256);
        for line in y - 1..=y + 1 {
            for &member in self.near.span(x - 1, x + 1, line) {
                visit(&self.rows[member as usize]);
            }
        }
    }

    /// The enemy most worth fighting within `reach` (1/256 tile) of `at`, among those that `sight` shows: the nearest,
    /// but soldiers before workers and workers before buildings where they are about as near.
    #[must_use]
    pub fn enemy(&self, team: u8, at: Point, reach: i32, sight: &TeamSight) -> Option<&Row> {
        let mut best: Option<(i32, &Row)> = None;
        let (x, y) = (at.x / COARSE, at.y / COARSE);
        let rings = reach / COARSE + 2;
        for ring in 0..=rings {
            // What lies in this ring is farther than all rings but one within it, less half a building's side.
            let least = (ring - 1) * COARSE - 3 * 256;
            if best.is_some_and(|(score, _)| score < least) {
                break;
            }
            for line in y - ring..=y + ring {
                let whole = (line - y).abs() == ring;
                let spans =
                    if whole { [(x - ring, x + ring), (1, 0)] } else { [(x - ring, x - ring), (x + ring, x + ring)] };
                for (_, grid) in self.teams.iter().enumerate().filter(|(other, _)| *other != usize::from(team)) {
                    for &member in spans.iter().flat_map(|(west, east)| grid.span(*west, *east, line)) {
                        let row = &self.rows[member as usize];
                        let Some(score) = worth(row, at, reach) else { continue };
                        if best.is_none_or(|(least, _)| score < least) && sight.sees_any(row.rect) {
                            best = Some((score, row));
                        }
                    }
                }
            }
        }
        best.map(|(_, row)| row)
    }
}

/// Distance with a handicap for what is less worth fighting. `None` beyond `reach`.
fn worth(row: &Row, at: Point, reach: i32) -> Option<i32> {
    let squared = if row.kind.is_building() { at.gap_squared(row.rect) } else { at.distance_squared(row.at) };
    let distance = (squared as u64).isqrt() as i32;
    let handicap = match row.kind {
        Kind::Spear | Kind::Bow => 0,
        Kind::Worker => 2 * 256,
        _ => 5 * 256,
    };
    (distance <= reach).then_some(distance + handicap)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Cell;
    use crate::ground::Ground;
    use crate::vision::Vision;

    fn row(number: u64, kind: Kind, team: u8, x: i32, y: i32) -> Row {
        let at = Point { x, y };
        let entity = Entity::from_bits(number + 1);
        Row {
            entity,
            stable: number as u32,
            at,
            rect: Rect::of(kind, at),
            kind,
            team,
            owner: i32::from(team),
            solid: kind.is_mobile(),
        }
    }

    fn sighted() -> Vision {
        let ground = Ground::new(64, 64, vec![false; 4096]);
        let mut vision = Vision::new(&ground, 2);
        for cell in (Rect { x: 0, y: 0, w: 64, h: 64 }).cells() {
            vision.reveal(&ground, 0, cell, 0);
        }
        vision
    }

    #[test]
    fn the_enemy_found_is_the_one_a_full_search_finds() {
        let kinds = [Kind::Spear, Kind::Bow, Kind::Worker, Kind::Keep];
        let scatter = |number: u64| (number.wrapping_mul(2_654_435_761) >> 7) as i32 & 16_383;
        let rows: Vec<Row> = (0..120)
            .map(|number| {
                row(number, kinds[number as usize % 4], (number % 2) as u8, scatter(number), scatter(number + 999))
            })
            .collect();
        let mut index = Index { rows, ..Index::default() };
        index.take(64, 64, 2);
        let vision = sighted();
        let mut found = 0;
        for seeker in index.rows.iter().filter(|row| row.team == 0) {
            let reach = 9 * 256;
            let nearest =
                index.rows.iter().filter(|row| row.team == 1).filter_map(|row| worth(row, seeker.at, reach)).min();
            let enemy = index.enemy(0, seeker.at, reach, vision.team(0));
            assert_eq!(enemy.and_then(|row| worth(row, seeker.at, reach)), nearest);
            found += usize::from(enemy.is_some());
        }
        assert!(found > 20, "{found}");
    }

    #[test]
    fn hidden_enemies_are_not_found() {
        let mut index = Index { rows: vec![row(0, Kind::Spear, 1, 2000, 2000)], ..Index::default() };
        index.take(64, 64, 2);
        let ground = Ground::new(64, 64, vec![false; 4096]);
        let at = Cell { x: 7, y: 9 }.centre();
        assert!(index.enemy(0, at, 2304, Vision::new(&ground, 2).team(0)).is_none());
        assert!(index.enemy(0, at, 2304, sighted().team(0)).is_some());
    }

    #[test]
    fn neighbours_are_the_solid_units_of_the_tiles_around() {
        let rows = vec![
            row(0, Kind::Spear, 0, 1000, 1000),
            row(1, Kind::Spear, 1, 1200, 800),
            row(2, Kind::Spear, 0, 1000, 1600),
            row(3, Kind::Keep, 0, 1100, 1000),
        ];
        let mut index = Index { rows, ..Index::default() };
        index.take(64, 64, 2);
        let mut seen = 0;
        index.neighbours(Point { x: 1010, y: 1010 }, |_| seen += 1);
        assert_eq!(seen, 2);
    }
}
