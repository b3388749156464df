//! Finding the way, alone and in numbers.

use super::table::Table;
use bevy_ecs::prelude::Entity;
use game::components::Order;
use game::geometry::{Cell, Rect};
use game::ground::Ground;
use messages::rules::TILE;
use messages::{Action, Kind};

fn go(table: &mut Table, x: i32, y: i32) {
    let units = [Kind::Worker, Kind::Spear].into_iter().flat_map(|kind| table.ids(0, kind, 0)).collect();
    assert_eq!(table.ask(0, Action::Move { units, x: x * TILE + 128, y: y * TILE + 128, attack: false }), Ok(()));
}

fn idle(table: &mut Table, unit: Entity) -> bool {
    matches!(table.world().get::<Order>(unit), Some(Order::Idle(_)))
}

#[test]
fn a_unit_walks_around_walls_to_the_very_spot() {
    // A pocket open to the west, with the goal behind it.
    let walls =
        [Rect { x: 10, y: 10, w: 20, h: 2 }, Rect { x: 10, y: 30, w: 20, h: 2 }, Rect { x: 28, y: 10, w: 2, h: 22 }];
    let mut table = Table::arena(&walls);
    let unit = table.unit(Kind::Worker, 0, 26, 20);
    table.step(1);
    go(&mut table, 33, 20);
    for _ in 0..900 {
        table.step(1);
        let cell = table.at(unit).cell();
        assert!(table.world().resource::<Ground>().open(cell), "inside a wall at {cell:?}");
    }
    assert!(table.at(unit).distance_squared(Cell { x: 33, y: 20 }.centre()) <= 32 * 32, "{:?}", table.at(unit));
    assert!(idle(&mut table, unit));
}

#[test]
fn two_hundred_units_reach_a_far_goal_and_spread_around_it() {
    let walls = [Rect { x: 30, y: 0, w: 3, h: 40 }, Rect { x: 40, y: 24, w: 3, h: 40 }];
    let mut table = Table::arena(&walls);
    let units: Vec<Entity> = (0..200).map(|place| table.unit(Kind::Spear, 0, 3 + place % 15, 3 + place / 15)).collect();
    table.step(1);
    go(&mut table, 54, 50);
    table.step(900);
    let goal = Cell { x: 54, y: 50 }.centre();
    let mut places = Vec::new();
    for unit in units {
        assert!(idle(&mut table, unit));
        let at = table.at(unit);
        assert!(at.distance_squared(goal) < i64::from(TILE * 11).pow(2), "left behind at {at:?}");
        places.push(at);
    }
    for (place, one) in places.iter().enumerate() {
        let crowd = places.iter().skip(place + 1).filter(|other| one.distance_squared(**other) < 100 * 100).count();
        assert!(crowd <= 1, "{crowd} others stand on {one:?}");
    }
    let hash = table.mirrors[0].hash();
    table.step(40);
    assert_eq!(table.mirrors[0].hash(), hash, "the crowd has come to rest");
}

#[test]
fn a_unit_stops_where_it_can_not_get_nearer() {
    let walls = [
        Rect { x: 40, y: 40, w: 9, h: 2 },
        Rect { x: 40, y: 47, w: 9, h: 2 },
        Rect { x: 40, y: 40, w: 2, h: 9 },
        Rect { x: 47, y: 40, w: 2, h: 9 },
    ];
    let mut table = Table::arena(&walls);
    let unit = table.unit(Kind::Worker, 0, 10, 10);
    table.step(1);
    go(&mut table, 44, 44);
    table.step(200);
    assert!(idle(&mut table, unit), "inside is out of reach");
    go(&mut table, 40, 40);
    table.step(600);
    assert!(idle(&mut table, unit));
    assert!(table.at(unit).distance_squared(Cell { x: 40, y: 40 }.centre()) < i64::from(TILE * 2).pow(2));
}

#[test]
fn units_make_room_for_a_building_of_their_own() {
    let mut table = Table::arena(&[]);
    let (worker, spear) = (table.unit(Kind::Worker, 0, 20, 20), table.unit(Kind::Spear, 0, 21, 21));
    table.step(1);
    table.world().resource_mut::<game::seats::Seats>().list[0].ore = 1_000;
    let units = table.ids(0, Kind::Worker, 0);
    assert_eq!(table.ask(0, Action::Build { units, kind: Kind::Barracks, x: 20, y: 20 }), Ok(()));
    table.step(Kind::Barracks.stats().ticks as u32 + 60);
    for unit in [worker, spear] {
        let cell = table.at(unit).cell();
        assert!(table.world().resource::<Ground>().open(cell));
    }
    assert_eq!(table.told(0, messages::EventKind::Built), 1);
}

#[test]
fn units_put_on_one_point_step_apart() {
    let mut table = Table::arena(&[]);
    let units: Vec<Entity> = (0..12).map(|_| table.unit(Kind::Bow, 0, 30, 30)).collect();
    table.step(100);
    for (place, one) in units.iter().enumerate() {
        for other in &units[place + 1..] {
            assert!(table.at(*one).distance_squared(table.at(*other)) > 80 * 80);
        }
    }
}
