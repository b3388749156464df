//! Every reason to refuse an action.

use super::table::Table;
use game::Setup;
use game::seats::Seats;
use messages::rules::TILE;
use messages::schema;
use messages::{Action, Kind, Reject};

fn started() -> Table {
    let mut table = Table::new(&Setup::free_for_all(3, 2));
    table.step(1);
    table
}

fn walk(units: Vec<u32>, x: i32, y: i32) -> Action {
    Action::Move { units, x, y, attack: false }
}

#[test]
fn what_is_out_of_view_or_out_of_bounds_is_refused() {
    let mut table = started();
    let workers = table.ids(0, Kind::Worker, 0);
    let end = 64 * TILE;
    assert_eq!(table.ask(0, walk(vec![60_000], 100, 100)), Err(Reject::Unseen));
    assert_eq!(table.ask(0, walk(vec![u32::MAX], 100, 100)), Err(Reject::Unseen));
    for (x, y) in [(-1, 0), (0, -1), (end, 0), (0, end), (i32::MIN, i32::MAX), (i32::MAX, i32::MIN)] {
        assert_eq!(table.ask(0, walk(workers.clone(), x, y)), Err(Reject::OffMap), "{x} {y}");
    }
    assert_eq!(table.ask(0, walk(workers.clone(), end - 1, end - 1)), Ok(()));
    assert_eq!(table.ask(0, walk(vec![], 100, 100)), Err(Reject::UnitCount));
    assert_eq!(table.ask(0, walk(vec![workers[0]; 201], 100, 100)), Err(Reject::UnitCount));
    assert_eq!(table.ask(0, walk(vec![workers[0]; 200], 100, 100)), Ok(()));
}

#[test]
fn what_is_not_ones_own_or_can_not_do_it_is_refused() {
    let mut table = started();
    let (worker, keep) = (table.ids(0, Kind::Worker, 0)[0], table.ids(0, Kind::Keep, 0)[0]);
    let ore = table.ids(0, Kind::Ore, schema::NOBODY)[0];
    let foe = {
        let at = table.place(0, keep);
        let place = game::geometry::Point { x: at[0], y: at[1] + 3 * TILE };
        game::spawn::unit(table.world(), Kind::Spear, 1, place);
        table.step(1);
        table.ids(0, Kind::Spear, 1)[0]
    };
    assert_eq!(table.ask(0, walk(vec![foe], 100, 100)), Err(Reject::NotYours));
    assert_eq!(table.ask(0, walk(vec![ore], 100, 100)), Err(Reject::NotYours));
    assert_eq!(table.ask(0, walk(vec![worker, keep], 100, 100)), Err(Reject::Unable));
    assert_eq!(table.ask(0, Action::Gather { units: vec![keep], target: ore }), Err(Reject::Unable));
    assert_eq!(table.ask(0, Action::Gather { units: vec![worker], target: keep }), Err(Reject::BadTarget));
    for target in [keep, worker, ore] {
        assert_eq!(table.ask(0, Action::Attack { units: vec![worker], target }), Err(Reject::BadTarget));
    }
    assert_eq!(table.ask(0, Action::Help { units: vec![worker], target: keep }), Err(Reject::BadTarget));
    assert_eq!(table.ask(0, Action::Train { building: keep, kind: Kind::Spear }), Err(Reject::Unable));
    assert_eq!(table.ask(0, Action::Train { building: keep, kind: Kind::Keep }), Err(Reject::Unable));
    assert_eq!(table.ask(0, Action::Train { building: worker, kind: Kind::Worker }), Err(Reject::Unable));
    assert_eq!(table.ask(0, Action::Train { building: foe, kind: Kind::Worker }), Err(Reject::NotYours));
    assert_eq!(table.ask(0, Action::Rally { building: worker, x: 1, y: 1 }), Err(Reject::Unable));
    assert_eq!(table.ask(0, Action::Rally { building: keep, x: -1, y: 1 }), Err(Reject::OffMap));
    assert_eq!(table.ask(0, Action::Attack { units: vec![worker], target: foe }), Ok(()));
}

#[test]
fn a_building_needs_ore_and_free_ground_in_view() {
    let mut table = started();
    let (worker, keep) = (table.ids(0, Kind::Worker, 0)[0], table.ids(0, Kind::Keep, 0)[0]);
    let at = table.place(0, keep);
    let (x, y) = (at[0] / TILE, at[1] / TILE);
    let build = |kind, x, y| Action::Build { units: vec![worker], kind, x, y };
    assert_eq!(table.ask(0, build(Kind::Worker, x, y)), Err(Reject::Unable));
    assert_eq!(table.ask(0, build(Kind::Ore, x, y)), Err(Reject::Unable));
    assert_eq!(table.ask(0, build(Kind::Barracks, x, y)), Err(Reject::Blocked));
    assert_eq!(table.ask(0, build(Kind::Barracks, 63 - x, 63 - y)), Err(Reject::Blocked), "never seen");
    for (x, y) in [(-1, 5), (62, 5), (5, 62), (i32::MIN, i32::MIN), (i32::MAX, i32::MAX)] {
        assert_eq!(table.ask(0, build(Kind::Barracks, x, y)), Err(Reject::OffMap), "{x} {y}");
    }
    let mut free = None;
    for (dx, dy) in (-7..=5).flat_map(|dx| (-7..=5).map(move |dy| (dx, dy))) {
        let result = table.ask(0, build(Kind::Keep, x + dx, y + dy));
        assert!(matches!(result, Err(Reject::Blocked | Reject::Ore)), "{result:?}");
        if result == Err(Reject::Ore) {
            free = Some((x + dx, y + dy));
        }
    }
    let (x, y) = free.expect("room somewhere");
    assert_eq!(table.ask(0, build(Kind::Barracks, x, y)), Ok(()));
    assert_eq!(table.ask(0, build(Kind::Barracks, x, y)), Err(Reject::Blocked));
    let site = table.ids(0, Kind::Barracks, 0)[0];
    assert_eq!(table.ask(0, Action::Train { building: site, kind: Kind::Spear }), Err(Reject::Unable));
    assert_eq!(table.ask(0, Action::Help { units: vec![worker], target: site }), Ok(()));
}

#[test]
fn training_needs_ore_supply_and_room_in_the_queue() {
    let mut table = started();
    let keep = table.ids(0, Kind::Keep, 0)[0];
    let train = Action::Train { building: keep, kind: Kind::Worker };
    table.world().resource_mut::<Seats>().list[0].ore = Kind::Worker.stats().cost - 1;
    assert_eq!(table.ask(0, train.clone()), Err(Reject::Ore));
    table.world().resource_mut::<Seats>().list[0].ore = 10_000;
    for _ in 0..5 {
        assert_eq!(table.ask(0, train.clone()), Ok(()));
    }
    assert_eq!(table.ask(0, train.clone()), Err(Reject::QueueFull));
    let room = Kind::Keep.stats().provides as usize;
    for _ in 0..room - 5 - 5 {
        table.unit(Kind::Spear, 0, 20, 20);
    }
    table.step(Kind::Worker.stats().ticks as u32);
    assert_eq!(table.ask(0, train), Err(Reject::Supply));
}

#[test]
fn a_refused_action_changes_nothing() {
    let mut table = started();
    let (workers, keep) = (table.ids(0, Kind::Worker, 0), table.ids(0, Kind::Keep, 0)[0]);
    let before = table.mirrors[0].hash();
    let mut units = workers;
    units.push(keep);
    assert_eq!(table.ask(0, walk(units, 100, 100)), Err(Reject::Unable));
    table.step(20);
    assert_eq!(table.mirrors[0].hash(), before);
}

#[test]
fn a_defeated_seat_gives_no_more_orders() {
    let mut table = Table::new(&Setup::free_for_all(3, 4));
    table.step(1);
    let workers = table.ids(0, Kind::Worker, 0);
    assert_eq!(table.ask(0, Action::Stop { units: workers.clone() }), Ok(()));
    table.world().resource_mut::<Seats>().defeated[0] = true;
    assert_eq!(table.ask(0, Action::Stop { units: workers }), Err(Reject::Over));
}
