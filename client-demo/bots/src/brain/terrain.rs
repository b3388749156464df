//! The ground: points, walls, walking distances and the map's symmetry. Knows nothing of what stands on the ground.

use std::collections::VecDeque;

use messages::rules::TILE;
use messages::session::MapInfo;

/// A place in 1/256 tile, as in the `position` component.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Point {
    pub(crate) x: i32,
    pub(crate) y: i32,
}

/// A tile, counted from the north-west corner.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Tile {
    pub(crate) x: i32,
    pub(crate) y: i32,
}

impl Point {
    pub(crate) const fn tile(self) -> Tile {
        Tile { x: self.x.div_euclid(TILE), y: self.y.div_euclid(TILE) }
    }

    const fn squared(self, other: Self) -> i64 {
        let (dx, dy) = (self.x as i64 - other.x as i64, self.y as i64 - other.y as i64);
        dx * dx + dy * dy
    }

    /// Distance in 1/256 tile.
    pub(crate) const fn distance(self, other: Self) -> i64 {
        self.squared(other).isqrt()
    }

    /// Whether the other point is at most `tiles` tiles away.
    pub(crate) const fn within(self, other: Self, tiles: i32) -> bool {
        let reach = tiles as i64 * TILE as i64;
        self.squared(other) <= reach * reach
    }
}

impl Tile {
    /// The centre.
    pub(crate) const fn centre(self) -> Point {
        Point { x: self.x * TILE + TILE / 2, y: self.y * TILE + TILE / 2 }
    }
}

/// Steps from every tile to one place; `u16::MAX` where no way leads.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    width: i32,
    steps: Vec<u16>,
}

impl Field {
    /// Steps to the field's place, or `None` where there is no way.
    pub(crate) fn steps(&self, tile: Tile) -> Option<u16> {
        if tile.x < 0 || tile.y < 0 || tile.x >= self.width {
            return None;
        }
        let steps = *self.steps.get(usize::try_from(tile.y * self.width + tile.x).ok()?)?;
        (steps != u16::MAX).then_some(steps)
    }
}

const AROUND: [(i32, i32); 8] = [(0, -1), (1, 0), (0, 1), (-1, 0), (1, -1), (1, 1), (-1, 1), (-1, -1)];

/// Walls and open ground.
#[derive(Clone, Debug)]
pub(crate) struct Terrain {
    pub(crate) width: i32,
    pub(crate) height: i32,
    open: Vec<bool>,
}

impl Terrain {
    /// Reads a map. Tiles that the map promises but does not hold count as walls.
    pub(crate) fn new(map: &MapInfo) -> Self {
        let (width, height) = (i32::from(map.width), i32::from(map.height));
        let size = (width as usize) * (height as usize);
        Self { width, height, open: map.tiles.bytes().take(size).map(|tile| tile == b'.').collect() }
    }

    fn place(&self, tile: Tile) -> Option<usize> {
        let inside = tile.x >= 0 && tile.y >= 0 && tile.x < self.width && tile.y < self.height;
        if inside { usize::try_from(tile.y * self.width + tile.x).ok() } else { None }
    }

    pub(crate) fn is_open(&self, tile: Tile) -> bool {
        self.place(tile).and_then(|place| self.open.get(place)).copied().unwrap_or(false)
    }

    /// Walking distances to `to`. Walls count, buildings do not. Empty when `to` lies in a wall with no open neighbour.
    pub(crate) fn field(&self, to: Tile) -> Field {
        let mut steps = vec![u16::MAX; self.open.len()];
        let mut queue: VecDeque<(Tile, u16)> = VecDeque::new();
        let Some(start) = self.nearest_open(to) else { return Field { width: self.width, steps } };
        let mut reach = |tile: Tile, distance: u16| match self.place(tile).and_then(|place| steps.get_mut(place)) {
            Some(cell) if *cell > distance => {
                *cell = distance;
                true
            }
            _ => false,
        };
        reach(start, 0);
        queue.push_back((start, 0));
        while let Some((tile, distance)) = queue.pop_front() {
            let next = distance.saturating_add(1);
            queue.extend(self.around(tile).filter(|tile| reach(*tile, next)).map(|tile| (tile, next)));
        }
        Field { width: self.width, steps }
    }

    /// The open tiles one step away; diagonal steps do not cut corners.
    fn around(&self, tile: Tile) -> impl Iterator<Item = Tile> + '_ {
        AROUND.into_iter().filter_map(move |(dx, dy)| {
            let next = Tile { x: tile.x + dx, y: tile.y + dy };
            let straight = dx == 0 || dy == 0;
            let free = self.is_open(next)
                && (straight
                    || (self.is_open(Tile { x: next.x, y: tile.y }) && self.is_open(Tile { x: tile.x, y: next.y })));
            free.then_some(next)
        })
    }

    /// The tile itself or the nearest open one within four tiles.
    pub(crate) fn nearest_open(&self, tile: Tile) -> Option<Tile> {
        (0..=4).find_map(|reach| {
            (-reach..=reach)
                .flat_map(|dy| (-reach..=reach).map(move |dx| Tile { x: tile.x + dx, y: tile.y + dy }))
                .find(|candidate| self.is_open(*candidate))
        })
    }

    /// The tile reached by walking `count` steps from `from` along the field; fewer where its place is nearer.
    pub(crate) fn walk(&self, field: &Field, from: Tile, count: u16) -> Option<Tile> {
        let mut tile = self.nearest_open(from)?;
        for _ in 0..count {
            let here = field.steps(tile)?;
            let next = self.around(tile).filter_map(|next| Some((field.steps(next)?, next))).min()?;
            if next.0 >= here {
                break;
            }
            tile = next.1;
        }
        Some(tile)
    }

    /// A tile `count` steps from the field's place, on the way from there to `to`.
    pub(crate) fn walk_back(&self, field: &Field, to: Tile, count: u16) -> Option<Tile> {
        let far = self.nearest_open(to).and_then(|tile| field.steps(tile))?;
        self.walk(field, to, far.saturating_sub(count))
    }

    /// The places that correspond to `point` for the other seats: half a turn for two, quarter turns for four.
    pub(crate) fn images(&self, point: Point, seats: usize) -> Vec<Point> {
        let (w, h) = (self.width * TILE, self.height * TILE);
        let half = Point { x: w - point.x, y: h - point.y };
        if seats <= 2 {
            return vec![half];
        }
        vec![Point { x: w - point.y, y: point.x }, half, Point { x: point.y, y: h - point.x }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terrain(rows: &[&str]) -> Terrain {
        let tiles = rows.concat();
        Terrain::new(&MapInfo { width: rows[0].len() as u16, height: rows.len() as u16, tiles })
    }

    #[test]
    fn distances_go_around_walls_and_do_not_cut_corners() {
        let ground = terrain(&[".....", "####.", "....."]);
        let field = ground.field(Tile { x: 0, y: 0 });
        assert_eq!(field.steps(Tile { x: 4, y: 0 }), Some(4));
        assert_eq!(field.steps(Tile { x: 4, y: 1 }), Some(5));
        assert_eq!(field.steps(Tile { x: 0, y: 2 }), Some(10));
        assert_eq!(field.steps(Tile { x: 1, y: 1 }), None);
        assert_eq!(field.steps(Tile { x: -1, y: 0 }), None);
        assert_eq!(ground.walk(&field, Tile { x: 0, y: 2 }, 5), Some(Tile { x: 4, y: 1 }));
        assert_eq!(ground.walk(&field, Tile { x: 0, y: 2 }, 99), Some(Tile { x: 0, y: 0 }));
    }

    #[test]
    fn images_are_the_map_s_rotations() {
        let ground = terrain(&["....", "....", "....", "...."]);
        let point = Point { x: 256, y: 128 };
        assert_eq!(ground.images(point, 2), [Point { x: 768, y: 896 }]);
        let four = ground.images(point, 4);
        assert_eq!(four, [Point { x: 896, y: 256 }, Point { x: 768, y: 896 }, Point { x: 128, y: 768 }]);
    }

    #[test]
    fn a_map_with_too_few_tiles_ends_in_walls() {
        let ground = Terrain::new(&MapInfo { width: 9, height: 9, tiles: ".".repeat(12) });
        assert!(ground.is_open(Tile { x: 2, y: 1 }));
        assert!(!ground.is_open(Tile { x: 3, y: 1 }));
        assert_eq!(ground.field(Tile { x: 8, y: 8 }).steps(Tile { x: 0, y: 0 }), None);
    }
}
