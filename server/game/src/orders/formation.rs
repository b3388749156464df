//! Where the members of a group stand when they have arrived.

use crate::geometry::{Cell, Point};
use crate::path::line;
use crate::vision::TeamSight;

/// Distance between two places, in 1/256 tile. More than units need, so that nobody is pushed off.
const PITCH: i32 = 192;
/// Places are looked for so many rows around the goal.
const ROWS: i32 = 24;

/// The place nearest to `goal` that the team takes to be open.
pub(crate) fn centre(sight: &TeamSight, goal: Point) -> Point {
    if sight.open(goal.cell()) {
        return goal;
    }
    let rect = goal.cell().rect();
    let near = (1..sight.width().max(sight.height())).find_map(|by| {
        rect.ring(by).filter(|cell| sight.open(*cell)).min_by_key(|cell| (cell.centre().distance_squared(goal), *cell))
    });
    near.map_or(goal, Cell::centre)
}

/// A place around `centre` for each unit at `units`, in their order. The group keeps its shape: who stands west stays west.
pub(crate) fn places(sight: &TeamSight, centre: Point, units: &[Point]) -> Vec<Point> {
    let mut free = lattice(sight, centre, units.len());
    free.resize(units.len(), centre);
    let columns = units.len().isqrt().max(1);
    let by_place = in_columns(&free, columns);
    let by_unit = in_columns(units, columns);
    let mut places = vec![centre; units.len()];
    for (unit, place) in by_unit.into_iter().zip(by_place) {
        places[unit] = free[place];
    }
    places
}

/// The `count` places of a square lattice nearest to its centre that can be walked to straight from there.
fn lattice(sight: &TeamSight, centre: Point, count: usize) -> Vec<Point> {
    let mut found: Vec<Point> = Vec::new();
    for row in 0..ROWS {
        if found.len() >= count + count / 2 + 8 {
            break;
        }
        let ring = Cell { x: 0, y: 0 }.rect().ring(row);
        let places = ring.map(|Cell { x, y }| Point { x: centre.x + x * PITCH, y: centre.y + y * PITCH });
        found.extend(places.filter(|place| *place == centre || line::clear(centre, *place, |cell| sight.open(cell))));
    }
    found.sort_by_key(|place| place.distance_squared(centre));
    found.truncate(count);
    found
}

/// The order of points when they are split into columns from west to east, each from north to south.
fn in_columns(points: &[Point], columns: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by_key(|place| (points[*place].x, points[*place].y));
    let height = points.len().div_ceil(columns).max(1);
    order.chunks_mut(height).for_each(|column| column.sort_by_key(|place| (points[*place].y, points[*place].x)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::Ground;
    use crate::vision::Vision;

    fn open_sight(walls: Vec<bool>) -> Vision {
        Vision::new(&Ground::new(32, 32, walls), 1)
    }

    #[test]
    fn two_hundred_units_get_places_of_their_own_on_open_ground() {
        let mut walls = vec![false; 1024];
        (0..32).for_each(|y| walls[y * 32 + 18] = true);
        let vision = open_sight(walls);
        let units: Vec<Point> = (0..200).map(|at| Point { x: 500 + at % 20, y: 500 + at }).collect();
        let mut places = places(vision.team(0), Cell { x: 14, y: 16 }.centre(), &units);
        assert!(places.iter().all(|place| vision.team(0).open(place.cell())));
        places.sort_by_key(|place| (place.x, place.y));
        places.dedup();
        assert_eq!(places.len(), 200);
    }

    #[test]
    fn who_stands_west_goes_west() {
        let vision = open_sight(vec![false; 1024]);
        let units: Vec<Point> = (0..9).map(|at| Point { x: 900 - at * 100, y: 500 }).collect();
        let places = places(vision.team(0), Point { x: 4000, y: 4000 }, &units);
        assert!(places[8].x < places[0].x);
    }

    #[test]
    fn a_goal_in_a_wall_is_moved_to_open_ground() {
        let mut walls = vec![false; 1024];
        walls[5 * 32 + 5] = true;
        let vision = open_sight(walls);
        let moved = centre(vision.team(0), Cell { x: 5, y: 5 }.centre());
        assert_ne!(moved.cell(), Cell { x: 5, y: 5 });
        assert!(vision.team(0).open(moved.cell()));
    }
}
