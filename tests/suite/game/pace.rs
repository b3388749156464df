//! How fast a match goes.

use super::table::Table;
use game::Setup;
use messages::schema;
use messages::{Action, Kind};

/// Seconds of play until the first spear stands, when ore is spent as soon as it is there, and the ore a worker brings
/// home in a minute.
fn opening(seed: u64) -> (u32, i32) {
    let mut table = Table::new(&Setup::free_for_all(seed, 2));
    table.step(1);
    let workers = table.ids(0, Kind::Worker, 0);
    let keep = table.ids(0, Kind::Keep, 0)[0];
    let place = |table: &Table, id: u32| table.place(0, id);
    let home = place(&table, keep);
    let mut ore = table.ids(0, Kind::Ore, schema::NOBODY);
    ore.sort_by_key(|id| place(&table, *id).iter().zip(&home).map(|(a, b)| (a - b).pow(2)).sum::<i32>());
    assert_eq!(table.ask(0, Action::Gather { units: workers.clone(), target: ore[0] }), Ok(()));
    let mut ticks = 1;
    while table.ids(0, Kind::Spear, 0).is_empty() {
        let barracks = table.ids(0, Kind::Barracks, 0);
        if let Some(building) = barracks.first() {
            let _ = table.ask(0, Action::Train { building: *building, kind: Kind::Spear });
        } else {
            let (x, y) = (home[0] / 256, home[1] / 256);
            for (dx, dy) in [(4, -1), (-6, -1), (-1, 4), (-1, -6)] {
                let units = vec![workers[0]];
                let _ = table.ask(0, Action::Build { units, kind: Kind::Barracks, x: x + dx, y: y + dy });
                ticks += 1;
            }
        }
        table.step(9);
        ticks += 10;
        assert!(ticks < 4_000, "no spear in sight");
    }
    let before = table.game.world().resource::<game::seats::Seats>().list[0].score.ore;
    table.step(1_200);
    let gained = table.game.world().resource::<game::seats::Seats>().list[0].score.ore - before;
    (ticks / 20, gained as i32 / workers.len() as i32)
}

#[test]
fn the_first_soldier_stands_within_a_minute_and_income_is_steady() {
    for seed in [1, 2, 3, 4, 5, 6] {
        let (seconds, income) = opening(seed);
        println!("seed {seed}: {seconds} s, {income} ore a minute");
        assert!((25..=75).contains(&seconds), "seed {seed}: {seconds} s to the first spear");
        assert!((40..=90).contains(&income), "seed {seed}: {income} ore a minute for each worker");
    }
}
