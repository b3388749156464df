//! Brains against hand-made scenes.

use messages::schema::Doing;
use messages::{Action, Kind, Reject};
use wire::Mirror;

use super::fixture::{Scene, start};
use super::{Brain, Skill};

/// Shows the scene at every tick from `from` on and collects what the brain asks for.
fn watch(brain: &mut Brain, scene: &Scene, from: u32, ticks: u32) -> Vec<Action> {
    let mut out = Vec::new();
    let mut mirror = Mirror::new(&messages::SCHEMA);
    for tick in from..from + ticks {
        scene.clone().at_tick(tick).show(&mut mirror);
        brain.think(&mirror, &mut out);
    }
    out
}

fn opening() -> Scene {
    Scene::new().stock(200, 5, 20).building(Kind::Keep, 0, (8, 8)).ore((13, 6), 1_000).ore((13, 11), 1_000).units(
        5,
        Kind::Worker,
        0,
        (10, 12),
        Doing::Idle,
    )
}

#[test]
fn idle_workers_are_spread_over_the_deposits_and_a_worker_is_trained() {
    let actions = watch(&mut Brain::new(&start(2), 1, Skill::Normal), &opening(), 1, 20);
    let mut dug: Vec<(u32, usize)> = Vec::new();
    for action in &actions {
        if let Action::Gather { units, target } = action {
            dug.push((*target, units.len()));
        }
    }
    assert_eq!(dug.iter().map(|(_, count)| count).sum::<usize>(), 5, "{actions:?}");
    assert!(actions.contains(&Action::Train { building: 0, kind: Kind::Worker }), "{actions:?}");
}

#[test]
fn the_same_seed_gives_the_same_actions() {
    let run = |seed| watch(&mut Brain::new(&start(2), seed, Skill::Hard), &opening(), 1, 200);
    assert_eq!(run(7), run(7));
}

#[test]
fn a_blocked_building_is_tried_elsewhere() {
    let rich = Scene::new().stock(130, 9, 20).building(Kind::Keep, 0, (20, 20)).ore((25, 18), 1_000).units(
        9,
        Kind::Worker,
        0,
        (22, 25),
        Doing::Gathering,
    );
    let mut brain = Brain::new(&start(2), 3, Skill::Normal);
    let spot = |actions: &[Action]| {
        actions.iter().find_map(|action| match action {
            Action::Build { kind: Kind::Barracks, x, y, units } => Some((*x, *y, units.clone())),
            _ => None,
        })
    };
    let first = watch(&mut brain, &rich, 1, 12);
    let place = first.iter().position(|action| matches!(action, Action::Build { .. })).expect("barracks ordered");
    let (x, y, units) = spot(&first).expect("barracks ordered");
    assert!(!units.is_empty());
    let footprint_is_apart = |x: i32, y: i32| !((18..23).contains(&x) && (18..23).contains(&y));
    assert!(footprint_is_apart(x, y));

    let refusal = rich.clone().receipt(place as u32 + 1, Reject::Blocked.code());
    let second = watch(&mut brain, &refusal, 13, 1);
    let again = [second, watch(&mut brain, &rich, 14, 30)].concat();
    let (x2, y2, _) = spot(&again).expect("barracks ordered again");
    assert_ne!((x, y), (x2, y2));
}

#[test]
fn a_building_without_builders_gets_help() {
    let orphan = opening().site(Kind::Barracks, 0, (3, 3), 400);
    let actions = watch(&mut Brain::new(&start(2), 2, Skill::Normal), &orphan, 1, 30);
    let helped = |action: &Action| matches!(action, Action::Help { units, target: 8 } if !units.is_empty());
    assert!(actions.iter().any(helped), "{actions:?}");
}

#[test]
fn an_army_large_enough_attacks_towards_the_other_start() {
    let strong =
        Scene::new().stock(0, 50, 60).building(Kind::Keep, 0, (8, 8)).units(30, Kind::Spear, 0, (18, 18), Doing::Idle);
    let actions = watch(&mut Brain::new(&start(2), 5, Skill::Normal), &strong, 1, 200);
    let attack = actions.iter().find_map(|action| match action {
        Action::Move { units, x, y, attack: true } if units.len() >= 20 => Some((*x, *y)),
        _ => None,
    });
    let (x, y) = attack.expect("an attack");
    assert!(x > 20 * 256 && y > 20 * 256, "({x}, {y})");
}

#[test]
fn intruders_are_met_by_every_fighter_at_home() {
    let raided = Scene::new()
        .stock(0, 10, 20)
        .building(Kind::Keep, 0, (8, 8))
        .units(4, Kind::Bow, 0, (14, 14), Doing::Idle)
        .units(3, Kind::Spear, 1, (7, 14), Doing::Moving);
    let actions = watch(&mut Brain::new(&start(2), 5, Skill::Normal), &raided, 1, 12);
    let met = actions.iter().any(
        |action| matches!(action, Action::Move { units, attack: true, x, .. } if units.len() == 4 && *x / 256 == 7),
    );
    assert!(met, "{actions:?}");
}

#[test]
fn a_keep_in_reach_is_attacked_itself() {
    let siege = Scene::new().stock(0, 30, 60).building(Kind::Keep, 0, (8, 8)).building(Kind::Keep, 1, (53, 53)).units(
        30,
        Kind::Spear,
        0,
        (50, 50),
        Doing::Moving,
    );
    let mut brain = Brain::new(&start(2), 5, Skill::Normal);
    let gathered = Scene::new().stock(0, 30, 60).building(Kind::Keep, 0, (8, 8));
    let gathered = gathered.ore((40, 40), 1).units(30, Kind::Spear, 0, (17, 17), Doing::Idle);
    watch(&mut brain, &gathered, 1, 100);
    let actions = watch(&mut brain, &siege, 101, 40);
    let focused = |action: &Action| matches!(action, Action::Attack { units, target: 1 } if units.len() >= 29);
    assert!(actions.iter().any(focused), "{actions:?}");
}

#[test]
fn strange_mirrors_and_maps_do_no_harm() {
    let mut odd = start(4);
    odd.seat = 200;
    odd.map.tiles.truncate(10);
    odd.map.width = u16::MAX;
    let scene = opening().unit(Kind::Spear, 99, (-5, 2_000), Doing::Attacking).building(Kind::Keep, -7, (63, 63));
    for seed in 0..4 {
        watch(&mut Brain::new(&odd, seed, Skill::Hard), &scene, 1, 200);
    }
    let nobody = Scene::new();
    assert_eq!(watch(&mut Brain::new(&start(2), 1, Skill::Hard), &nobody, 1, 50), []);
}

#[test]
fn a_paced_brain_is_never_silent_for_long() {
    let quiet = Scene::new().stock(0, 20, 20).building(Kind::Keep, 0, (8, 8));
    let plain = watch(&mut Brain::new(&start(2), 1, Skill::Normal), &quiet, 1, 400);
    let paced = watch(&mut Brain::new(&start(2), 1, Skill::Normal).with_pace(20), &quiet, 1, 400);
    assert!(plain.is_empty(), "{plain:?}");
    assert!(paced.len() >= 12, "{}", paced.len());
}
