//! Points, tiles and rectangles in whole numbers. Positions are in 1/256 of a tile; nothing here knows the map.

use messages::Kind;
use messages::rules::TILE;

/// Half a tile, in 1/256 tile.
pub const HALF: i32 = TILE / 2;

/// A position, in 1/256 of a tile from the map's north-west corner.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Point {
    /// To the east.
    pub x: i32,
    /// To the south.
    pub y: i32,
}

/// A tile by its column and row. May lie outside the map.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Cell {
    /// Column.
    pub x: i32,
    /// Row.
    pub y: i32,
}

/// A rectangle of tiles.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rect {
    /// Westmost column.
    pub x: i32,
    /// Northmost row.
    pub y: i32,
    /// Columns.
    pub w: i32,
    /// Rows.
    pub h: i32,
}

impl Point {
    /// The tile it lies in.
    #[must_use]
    pub const fn cell(self) -> Cell {
        Cell { x: self.x.div_euclid(TILE), y: self.y.div_euclid(TILE) }
    }

    /// Square of the distance, in (1/256 tile)².
    #[must_use]
    pub fn distance_squared(self, other: Self) -> i64 {
        let dx = i64::from(self.x) - i64::from(other.x);
        let dy = i64::from(self.y) - i64::from(other.y);
        dx * dx + dy * dy
    }

    /// The nearest point of a rectangle: the point itself when it is inside.
    #[must_use]
    pub fn nearest_in(self, rect: Rect) -> Self {
        Self {
            x: self.x.clamp(rect.x * TILE, (rect.x + rect.w) * TILE),
            y: self.y.clamp(rect.y * TILE, (rect.y + rect.h) * TILE),
        }
    }

    /// Square of the distance to a rectangle's edge, in (1/256 tile)²; 0 inside.
    #[must_use]
    pub fn gap_squared(self, rect: Rect) -> i64 {
        self.distance_squared(self.nearest_in(rect))
    }

    /// The vector from here to `to`, cut to `length`.
    #[must_use]
    pub fn towards(self, to: Self, length: i32) -> Self {
        let (dx, dy) = (to.x - self.x, to.y - self.y);
        let squared = self.distance_squared(to);
        if squared <= i64::from(length) * i64::from(length) {
            return Self { x: dx, y: dy };
        }
        let distance = (squared as u64).isqrt() as i32;
        Self { x: dx * length / distance, y: dy * length / distance }
    }

    /// The vector of `length` from here in the direction of `to`, to the nearest; 0 where both are the same.
    #[must_use]
    pub fn heading(self, to: Self, length: i32) -> Self {
        let (dx, dy) = (i64::from(to.x - self.x), i64::from(to.y - self.y));
        // Twice the distance, so that halves can be told.
        let distance = ((4 * self.distance_squared(to)) as u64).isqrt().max(1) as i64;
        let part = |along: i64| ((4 * along * i64::from(length) + distance).div_euclid(2 * distance)) as i32;
        Self { x: part(dx), y: part(dy) }
    }
}

impl std::ops::Add for Point {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }
}

impl std::ops::Sub for Point {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y }
    }
}

impl Cell {
    /// The tile's centre.
    #[must_use]
    pub const fn centre(self) -> Point {
        Point { x: self.x * TILE + HALF, y: self.y * TILE + HALF }
    }

    /// The tile as a rectangle.
    #[must_use]
    pub const fn rect(self) -> Rect {
        Rect { x: self.x, y: self.y, w: 1, h: 1 }
    }
}

impl Rect {
    /// What a thing of this kind stands on when its centre is at `at`.
    #[must_use]
    pub fn of(kind: Kind, at: Point) -> Self {
        let size = kind.stats().size;
        if kind.is_mobile() {
            return at.cell().rect();
        }
        let corner = Point { x: at.x - size * HALF, y: at.y - size * HALF }.cell();
        Self { x: corner.x, y: corner.y, w: size, h: size }
    }

    /// The middle, in 1/256 tile.
    #[must_use]
    pub const fn centre(self) -> Point {
        Point { x: self.x * TILE + self.w * HALF, y: self.y * TILE + self.h * HALF }
    }

    /// The rectangle with `by` more tiles on each side.
    #[must_use]
    pub const fn grown(self, by: i32) -> Self {
        Self { x: self.x - by, y: self.y - by, w: self.w + 2 * by, h: self.h + 2 * by }
    }

    /// True when they share a tile.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    /// Its tiles, row by row.
    pub fn cells(self) -> impl Iterator<Item = Cell> {
        (self.y..self.y + self.h).flat_map(move |y| (self.x..self.x + self.w).map(move |x| Cell { x, y }))
    }

    /// The tiles that frame it at distance `by`: 1 for those that touch it.
    pub fn ring(self, by: i32) -> impl Iterator<Item = Cell> {
        let (outer, inner) = (self.grown(by), self.grown(by - 1));
        outer.cells().filter(move |cell| !inner.overlaps(cell.rect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footprints_and_centres_match() {
        for kind in [Kind::Keep, Kind::Ore] {
            let size = kind.stats().size;
            let rect = Rect { x: 4, y: 9, w: size, h: size };
            assert_eq!(Rect::of(kind, rect.centre()), rect);
        }
        assert_eq!(Rect::of(Kind::Bow, Point { x: 511, y: 512 }), Rect { x: 1, y: 2, w: 1, h: 1 });
    }

    #[test]
    fn a_step_towards_a_point_is_never_longer_than_asked() {
        let from = Point { x: 1000, y: 1000 };
        for to in [Point { x: 5000, y: 1001 }, Point { x: 0, y: 0 }, Point { x: 1003, y: 996 }] {
            let step = from.towards(to, 44);
            assert!(step.x * step.x + step.y * step.y <= 44 * 44, "{step:?}");
        }
        assert_eq!(from.towards(Point { x: 1003, y: 996 }, 44), Point { x: 3, y: -4 });
    }

    #[test]
    fn a_heading_is_as_long_as_asked_in_every_direction() {
        let from = Point { x: 1000, y: 1000 };
        for (x, y) in [(5000, 1001), (0, 0), (1003, 996), (999, 1000), (-7000, 9000)] {
            let heading = from.heading(Point { x, y }, 44);
            let length = f64::from(heading.x * heading.x + heading.y * heading.y).sqrt();
            assert!((length - 44.0).abs() < 0.75, "{heading:?} is {length} long");
        }
        assert_eq!(from.heading(Point { x: 1003, y: 996 }, 50), Point { x: 30, y: -40 });
        assert_eq!(from.heading(from, 44), Point::default());
    }

    #[test]
    fn a_ring_frames_its_rectangle() {
        let rect = Rect { x: 2, y: 2, w: 2, h: 2 };
        assert_eq!(rect.ring(1).count(), 12);
        assert_eq!(rect.ring(2).count(), 20);
        assert!(rect.ring(1).all(|cell| !rect.overlaps(cell.rect())));
    }

    #[test]
    fn the_gap_to_a_rectangle_is_measured_from_its_edge() {
        let rect = Rect { x: 1, y: 1, w: 1, h: 1 };
        assert_eq!(Point { x: 300, y: 300 }.gap_squared(rect), 0);
        assert_eq!(Point { x: 300, y: 612 }.gap_squared(rect), 100 * 100);
    }
}
