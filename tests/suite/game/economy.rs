//! Ore, training and building.

use super::table::Table;
use game::Setup;
use messages::rules::{CARGO, START_ORE, START_WORKERS};
use messages::schema::{self, Doing};
use messages::{Action, EventKind, Kind};

fn started() -> Table {
    let mut table = Table::new(&Setup::free_for_all(3, 2));
    table.step(1);
    table
}

fn nearest(table: &Table, seat: u8, kind: Kind, owner: i32, to: u32) -> u32 {
    let place = |id: u32| table.place(seat, id);
    let from = place(to);
    let distance = |id: &u32| place(*id).iter().zip(&from).map(|(a, b)| (a - b).pow(2)).sum::<i32>();
    table.ids(seat, kind, owner).into_iter().min_by_key(distance).expect("one in view")
}

fn put_to_work(table: &mut Table, seat: u8) {
    let workers = table.ids(seat, Kind::Worker, i32::from(seat));
    let ore = nearest(table, seat, Kind::Ore, schema::NOBODY, workers[0]);
    assert_eq!(table.ask(seat, Action::Gather { units: workers, target: ore }), Ok(()));
}

#[test]
fn every_seat_starts_with_a_keep_workers_and_ore_in_reach() {
    for seats in [2, 4] {
        let mut table = Table::new(&Setup::free_for_all(9, seats));
        table.step(1);
        for seat in 0..seats {
            let own = i32::from(seat);
            assert_eq!(table.ids(seat, Kind::Keep, own).len(), 1);
            assert_eq!(table.ids(seat, Kind::Worker, own).len(), START_WORKERS);
            assert!(table.ids(seat, Kind::Ore, schema::NOBODY).len() >= 3);
            assert_eq!(table.column(seat, schema::SEAT_ORE), START_ORE);
            assert_eq!(table.column(seat, schema::SEAT_SUPPLY), START_WORKERS as i32);
            assert_eq!(table.column(seat, schema::SEAT_SUPPLY_CAP), Kind::Keep.stats().provides);
        }
    }
}

#[test]
fn workers_dig_and_haul_until_told_otherwise() {
    let mut table = started();
    put_to_work(&mut table, 0);
    table.step(600);
    let half_minute = table.column(0, schema::SEAT_ORE) - START_ORE;
    assert!((60..400).contains(&half_minute), "{half_minute} ore in 30 s");
    table.step(600);
    let minute = table.column(0, schema::SEAT_ORE) - START_ORE;
    assert!(minute > half_minute + 60, "{minute} ore in a minute");
    assert_eq!(table.column(1, schema::SEAT_ORE), START_ORE);
    let units = table.ids(0, Kind::Worker, 0);
    assert_eq!(table.ask(0, Action::Stop { units: units.clone() }), Ok(()));
    let before = table.column(0, schema::SEAT_ORE);
    table.step(200);
    assert_eq!(table.column(0, schema::SEAT_ORE), before);
    assert!(units.iter().all(|id| table.columns(0, *id, schema::TASK).expect("a task")[0] == Doing::Idle as i32));
}

#[test]
fn an_empty_deposit_is_gone_and_its_workers_take_the_next() {
    let mut table = started();
    put_to_work(&mut table, 0);
    let before = table.ids(0, Kind::Ore, schema::NOBODY).len();
    let world = table.world();
    let mut deposits = world.query::<&mut game::components::Deposit>();
    deposits.iter_mut(world).for_each(|mut deposit| deposit.0 = deposit.0.min(CARGO * 3));
    let mut last = 0;
    for _ in 0..6 {
        table.step(200);
        last = table.ids(0, Kind::Ore, schema::NOBODY).len();
    }
    assert!(last + 2 <= before, "{last} of {before} are left");
    assert!(table.told(0, EventKind::Exhausted) >= 2);
    assert_eq!(table.told(1, EventKind::Exhausted), 0);
    assert!(table.column(0, schema::SEAT_ORE) > START_ORE + CARGO * 3);
}

#[test]
fn a_keep_trains_workers_and_sends_them_to_dig_at_its_rally() {
    let mut table = started();
    let keep = table.ids(0, Kind::Keep, 0)[0];
    let ore = nearest(&table, 0, Kind::Ore, schema::NOBODY, keep);
    let at = table.place(0, ore);
    assert_eq!(table.ask(0, Action::Rally { building: keep, x: at[0], y: at[1] }), Ok(()));
    assert_eq!(table.columns(0, keep, schema::RALLY), Some(&at[..]));
    assert_eq!(table.ask(0, Action::Train { building: keep, kind: Kind::Worker }), Ok(()));
    assert_eq!(table.ask(0, Action::Train { building: keep, kind: Kind::Worker }), Ok(()));
    assert_eq!(table.column(0, schema::SEAT_ORE), START_ORE - 2 * Kind::Worker.stats().cost);
    assert_eq!(table.column(0, schema::SEAT_SUPPLY), START_WORKERS as i32 + 2);
    let queue = table.columns(0, keep, schema::QUEUE).expect("a queue");
    assert_eq!(queue[..2], [Kind::Worker as i32, 2]);
    table.step(Kind::Worker.stats().ticks as u32 * 2);
    assert_eq!(table.ids(0, Kind::Worker, 0).len(), START_WORKERS + 2);
    assert_eq!(table.columns(0, keep, schema::QUEUE), None);
    assert_eq!(table.told(0, EventKind::Trained), 2);
    table.step(400);
    assert!(table.column(0, schema::SEAT_ORE) > START_ORE - 2 * Kind::Worker.stats().cost);
}

/// A free square near the first keep, far enough from the ore.
fn site(table: &mut Table, size: i32) -> (i32, i32) {
    let keep = table.ids(0, Kind::Keep, 0)[0];
    let at = table.place(0, keep);
    let world = table.world();
    let ground = world.resource::<game::ground::Ground>();
    let sight = world.resource::<game::vision::Vision>().team(0);
    let middle = game::geometry::Point { x: at[0], y: at[1] }.cell().rect();
    let free = |cell: &game::geometry::Cell| {
        let rect = game::geometry::Rect { x: cell.x, y: cell.y, w: size, h: size };
        rect.grown(1).cells().all(|cell| ground.open(cell) && sight.sees(cell))
    };
    let cell = (4..8).find_map(|by| middle.ring(by).find(free)).expect("room near the keep");
    (cell.x, cell.y)
}

#[test]
fn workers_raise_a_building_faster_together_and_it_works_when_finished() {
    let alone = raise(1);
    let together = raise(4);
    assert!(together * 10 < alone * 7, "{together} ticks with four, {alone} alone");
}

fn raise(hands: usize) -> u32 {
    let mut table = started();
    let (x, y) = site(&mut table, 3);
    let units: Vec<u32> = table.ids(0, Kind::Worker, 0).into_iter().take(hands).collect();
    assert_eq!(table.ask(0, Action::Build { units, kind: Kind::Barracks, x, y }), Ok(()));
    assert_eq!(table.column(0, schema::SEAT_ORE), START_ORE - Kind::Barracks.stats().cost);
    let barracks = table.ids(0, Kind::Barracks, 0)[0];
    assert!(table.columns(0, barracks, schema::SITE).expect("a site")[0] < 10);
    let mut hp = table.columns(0, barracks, schema::HEALTH).expect("health")[0];
    assert!(hp < Kind::Barracks.stats().hp / 5);
    let mut ticks = 0;
    while table.columns(0, barracks, schema::SITE).is_some() {
        table.step(1);
        ticks += 1;
        let now = table.columns(0, barracks, schema::HEALTH).expect("health")[0];
        assert!(now >= hp);
        hp = now;
        assert!(ticks < 1_000, "never finished");
    }
    assert_eq!(hp, Kind::Barracks.stats().hp);
    assert_eq!(table.told(0, EventKind::Built), 1);
    assert_eq!(table.ask(0, Action::Train { building: barracks, kind: Kind::Spear }), Ok(()));
    table.step(Kind::Spear.stats().ticks as u32);
    assert_eq!(table.ids(0, Kind::Spear, 0).len(), 1);
    ticks
}
