//! A grid finds what asking everyone finds, wherever things are.

use proptest::prelude::*;

use super::toy::{Toy, spawn};
use crate::bits::Bits;
use crate::{Area, Disc, Grid, Interest, Match, Replicated, Sight};

/// Mostly in and around the grid's area, sometimes at the end of the world.
fn coordinate() -> impl Strategy<Value = i32> {
    prop_oneof![8 => -1_200..1_200, 1 => any::<i32>(), 1 => prop_oneof![Just(i32::MIN), Just(i32::MAX)]]
}

fn radius() -> impl Strategy<Value = i32> {
    prop_oneof![6 => 0..40, 3 => 0..600, 1 => any::<i32>()]
}

fn disc() -> impl Strategy<Value = Disc> {
    (coordinate(), coordinate(), radius()).prop_map(|(x, y, radius)| Disc { x, y, radius })
}

fn area() -> impl Strategy<Value = Area> {
    (coordinate(), coordinate(), coordinate(), coordinate()).prop_map(|(west, north, east, south)| Area {
        west,
        north,
        east,
        south,
    })
}

/// The definition, in numbers too wide to overflow.
fn apart(a: &Disc, b: &Disc) -> bool {
    let wide = |value: i32| i128::from(value);
    let reach = wide(a.radius.clamp(0, 1 << 30)) + wide(b.radius.clamp(0, 1 << 30));
    (wide(a.x) - wide(b.x)).pow(2) + (wide(a.y) - wide(b.y)).pow(2) > reach.pow(2)
}

/// The point of the area nearest to the disc's centre.
fn nearest(area: Area, disc: &Disc) -> Option<Disc> {
    let empty = area.west > area.east || area.north > area.south;
    (!empty).then(|| Disc::point(disc.x.clamp(area.west, area.east), disc.y.clamp(area.north, area.south)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_grid_finds_what_asking_everyone_finds(
        bounds in area(),
        cell in prop_oneof![1..700, any::<i32>()],
        discs in prop::collection::vec(disc(), 0..120),
        seekers in prop::collection::vec(disc(), 1..8),
        areas in prop::collection::vec(area(), 1..8),
    ) {
        let mut grid = Grid::new(bounds, cell);
        grid.fill((0..30).map(|number| (Disc::point(number, -number), 1_000)));
        grid.fill(discs.iter().copied().zip(0..));
        for seeker in seekers {
            let mut found = Vec::new();
            grid.near(seeker, |at, number| found.push((number, *at)));
            found.sort_by_key(|(number, _)| *number);
            let expected: Vec<(i32, Disc)> =
                (0..).zip(discs.iter().copied()).filter(|(_, disc)| !apart(disc, &seeker)).collect();
            prop_assert_eq!(found, expected);
        }
        for area in areas {
            let mut found = Vec::new();
            grid.within(area, |_, number| found.push(number));
            found.sort_unstable();
            let touches = |disc: &Disc| nearest(area, disc).is_some_and(|nearest| !apart(disc, &nearest));
            let expected: Vec<i32> =
                (0..).zip(&discs).filter(|(_, disc)| touches(disc)).map(|(number, _)| number).collect();
            prop_assert_eq!(found, expected);
        }
    }
}

#[test]
fn an_area_may_be_all_there_is_and_its_cells_as_small_as_they_get() {
    let all = Area { west: i32::MIN, north: i32::MIN, east: i32::MAX, south: i32::MAX };
    let mut grid = Grid::new(all, 0);
    grid.fill([(Disc::point(i32::MIN, i32::MAX), 1), (Disc::point(0, 0), 2)]);
    let mut found = Vec::new();
    grid.near(Disc { x: i32::MIN, y: i32::MAX, radius: 5 }, |_, number| found.push(number));
    assert_eq!(found, [1]);
}

#[test]
fn what_is_in_one_cell_is_visited_in_the_order_it_was_put_in() {
    let mut grid = Grid::new(Area { west: 0, north: 0, east: 1_000, south: 1_000 }, 64);
    grid.fill([7, 3, 9, 1].map(|number| (Disc::point(500, 500), number)));
    let mut seen = Vec::new();
    grid.near(Disc { x: 490, y: 510, radius: 20 }, |_, number| seen.push(number));
    assert_eq!(seen, [7, 3, 9, 1]);
}

#[test]
fn an_interest_reveals_what_touches_and_nothing_that_was_there_before() {
    let mut game = Match::<Toy>::new(&());
    let spawned: Vec<_> = (0..200).map(|x| spawn(&mut game, 0, 0, x)).collect();
    let mut interest = Interest::new(Area { west: 0, north: -200, east: 200, south: 0 }, 16);
    let mut bits = crate::bits::Bits::default();
    let world = game.world_mut();
    let replicated: Vec<Replicated> =
        spawned.iter().map(|entity| *world.get::<Replicated>(*entity).expect("it was spawned with one")).collect();
    let at = |x: i32| Disc { x, y: -x, radius: x % 3 };
    interest.fill((0..).map(at).zip(&replicated));
    interest
        .reveal_near(Disc { x: 100, y: -100, radius: 10 }, &mut Sight { bits: &mut bits, occupied: &Bits::default() });
    interest.reveal_within(
        Area { west: 20, north: -25, east: 25, south: -20 },
        &mut Sight { bits: &mut bits, occupied: &Bits::default() },
    );
    let expected: Vec<u32> = (0..200u32)
        .filter(|slot| {
            let disc = at(*slot as i32);
            let near = Disc { x: 100, y: -100, radius: 10 }.touches(&disc);
            near || Area { west: 20, north: -25, east: 25, south: -20 }.touches(&disc)
        })
        .collect();
    assert!(expected.len() > 15 && expected.len() < 30, "{expected:?}");
    assert_eq!(bits.iter().collect::<Vec<_>>(), expected);
    // Fewer entities than the set has seen before: nothing is left of the first, nothing is missing of the second.
    interest.fill((0..).map(at).zip(&replicated[..4]));
    bits.clear();
    interest
        .reveal_near(Disc { x: 0, y: 0, radius: 1_000 }, &mut Sight { bits: &mut bits, occupied: &Bits::default() });
    assert_eq!(bits.iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
}
