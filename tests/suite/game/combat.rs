//! Fighting, sight and defeat.

use super::table::Table;
use game::components::{Health, Order};
use game::geometry::Rect;
use game::{Outcome, Setup};
use messages::rules::TILE;
use messages::{Action, EventKind, Kind};

#[test]
fn a_spear_beats_a_bow_it_can_reach() {
    let mut table = Table::arena(&[]);
    let (spear, bow) = (table.unit(Kind::Spear, 0, 20, 20), table.unit(Kind::Bow, 1, 21, 20));
    table.step(200);
    assert!(table.alive(spear) && !table.alive(bow));
    assert!(table.world().get::<Health>(spear).expect("alive").0 < Kind::Spear.stats().hp, "the bow shot back");
    assert!(table.told(0, EventKind::Hit) > 0 && table.told(0, EventKind::Shot) > 0);
    assert_eq!((table.told(0, EventKind::Fell), table.told(1, EventKind::Fell)), (1, 1));
}

#[test]
fn a_bow_beats_a_spear_that_can_not_reach_it() {
    let mut table = Table::arena(&[Rect { x: 0, y: 20, w: 64, h: 2 }]);
    let (spear, bow) = (table.unit(Kind::Spear, 0, 32, 18), table.unit(Kind::Bow, 1, 32, 23));
    table.step(400);
    assert!(!table.alive(spear) && table.alive(bow));
    assert_eq!(table.world().get::<Health>(bow).expect("alive").0, Kind::Bow.stats().hp);
}

#[test]
fn spears_win_in_the_open_but_lose_to_as_many_bows_behind_a_front() {
    let fight = |first: [Kind; 2], second: [Kind; 2]| {
        let mut table = Table::arena(&[]);
        for place in 0..8 {
            for (row, (kinds, owner)) in [(first, 0), (second, 1)].into_iter().enumerate() {
                let (front, back) = if row == 0 { (20, 18) } else { (30, 32) };
                table.unit(kinds[0], owner, front, 20 + place);
                table.unit(kinds[1], owner, back, 20 + place);
            }
        }
        table.step(2);
        for seat in 0..2 {
            let own = i32::from(seat);
            let units = [Kind::Spear, Kind::Bow].into_iter().flat_map(|kind| table.ids(seat, kind, own)).collect();
            let (x, y) = (25 * TILE, 24 * TILE);
            assert_eq!(table.ask(seat, Action::Move { units, x, y, attack: true }), Ok(()));
        }
        table.step(900);
        [0, 1].map(|seat| {
            [Kind::Spear, Kind::Bow].into_iter().map(|kind| table.ids(seat, kind, i32::from(seat)).len()).sum::<usize>()
        })
    };
    let [spears, bows] = fight([Kind::Spear; 2], [Kind::Bow; 2]);
    assert!(spears > bows && bows == 0, "{spears} spears, {bows} bows");
    let [spears, mixed] = fight([Kind::Spear; 2], [Kind::Spear, Kind::Bow]);
    assert!(mixed > spears && spears == 0, "{spears} spears, {mixed} mixed");
}

#[test]
fn even_armies_are_even() {
    let mut table = Table::arena(&[]);
    for place in 0..10 {
        table.unit(Kind::Spear, 0, 20, 20 + place);
        table.unit(Kind::Spear, 1, 26, 29 - place);
    }
    table.step(600);
    let left = [0, 1].map(|seat| table.ids(seat, Kind::Spear, i32::from(seat)).len());
    assert!(left[0].abs_diff(left[1]) <= 5, "{left:?}");
    assert!(left[0] + left[1] <= 6, "{left:?}");
}

#[test]
fn fog_hides_what_nobody_looks_at() {
    let mut table = Table::arena(&[]);
    table.unit(Kind::Worker, 0, 10, 10);
    let walker = table.unit(Kind::Worker, 1, 40, 10);
    table.step(1);
    assert!(table.ids(0, Kind::Worker, 1).is_empty());
    let own = table.ids(1, Kind::Worker, 1);
    let (x, y) = (12 * TILE, 10 * TILE);
    assert_eq!(table.ask(1, Action::Move { units: own.clone(), x, y, attack: false }), Ok(()));
    let sight = Kind::Worker.stats().sight;
    let mut seen = 0;
    for _ in 0..400 {
        table.step(1);
        let tiles = table.at(walker).cell().x - 10;
        let visible = table.ids(0, Kind::Worker, 1).len() == 1;
        assert_eq!(visible, tiles <= sight, "{tiles} tiles away");
        seen += usize::from(visible);
    }
    assert!(seen > 50, "it never came into view");
    let (x, y) = (40 * TILE, 10 * TILE);
    assert_eq!(table.ask(1, Action::Move { units: own, x, y, attack: false }), Ok(()));
    table.step(300);
    assert!(table.ids(0, Kind::Worker, 1).is_empty(), "it is gone from view again");
}

#[test]
fn soldiers_do_not_go_after_what_their_team_does_not_see() {
    let mut table = Table::arena(&[]);
    let guard = table.unit(Kind::Spear, 0, 10, 10);
    table.unit(Kind::Bow, 1, 10 + Kind::Bow.stats().sight + 1, 10);
    let post = table.at(guard);
    table.step(100);
    assert_eq!(table.at(guard), post);
}

#[test]
fn workers_do_not_fight_unless_told_to() {
    let mut table = Table::arena(&[]);
    let worker = table.unit(Kind::Worker, 0, 10, 10);
    let victim = table.unit(Kind::Worker, 1, 12, 10);
    table.step(100);
    let hp = |table: &mut Table, entity| table.world().get::<Health>(entity).expect("alive").0;
    assert_eq!(hp(&mut table, victim), Kind::Worker.stats().hp);
    let (own, foe) = (table.ids(0, Kind::Worker, 0), table.ids(0, Kind::Worker, 1)[0]);
    assert_eq!(table.ask(0, Action::Attack { units: own, target: foe }), Ok(()));
    table.step(100);
    assert!(hp(&mut table, victim) < Kind::Worker.stats().hp);
    assert_eq!(hp(&mut table, worker), Kind::Worker.stats().hp, "the victim does not fight back");
    assert_eq!(table.told(1, EventKind::Alarm), 1);
    table.step(600);
    assert!(!table.alive(victim));
    assert!(matches!(table.world().get::<Order>(worker), Some(Order::Idle(_))));
}

#[test]
fn a_guard_that_was_drawn_away_goes_back_to_its_post() {
    let mut table = Table::arena(&[]);
    let guard = table.unit(Kind::Spear, 0, 20, 20);
    let post = table.at(guard);
    table.unit(Kind::Worker, 1, 27, 20);
    table.step(3);
    let bait = table.ids(1, Kind::Worker, 1);
    let (x, y) = (60 * TILE, 20 * TILE);
    assert_eq!(table.ask(1, Action::Move { units: bait, x, y, attack: false }), Ok(()));
    table.step(40);
    assert!(table.at(guard).distance_squared(post) > i64::from(TILE * 4).pow(2), "it did not give chase");
    table.step(600);
    assert!(table.at(guard).distance_squared(post) <= i64::from(TILE * 2).pow(2));
}

#[test]
fn a_fallen_keep_ends_the_match_and_leaves_nothing_of_the_loser() {
    let mut table = Table::new(&Setup::free_for_all(5, 2));
    table.step(1);
    let keep = table.ids(1, Kind::Keep, 1)[0];
    let at = table.place(1, keep);
    for place in 0..20 {
        let at = game::geometry::Point { x: at[0] - 700 + place * 70, y: at[1] + 700 };
        game::spawn::unit(table.world(), Kind::Spear, 0, at);
    }
    table.step(1);
    let (units, target) = (table.ids(0, Kind::Spear, 0), table.ids(0, Kind::Keep, 1)[0]);
    assert_eq!(table.ask(0, Action::Attack { units, target }), Ok(()));
    let mut ticks = 0;
    while table.game.outcome().is_none() {
        table.step(1);
        ticks += 1;
        assert!(ticks < 2_000, "the keep still stands");
    }
    let Outcome { winner, scores } = table.game.outcome().expect("an outcome");
    assert_eq!(winner, Some(0));
    assert_eq!(scores[1].lost, 1 + messages::rules::START_WORKERS as u32);
    assert!(scores[0].felled >= 1 && scores[0].lost == 0);
    for seat in 0..2 {
        assert_eq!(table.told(seat, EventKind::Defeated), 1);
    }
    assert!(table.ids(1, Kind::Worker, 1).is_empty());
}

#[test]
fn the_match_goes_on_while_two_teams_stand() {
    let mut setup = Setup::free_for_all(5, 4);
    for (seat, team) in [0, 0, 1, 1].into_iter().enumerate() {
        setup.seats[seat].team = team;
    }
    let mut table = Table::new(&setup);
    table.step(1);
    assert_eq!(table.ids(0, Kind::Keep, 1).len(), 1, "allies see each other");
    assert!(table.ids(0, Kind::Keep, 2).is_empty());
    for (seat, over) in [(2, false), (3, true)] {
        let keep = table.ids(2, Kind::Keep, seat)[0];
        let at = table.place(2, keep);
        let at = game::geometry::Point { x: at[0], y: at[1] + 600 };
        game::spawn::unit(table.world(), Kind::Spear, 0, at);
        let world = table.world();
        let mut keeps = world.query::<(&game::components::Unit, &mut Health)>();
        for (unit, mut health) in keeps.iter_mut(world) {
            if unit.kind == Kind::Keep && unit.owner == seat {
                health.0 = 1;
            }
        }
        table.step(1);
        let (units, target) = (table.ids(0, Kind::Spear, 0), table.ids(0, Kind::Keep, seat)[0]);
        assert_eq!(table.ask(0, Action::Attack { units, target }), Ok(()));
        let mut ticks = 0;
        while !table.ids(2, Kind::Keep, seat).is_empty() {
            table.step(1);
            ticks += 1;
            assert!(ticks < 1_500, "the keep of seat {seat} still stands");
        }
        assert_eq!(table.game.outcome().is_some(), over, "after seat {seat} lost its keep");
    }
    assert_eq!(table.game.outcome().expect("over").winner, Some(0));
}
