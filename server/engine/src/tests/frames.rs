//! A mirror fed the frames equals the view, whatever changes, flaps, is skipped or starts anew.

use bevy_ecs::prelude::Entity;
use proptest::prelude::*;
use wire::Tick;

use super::toy::{Client, Health, Place, Plan, Seen, Toy, Travel, Truth, VIEWS, held, spawn};
use crate::{FrameKind, Match, PART_BYTES, RING, SeatId};

#[derive(Clone, Debug)]
enum Op {
    Spawn {
        owner: u8,
        seen: u8,
        x: i32,
    },
    Despawn(usize),
    Move(usize, i32, i32),
    /// To the value it has: must cost nothing and break nothing.
    Touch(usize),
    Health(usize, Option<i32>),
    Plan(usize, Option<i32>),
    Look(usize, u8),
    /// Sets out from where it is, or from here if it was nowhere; `None` takes the component away.
    Travel(usize, Option<(i32, i32)>),
    /// Pushed aside, or far away, without a change of course.
    Push(usize, i32, i32),
}

fn op() -> impl Strategy<Value = Op> {
    let which = 0..64usize;
    prop_oneof![
        3 => (0..VIEWS, 0..8u8, any::<i32>()).prop_map(|(owner, seen, x)| Op::Spawn { owner, seen, x }),
        1 => which.clone().prop_map(Op::Despawn),
        4 => (which.clone(), any::<i32>(), -20..20).prop_map(|(which, x, y)| Op::Move(which, x, y)),
        1 => which.clone().prop_map(Op::Touch),
        2 => (which.clone(), any::<Option<i32>>()).prop_map(|(which, hp)| Op::Health(which, hp)),
        2 => (which.clone(), any::<Option<i32>>()).prop_map(|(which, plan)| Op::Plan(which, plan)),
        4 => (which.clone(), 0..8u8).prop_map(|(which, seen)| Op::Look(which, seen)),
        3 => (which.clone(), any::<(i8, i8)>())
            .prop_map(|(which, (vx, vy))| Op::Travel(which, Some((vx.into(), vy.into())))),
        2 => (which.clone(), any::<bool>()).prop_map(|(which, there)| Op::Travel(which, there.then_some((0, 0)))),
        2 => (which.clone(), -5..5i32, -5..5i32).prop_map(|(which, x, y)| Op::Push(which, x, y)),
        1 => (which, any::<i32>(), any::<i32>()).prop_map(|(which, x, y)| Op::Push(which, x, y)),
    ]
}

fn apply(game: &mut Match<Toy>, alive: &mut Vec<Entity>, op: &Op) {
    let pick = |which: &usize| (!alive.is_empty()).then(|| *which % alive.len());
    match op {
        Op::Spawn { owner, seen, x } => alive.push(spawn(game, *owner, *seen, *x)),
        Op::Despawn(which) => {
            if let Some(place) = pick(which) {
                let entity = alive.swap_remove(place);
                game.world_mut().despawn(entity);
            }
        }
        Op::Move(which, ..)
        | Op::Touch(which)
        | Op::Health(which, _)
        | Op::Plan(which, _)
        | Op::Look(which, _)
        | Op::Travel(which, _)
        | Op::Push(which, ..) => {
            let Some(place) = pick(which) else { return };
            let mut entity = game.world_mut().entity_mut(alive[place]);
            match op {
                Op::Move(_, x, y) => _ = entity.insert(Place(*x, *y)),
                Op::Touch(_) => entity.get_mut::<Place>().into_iter().for_each(|mut place| {
                    let (x, y) = (place.0, place.1);
                    *place = Place(x, y);
                }),
                Op::Health(_, Some(hp)) => _ = entity.insert(Health(*hp)),
                Op::Health(_, None) => _ = entity.remove::<Health>(),
                Op::Plan(_, Some(plan)) => _ = entity.insert(Plan(*plan)),
                Op::Plan(_, None) => _ = entity.remove::<Plan>(),
                Op::Look(_, seen) => _ = entity.insert(Seen(*seen)),
                Op::Travel(_, Some((vx, vy))) => {
                    let [x, y] = entity.get::<Travel>().map_or([7, 8], |travel| [travel.0[0], travel.0[1]]);
                    entity.insert(Travel([x, y, *vx, *vy]));
                }
                Op::Travel(_, None) => _ = entity.remove::<Travel>(),
                Op::Push(_, dx, dy) => entity.get_mut::<Travel>().into_iter().for_each(|mut travel| {
                    let [x, y, vx, vy] = travel.0;
                    travel.0 = [x.wrapping_add(*dx), y.wrapping_add(*dy), vx, vy];
                }),
                Op::Spawn { .. } | Op::Despawn(_) => {}
            }
        }
    }
}

/// One tick: what changes, how many quiet ticks follow, which clients take the frame, which start anew first.
type Turn = (Vec<Op>, u32, u16, u16);

fn turn() -> impl Strategy<Value = Turn> {
    let quiet = prop_oneof![8 => Just(0u32), 2 => 1..4u32, 1 => RING - 2..RING + 3];
    (prop::collection::vec(op(), 0..8), quiet, any::<u16>(), prop_oneof![9 => Just(0u16), 1 => any::<u16>()])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_mirror_fed_the_frames_equals_the_view(
        turns in prop::collection::vec(turn(), 1..40),
        part in prop_oneof![1 => Just(PART_BYTES), 1 => 10..200usize],
    ) {
        let mut game = Match::<Toy>::new(&());
        game.set_part_bytes(part);
        let (mut alive, mut truth) = (Vec::new(), Truth::default());
        // Three clients a view, of which bits in the turns say who is slow.
        let mut clients: Vec<Client> = (0..VIEWS * 3).map(|place| Client::new(place % VIEWS)).collect();
        for (ops, quiet, takes, anew) in turns {
            ops.iter().for_each(|op| apply(&mut game, &mut alive, op));
            for _ in 0..=quiet {
                game.step();
                truth.follow(&mut game);
            }
            for (place, client) in clients.iter_mut().enumerate() {
                if anew >> place & 1 == 1 {
                    client.resync();
                }
                if takes >> place & 1 == 1 {
                    client.take(&mut game);
                    if client.mirror.last().partial {
                        continue;
                    }
                    prop_assert_eq!(held(&client.mirror), truth.of(&mut game, client.seat.0));
                    prop_assert_eq!(Some(client.mirror.hash()), game.view_hash(client.seat));
                    prop_assert_eq!(client.mirror.seat(), [100 + i32::from(client.seat.0)]);
                }
            }
        }
    }
}

#[test]
fn frames_at_one_base_share_their_bytes_and_kinds_follow_from_the_base() {
    let mut game = Match::<Toy>::new(&());
    spawn(&mut game, 0, 0b111, 5);
    (0..RING + 10).for_each(|_| game.step());
    let now = game.tick();
    let kind = |game: &mut Match<Toy>, base| game.frame(SeatId(0), base).expect("a seat").kind;
    assert_eq!(kind(&mut game, None), FrameKind::Key);
    assert_eq!(kind(&mut game, Some(Tick(now.0 - 1))), FrameKind::Next);
    assert_eq!(kind(&mut game, Some(Tick(now.0 - RING + 1))), FrameKind::Merged);
    assert_eq!(kind(&mut game, Some(Tick(now.0 - RING))), FrameKind::Key);
    assert_eq!(kind(&mut game, Some(Tick(now.0 + 1))), FrameKind::Key, "a base from the future is no base");
    let (one, two) = (game.frame(SeatId(0), None).expect("a seat"), game.frame(SeatId(0), None).expect("a seat"));
    assert_eq!(one.view.as_ptr(), two.view.as_ptr());
}

#[test]
fn an_id_is_not_given_again_before_the_ring_has_passed() {
    let mut game = Match::<Toy>::new(&());
    let entity = spawn(&mut game, 0, 0b001, 1);
    let mut client = Client::new(0);
    game.step();
    client.take(&mut game);
    let first = client.mirror.ids().next().expect("in view");
    let mut ids = Vec::new();
    for _ in 0..RING {
        game.world_mut().entity_mut(entity).insert(Seen(0));
        game.step();
        game.world_mut().entity_mut(entity).insert(Seen(1));
        game.step();
        client.take(&mut game);
        ids.push(client.mirror.ids().next().expect("in view"));
    }
    let again = ids.iter().position(|id| *id == first).expect("ids are used again in the end");
    assert!(again * 2 >= RING as usize, "given again after {} ticks", again * 2);
    assert!(ids.iter().all(|id| id.0 <= RING), "ids stay dense: {ids:?}");
}

#[test]
fn an_unchanged_view_costs_a_dozen_bytes_however_many_entities_it_has() {
    let mut game = Match::<Toy>::new(&());
    (0..1_000).for_each(|x| _ = spawn(&mut game, 0, 0b001, x));
    let mut client = Client::new(0);
    game.step();
    client.take(&mut game);
    game.step();
    assert!(client.take(&mut game).len() <= 12);
}
