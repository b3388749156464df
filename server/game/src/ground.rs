//! The ground of a match: walls, and what stands on the tiles now. The truth, not what a team knows of it
//! (that is [`crate::vision`]).

use bevy_ecs::prelude::Resource;
use messages::session::MapInfo;

use crate::geometry::{Cell, Point, Rect};

/// Walls and occupied tiles of a match.
#[derive(Resource, Clone, Debug)]
pub struct Ground {
    width: i32,
    height: i32,
    walls: Vec<bool>,
    /// Walls, buildings, building sites and deposits.
    blocked: Vec<bool>,
}

impl Ground {
    /// Ground with the given walls, row by row.
    ///
    /// # Panics
    /// When `walls` is not `width * height` long.
    #[must_use]
    pub fn new(width: i32, height: i32, walls: Vec<bool>) -> Self {
        assert_eq!(walls.len() as i32, width * height, "one flag for each tile");
        Self { width, height, blocked: walls.clone(), walls }
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

    /// True inside the map.
    #[must_use]
    pub const fn contains(&self, cell: Cell) -> bool {
        cell.x >= 0 && cell.y >= 0 && cell.x < self.width && cell.y < self.height
    }

    /// True for a position inside the map.
    #[must_use]
    pub const fn holds(&self, point: Point) -> bool {
        self.contains(point.cell())
    }

    /// The place of a tile in row order. `None` outside the map.
    #[must_use]
    pub const fn place(&self, cell: Cell) -> Option<usize> {
        if self.contains(cell) { Some((cell.y * self.width + cell.x) as usize) } else { None }
    }

    /// True where a unit can stand.
    #[must_use]
    pub fn open(&self, cell: Cell) -> bool {
        self.place(cell).is_some_and(|place| !self.blocked[place])
    }

    /// True for every tile that is blocked, in row order.
    #[must_use]
    pub fn blocked(&self) -> &[bool] {
        &self.blocked
    }

    /// True for every wall, in row order.
    #[must_use]
    pub fn walls(&self) -> &[bool] {
        &self.walls
    }

    /// Marks a footprint as taken, or as free again. Walls stay walls.
    pub(crate) fn occupy(&mut self, rect: Rect, taken: bool) {
        for cell in rect.cells() {
            if let Some(place) = self.place(cell) {
                self.blocked[place] = taken || self.walls[place];
            }
        }
    }

    /// The open tile nearest to `from`, itself included; the search goes out ring by ring.
    #[must_use]
    pub fn nearest_open(&self, from: Cell) -> Option<Cell> {
        (0..self.width.max(self.height)).find_map(|by| {
            let centre = from.centre();
            from.rect()
                .ring(by)
                .filter(|cell| self.open(*cell))
                .min_by_key(|cell| (centre.distance_squared(cell.centre()), *cell))
        })
    }

    /// The ground as clients get it.
    #[must_use]
    pub fn info(&self) -> MapInfo {
        MapInfo {
            width: self.width as u16,
            height: self.height as u16,
            tiles: self.walls.iter().map(|wall| if *wall { '#' } else { '.' }).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freed_ground_is_open_again_but_walls_stay() {
        let mut walls = vec![false; 64];
        walls[9] = true;
        let mut ground = Ground::new(8, 8, walls);
        let rect = Rect { x: 0, y: 0, w: 3, h: 3 };
        ground.occupy(rect, true);
        assert!(rect.cells().all(|cell| !ground.open(cell)));
        assert_eq!(ground.nearest_open(Cell { x: 1, y: 1 }), Some(Cell { x: 1, y: 3 }));
        ground.occupy(rect, false);
        assert_eq!(rect.cells().filter(|cell| !ground.open(*cell)).collect::<Vec<_>>(), [Cell { x: 1, y: 1 }]);
    }

    #[test]
    fn nothing_outside_the_map_is_open() {
        let ground = Ground::new(4, 4, vec![false; 16]);
        for (x, y) in [(-1, 0), (0, -1), (4, 0), (0, 4), (i32::MIN, i32::MAX)] {
            assert!(!ground.open(Cell { x, y }), "{x} {y}");
        }
    }
}
