//! Straight lines over the ground.

use crate::geometry::{Cell, Point};

/// Free ground kept on both sides of a straight walk, in 1/256 tile, so that units don't scrape along walls.
const MARGIN: i32 = 80;
/// Distance between the places that are looked at, in 1/256 tile.
const PACE: i32 = 64;

/// True when one can walk straight from `from` to `to` with a little room on both sides.
pub fn clear(from: Point, to: Point, open: impl Fn(Cell) -> bool) -> bool {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let steps = dx.abs().max(dy.abs()) / PACE + 1;
    (1..=steps).all(|step| {
        let (x, y) = (from.x + dx * step / steps, from.y + dy * step / steps);
        let (west, east) = (Point { x: x - MARGIN, y: 0 }.cell().x, Point { x: x + MARGIN, y: 0 }.cell().x);
        let (north, south) = (Point { x: 0, y: y - MARGIN }.cell().y, Point { x: 0, y: y + MARGIN }.cell().y);
        open(Cell { x: west, y: north })
            && (east == west || open(Cell { x: east, y: north }))
            && (south == north || (open(Cell { x: west, y: south }) && open(Cell { x: east, y: south })))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_clear_until_something_stands_on_it_or_too_near() {
        let from = Cell { x: 0, y: 0 }.centre();
        let to = Cell { x: 9, y: 3 }.centre();
        assert!(clear(from, to, |_| true));
        assert!(!clear(from, to, |cell| cell != Cell { x: 6, y: 2 }));
        assert!(!clear(from, to, |cell| cell != to.cell()));
        assert!(clear(from, to, |cell| cell != Cell { x: 6, y: 4 }));
    }
}
