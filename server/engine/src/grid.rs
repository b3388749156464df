//! Things by place: who is near a point or within a rectangle, without asking everyone.
//!
//! Made anew each tick by counting, which costs less than keeping it up to date, in memory that is used again. Whole
//! numbers only; what is visited and in what order follows from what was put in and in what order.

/// Most cells of a grid. Smaller cells than a grid of so many has are not worth clearing them each tick.
const MAX_CELLS: u64 = 65_536;
/// Largest radius: with it, no sum of squares overflows 64 bits. Far beyond any sensible map.
const MAX_RADIUS: i32 = 1 << 30;

/// A place and how far it reaches around itself, in the game's units. A point has radius 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Disc {
    /// Centre.
    pub x: i32,
    /// Centre.
    pub y: i32,
    /// 0 to 2^30; what is outside is cut to it.
    pub radius: i32,
}

/// A rectangle with its edges, in the game's units. Empty when an edge lies beyond its opposite.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Area {
    /// Least x.
    pub west: i32,
    /// Least y.
    pub north: i32,
    /// Greatest x.
    pub east: i32,
    /// Greatest y.
    pub south: i32,
}

impl Disc {
    /// A place without extent.
    #[must_use]
    pub const fn point(x: i32, y: i32) -> Self {
        Self { x, y, radius: 0 }
    }

    /// Whether the two have a point in common.
    #[must_use]
    pub const fn touches(&self, other: &Self) -> bool {
        close(self.x.abs_diff(other.x) as u64, self.y.abs_diff(other.y) as u64, self.reach() + other.reach())
    }

    /// The smallest area around it.
    #[must_use]
    pub const fn area(&self) -> Area {
        Area { west: self.x, north: self.y, east: self.x, south: self.y }.grown(self.reach() as i32)
    }

    const fn reach(&self) -> u64 {
        if self.radius <= 0 {
            0
        } else if self.radius > MAX_RADIUS {
            MAX_RADIUS as u64
        } else {
            self.radius as u64
        }
    }
}

impl Area {
    /// Whether a disc has a point in common with it.
    #[must_use]
    pub const fn touches(&self, disc: &Disc) -> bool {
        if self.west > self.east || self.north > self.south {
            return false;
        }
        close(outside(disc.x, self.west, self.east), outside(disc.y, self.north, self.south), disc.reach())
    }

    /// The same with every edge moved out by `by`.
    #[must_use]
    pub const fn grown(&self, by: i32) -> Self {
        Self {
            west: self.west.saturating_sub(by),
            north: self.north.saturating_sub(by),
            east: self.east.saturating_add(by),
            south: self.south.saturating_add(by),
        }
    }
}

/// Whether (dx, dy) is at most `reach` long. All three conditions are worked out, so that there is no branch: whether
/// something is near is hard to foresee.
const fn close(dx: u64, dy: u64, reach: u64) -> bool {
    // Only where the first two hold does the third say anything, and then nothing wraps: `reach` is at most 2^31.
    (dx <= reach) & (dy <= reach) & ((dx * dx).wrapping_add(dy * dy) <= reach * reach)
}

/// How far `value` lies outside of `least..=greatest`.
const fn outside(value: i32, least: i32, greatest: i32) -> u64 {
    if value < least {
        value.abs_diff(least) as u64
    } else if value > greatest {
        value.abs_diff(greatest) as u64
    } else {
        0
    }
}

/// Things in square cells. Those outside of its area count to the nearest cell at the edge, and are found all the same.
#[derive(Clone, Debug)]
pub struct Grid<T> {
    west: i32,
    north: i32,
    /// Side of a cell, as a power of two.
    shift: u32,
    columns: usize,
    lines: usize,
    /// Where each cell's members begin; one more entry for the end.
    starts: Vec<u32>,
    members: Vec<(Disc, T)>,
    /// What is to be sorted into `members`, with its cell.
    incoming: Vec<(u32, Disc, T)>,
    /// Largest radius of all members: a search has to look that much further.
    widest: i32,
}

impl<T: Copy> Grid<T> {
    /// An empty grid over `area` with cells of the side `cell`, rounded up to a power of two, and further until there
    /// are at most 65,536 of them. A fifth of the usual search radius is a good side.
    #[must_use]
    pub fn new(area: Area, cell: i32) -> Self {
        let cells = |length: u32, shift: u32| u64::from(length >> shift) + 1;
        let width = if area.west > area.east { 0 } else { area.west.abs_diff(area.east) };
        let height = if area.north > area.south { 0 } else { area.north.abs_diff(area.south) };
        let mut shift = (cell.clamp(1, MAX_RADIUS) as u32).next_power_of_two().trailing_zeros();
        while cells(width, shift).saturating_mul(cells(height, shift)) > MAX_CELLS {
            shift += 1;
        }
        let (columns, lines) = (cells(width, shift) as usize, cells(height, shift) as usize);
        Self {
            west: area.west,
            north: area.north,
            shift,
            columns,
            lines,
            starts: vec![0; columns * lines + 2],
            members: Vec::new(),
            incoming: Vec::new(),
            widest: 0,
        }
    }

    /// Holds these things now and no others. Within a cell they keep their order.
    pub fn fill(&mut self, things: impl IntoIterator<Item = (Disc, T)>) {
        self.starts.fill(0);
        self.incoming.clear();
        self.widest = 0;
        for (disc, thing) in things {
            let cell = self.line(disc.y) * self.columns + self.column(disc.x);
            self.widest = self.widest.max(disc.reach() as i32);
            // Counted two places ahead: after the sums below, `starts[cell + 1]` is where the cell's next member goes,
            // and when all are placed it is where the next cell begins.
            self.starts[cell + 2] += 1;
            self.incoming.push((cell as u32, disc, thing));
        }
        for place in 2..self.starts.len() {
            self.starts[place] += self.starts[place - 1];
        }
        self.members.clear();
        if let Some((_, disc, thing)) = self.incoming.first() {
            self.members.resize(self.incoming.len(), (*disc, *thing));
        }
        for (cell, disc, thing) in &self.incoming {
            let next = &mut self.starts[*cell as usize + 1];
            self.members[*next as usize] = (*disc, *thing);
            *next += 1;
        }
    }

    /// Visits everything that touches `disc`, cell by cell.
    pub fn near(&self, disc: Disc, mut visit: impl FnMut(&Disc, T)) {
        for (held, thing) in self.candidates(disc.area()) {
            if held.touches(&disc) {
                visit(held, *thing);
            }
        }
    }

    /// Visits everything that touches `area`, cell by cell.
    pub fn within(&self, area: Area, mut visit: impl FnMut(&Disc, T)) {
        for (held, thing) in self.candidates(area) {
            if area.touches(held) {
                visit(held, *thing);
            }
        }
    }

    /// How many things it holds.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether it holds nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The members of all cells that something touching `area` can be in.
    pub(crate) fn candidates(&self, area: Area) -> impl Iterator<Item = &(Disc, T)> {
        let area = area.grown(self.widest);
        let (west, east) = (self.column(area.west), self.column(area.east));
        let (north, south) = (self.line(area.north), self.line(area.south));
        // The cells of a line lie side by side, so each line is one stretch of members. An empty area has none.
        let lines = if west <= east { north..south + 1 } else { 0..0 };
        lines.flat_map(move |line| {
            let from = self.starts[line * self.columns + west];
            let to = self.starts[line * self.columns + east + 1];
            &self.members[from as usize..to as usize]
        })
    }

    fn column(&self, x: i32) -> usize {
        place(x, self.west, self.shift, self.columns)
    }

    fn line(&self, y: i32) -> usize {
        place(y, self.north, self.shift, self.lines)
    }
}

/// The cell of a coordinate along one axis.
const fn place(value: i32, start: i32, shift: u32, cells: usize) -> usize {
    if value <= start {
        return 0;
    }
    let place = (value.abs_diff(start) >> shift) as usize;
    if place < cells { place } else { cells - 1 }
}
