//! The same setup and actions make the same match, and no action breaks it.

use super::table::Table;
use engine::{ActionSeq, Match, SeatId};
use game::{Setup, Strategy};
use messages::{Action, Kind};
use proptest::prelude::{Just, ProptestConfig, any, prop, prop_oneof, proptest};
use proptest::strategy::Strategy as Any;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Plays a match in which every seat does something now and then; the hashes of all views, tick by tick.
fn play(seed: u64, ticks: u32) -> Vec<u32> {
    let mut table = Table::new(&Setup::free_for_all(seed, 2));
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut seqs = [0; 2];
    let mut hashes = Vec::new();
    for tick in 0..ticks {
        table.step(1);
        for seat in 0..2_u8 {
            let own = i32::from(seat);
            let (workers, spears) = (table.ids(seat, Kind::Worker, own), table.ids(seat, Kind::Spear, own));
            let ore = table.ids(seat, Kind::Ore, -1);
            let (x, y) = (rng.random_range(0..16_384), rng.random_range(0..16_384));
            let building = table.ids(seat, if tick % 80 == 0 { Kind::Keep } else { Kind::Barracks }, own);
            let kind = if tick % 80 == 0 { Kind::Worker } else { Kind::Spear };
            let action = match tick % 200 {
                0 | 40 | 80 if !building.is_empty() => Action::Train { building: building[0], kind },
                5 if !ore.is_empty() => Action::Gather { units: workers, target: ore[tick as usize % ore.len()] },
                10 => Action::Build { units: vec![workers[0]], kind: Kind::Barracks, x: x / 256, y: y / 256 },
                110 => Action::Move { units: spears, x, y, attack: true },
                150 => Action::Move { units: workers, x, y, attack: false },
                _ => continue,
            };
            seqs[usize::from(seat)] += 1;
            table.game.submit(SeatId(seat), ActionSeq(seqs[usize::from(seat)]), action).expect("taken in");
        }
        hashes.extend(table.mirrors.iter().map(wire::Mirror::hash));
    }
    hashes
}

#[test]
fn two_runs_of_a_match_are_the_same_for_two_thousand_ticks() {
    assert_eq!(play(11, 2_000), play(11, 2_000));
}

#[test]
fn two_runs_of_a_battle_are_the_same() {
    let run = || {
        let mut game = Match::<Strategy>::new(&Setup::skirmish(4, 4, 300));
        (0..400)
            .flat_map(|_| {
                game.step();
                [0, 1, 2, 3].map(|seat| game.view_hash(SeatId(seat)))
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
}

fn number() -> impl Any<Value = i32> {
    prop_oneof![Just(i32::MIN), Just(i32::MAX), -300..20_000_i32, -2..70_i32]
}

fn id() -> impl Any<Value = u32> {
    prop_oneof![8 => 0..60_u32, 1 => Just(u32::MAX), 1 => any::<u32>()]
}

fn kind() -> impl Any<Value = Kind> {
    (0..Kind::ALL.len()).prop_map(|place| Kind::ALL[place])
}

fn action() -> impl Any<Value = Action> {
    let units = || prop::collection::vec(id(), 0..8);
    prop_oneof![
        (units(), number(), number(), any::<bool>()).prop_map(|(units, x, y, attack)| Action::Move {
            units,
            x,
            y,
            attack
        }),
        (units(), id()).prop_map(|(units, target)| Action::Attack { units, target }),
        (units(), id()).prop_map(|(units, target)| Action::Gather { units, target }),
        (units(), kind(), number(), number()).prop_map(|(units, kind, x, y)| Action::Build { units, kind, x, y }),
        (units(), id()).prop_map(|(units, target)| Action::Help { units, target }),
        (id(), kind()).prop_map(|(building, kind)| Action::Train { building, kind }),
        (id(), number(), number()).prop_map(|(building, x, y)| Action::Rally { building, x, y }),
        units().prop_map(|units| Action::Stop { units }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_action_whatever_its_numbers_breaks_a_match(
        seed in 0..50_u64,
        asked in prop::collection::vec((0..2_u8, action(), 0..6_u32), 1..80),
    ) {
        let mut table = Table::new(&Setup::skirmish(seed, 2, 30));
        table.step(1);
        for seat in &mut table.world().resource_mut::<game::seats::Seats>().list {
            seat.ore = 2_000;
        }
        for (seat, action, wait) in asked {
            let _ = table.ask(seat, action);
            table.step(wait);
        }
        table.step(20);
    }
}
