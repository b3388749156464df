//! What each team sees now, and what it believes of the ground it has seen before. Orders, targets and ways are decided
//! by this alone, so that nothing a player is shown depends on what is hidden.

use bevy_ecs::prelude::Resource;

use crate::geometry::{Cell, Rect};
use crate::ground::Ground;

/// Largest sight of any kind, in tiles.
const MAX_SIGHT: usize = 16;

/// The sight of all teams.
#[derive(Resource, Clone, Debug)]
pub struct Vision {
    teams: Vec<TeamSight>,
    /// Half width of each row of a disc, by its radius.
    discs: Vec<Vec<i32>>,
}

/// What one team sees and knows.
#[derive(Clone, Debug)]
pub struct TeamSight {
    width: i32,
    height: i32,
    /// How many of the team's things see each tile.
    seers: Vec<u16>,
    /// What the team takes to be blocked: walls, and whatever stood there when it last saw the tile.
    blocked: Vec<bool>,
    /// Changes when `blocked` does.
    version: u32,
}

impl Vision {
    /// Teams that see nothing yet and know the walls only.
    #[must_use]
    pub fn new(ground: &Ground, teams: usize) -> Self {
        let sight = TeamSight {
            width: ground.width(),
            height: ground.height(),
            seers: vec![0; ground.walls().len()],
            blocked: ground.walls().to_vec(),
            version: 0,
        };
        Self { teams: vec![sight; teams], discs: (0..=MAX_SIGHT as i32).map(disc).collect() }
    }

    /// One team's sight.
    ///
    /// # Panics
    /// When there is no such team.
    #[must_use]
    pub fn team(&self, team: u8) -> &TeamSight {
        &self.teams[usize::from(team)]
    }

    /// A thing of `team` begins to see from `centre`, `radius` tiles far.
    pub fn reveal(&mut self, ground: &Ground, team: u8, centre: Cell, radius: i32) {
        let sight = &mut self.teams[usize::from(team)];
        let rows = &self.discs[radius.clamp(0, MAX_SIGHT as i32) as usize];
        let mut learnt = false;
        for (from, to) in spans(rows, centre, ground) {
            let fresh = sight.seers[from..to].contains(&0);
            sight.seers[from..to].iter_mut().for_each(|seers| *seers += 1);
            if fresh && sight.blocked[from..to] != ground.blocked()[from..to] {
                sight.blocked[from..to].copy_from_slice(&ground.blocked()[from..to]);
                learnt = true;
            }
        }
        sight.version += u32::from(learnt);
    }

    /// It sees from there no more.
    pub fn conceal(&mut self, ground: &Ground, team: u8, centre: Cell, radius: i32) {
        let sight = &mut self.teams[usize::from(team)];
        let rows = &self.discs[radius.clamp(0, MAX_SIGHT as i32) as usize];
        for (from, to) in spans(rows, centre, ground) {
            sight.seers[from..to].iter_mut().for_each(|seers| *seers = seers.saturating_sub(1));
        }
    }

    /// Something was put on or taken from the ground: whoever sees it knows.
    pub fn notice(&mut self, ground: &Ground, rect: Rect) {
        for sight in &mut self.teams {
            let mut learnt = false;
            for place in rect.cells().filter_map(|cell| ground.place(cell)) {
                if sight.seers[place] > 0 && sight.blocked[place] != ground.blocked()[place] {
                    sight.blocked[place] = ground.blocked()[place];
                    learnt = true;
                }
            }
            sight.version += u32::from(learnt);
        }
    }
}

impl TeamSight {
    const fn place(&self, cell: Cell) -> Option<usize> {
        if cell.x >= 0 && cell.y >= 0 && cell.x < self.width && cell.y < self.height {
            Some((cell.y * self.width + cell.x) as usize)
        } else {
            None
        }
    }

    /// True when the team sees the tile now.
    #[must_use]
    pub fn sees(&self, cell: Cell) -> bool {
        self.place(cell).is_some_and(|place| self.seers[place] > 0)
    }

    /// True when the team sees one of the tiles now.
    #[must_use]
    pub fn sees_any(&self, rect: Rect) -> bool {
        rect.cells().any(|cell| self.sees(cell))
    }

    /// True where the team takes the ground to be open.
    #[must_use]
    pub fn open(&self, cell: Cell) -> bool {
        self.place(cell).is_some_and(|place| !self.blocked[place])
    }

    /// What the team takes to be blocked, in row order.
    #[must_use]
    pub fn blocked(&self) -> &[bool] {
        &self.blocked
    }

    /// Changes with [`TeamSight::blocked`].
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// Tiles from west to east.
    #[must_use]
    pub const fn width(&self) -> i32 {
        self.width
    }

    /// Tiles from north to south.
    #[must_use]
    pub const fn height(&self) -> i32 {
        self.height
    }
}

/// Half widths of the rows of a disc, from its northmost row to its southmost.
fn disc(radius: i32) -> Vec<i32> {
    (-radius..=radius).map(|dy| (radius * radius - dy * dy).isqrt()).collect()
}

/// The rows of a disc as spans of places, cut at the map's edges.
fn spans<'a>(rows: &'a [i32], centre: Cell, ground: &Ground) -> impl Iterator<Item = (usize, usize)> + use<'a> {
    let (width, height) = (ground.width(), ground.height());
    let north = centre.y - rows.len() as i32 / 2;
    rows.iter().enumerate().filter_map(move |(row, half)| {
        let y = north + row as i32;
        let (west, east) = ((centre.x - half).max(0), (centre.x + half + 1).min(width));
        ((0..height).contains(&y) && west < east).then(|| ((y * width + west) as usize, (y * width + east) as usize))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sees(vision: &Vision, x: i32, y: i32) -> bool {
        vision.team(0).sees(Cell { x, y })
    }

    #[test]
    fn sight_is_a_disc_measured_between_centres() {
        let ground = Ground::new(40, 40, vec![false; 1600]);
        let mut vision = Vision::new(&ground, 1);
        vision.reveal(&ground, 0, Cell { x: 20, y: 20 }, 5);
        for y in 0..40_i32 {
            for x in 0..40_i32 {
                let squared = (x - 20) * (x - 20) + (y - 20) * (y - 20);
                assert_eq!(sees(&vision, x, y), squared <= 25, "{x} {y}");
            }
        }
    }

    #[test]
    fn what_two_see_stays_seen_when_one_goes() {
        let ground = Ground::new(20, 20, vec![false; 400]);
        let mut vision = Vision::new(&ground, 2);
        vision.reveal(&ground, 0, Cell { x: 0, y: 0 }, 4);
        vision.reveal(&ground, 0, Cell { x: 3, y: 0 }, 4);
        vision.conceal(&ground, 0, Cell { x: 0, y: 0 }, 4);
        assert!(sees(&vision, 0, 0) && sees(&vision, 3, 4) && !sees(&vision, 0, 4));
        assert!(!vision.team(1).sees(Cell { x: 3, y: 0 }));
        vision.conceal(&ground, 0, Cell { x: 3, y: 0 }, 4);
        assert!((0..20).all(|x| (0..20).all(|y| !sees(&vision, x, y))));
    }

    #[test]
    fn a_team_knows_of_changes_only_where_it_looks() {
        let mut ground = Ground::new(20, 20, vec![false; 400]);
        let mut vision = Vision::new(&ground, 1);
        let (near, far) = (Rect { x: 1, y: 1, w: 2, h: 2 }, Rect { x: 15, y: 15, w: 2, h: 2 });
        vision.reveal(&ground, 0, Cell { x: 0, y: 0 }, 4);
        for rect in [near, far] {
            ground.occupy(rect, true);
            vision.notice(&ground, rect);
        }
        assert!(!vision.team(0).open(Cell { x: 1, y: 1 }) && vision.team(0).open(Cell { x: 15, y: 15 }));
        vision.conceal(&ground, 0, Cell { x: 0, y: 0 }, 4);
        ground.occupy(near, false);
        vision.notice(&ground, near);
        assert!(!vision.team(0).open(Cell { x: 1, y: 1 }), "it still believes what it saw");
        let before = vision.team(0).version();
        vision.reveal(&ground, 0, Cell { x: 14, y: 14 }, 4);
        assert!(!vision.team(0).open(Cell { x: 15, y: 15 }));
        assert_ne!(vision.team(0).version(), before);
    }
}
