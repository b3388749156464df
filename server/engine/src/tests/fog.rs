//! The frames of a view are the same bytes whether or not there is anything it can't see.

use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::toy::{Client, Health, Place, Plan, Seen, Toy, spawn};
use crate::{Audience, Happenings, Match};

#[derive(Clone, Debug)]
enum Op {
    Spawn(i32),
    Despawn(usize),
    Move(usize, i32),
    Hurt(usize, i32),
    Plot(usize, i32),
    /// Shows to, or hides from, the view under test. Only for entities that are in both worlds.
    Flap(usize, bool),
    Event(usize),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => any::<i32>().prop_map(Op::Spawn),
        2 => any::<usize>().prop_map(Op::Despawn),
        3 => (any::<usize>(), any::<i32>()).prop_map(|(which, x)| Op::Move(which, x)),
        1 => (any::<usize>(), any::<i32>()).prop_map(|(which, hp)| Op::Hurt(which, hp)),
        1 => (any::<usize>(), any::<i32>()).prop_map(|(which, plan)| Op::Plot(which, plan)),
        3 => (any::<usize>(), any::<bool>()).prop_map(|(which, shown)| Op::Flap(which, shown)),
        1 => any::<usize>().prop_map(Op::Event),
    ]
}

/// Entities of one world in order of spawning; `hidden` ones are never seen by view 0.
#[derive(Default)]
struct Crowd {
    alive: Vec<bevy_ecs::prelude::Entity>,
}

impl Crowd {
    fn apply(&mut self, game: &mut Match<Toy>, op: &Op, hidden: bool) {
        let len = self.alive.len();
        let owner = if hidden { 1 } else { 0 };
        match op {
            Op::Spawn(x) => self.alive.push(spawn(game, owner, if hidden { 0b110 } else { 0b111 }, *x)),
            _ if len == 0 => {}
            Op::Despawn(which) => {
                let entity = self.alive.remove(which % len);
                game.world_mut().despawn(entity);
            }
            Op::Move(which, x) => _ = game.world_mut().entity_mut(self.alive[which % len]).insert(Place(*x, 7)),
            Op::Hurt(which, hp) => _ = game.world_mut().entity_mut(self.alive[which % len]).insert(Health(*hp)),
            Op::Plot(which, plan) => _ = game.world_mut().entity_mut(self.alive[which % len]).insert(Plan(*plan)),
            Op::Flap(which, shown) if !hidden => {
                let seen = if *shown { 0b111 } else { 0b110 };
                game.world_mut().entity_mut(self.alive[which % len]).insert(Seen(seen));
            }
            Op::Flap(..) => {}
            Op::Event(which) => {
                let audience = Audience::Seers(self.alive[which % len]);
                game.world_mut().resource_mut::<Happenings>().push(audience, 3, &[9]);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn hidden_entities_change_no_byte(
        turns in prop::collection::vec(
            (prop::collection::vec(op(), 0..5), prop::collection::vec(op(), 0..12), any::<bool>()),
            1..150,
        ),
    ) {
        let (mut plain, mut haunted) = (Match::<Toy>::new(&()), Match::<Toy>::new(&()));
        let (mut in_plain, mut in_haunted, mut ghosts) = (Crowd::default(), Crowd::default(), Crowd::default());
        let mut clients = [Client::new(0), Client::new(0)];
        for (shown, hidden, takes) in turns {
            // Hidden ones come between the others, so that slots, entities and ages all differ.
            for place in 0..shown.len().max(hidden.len()) {
                hidden.get(place).into_iter().for_each(|op| ghosts.apply(&mut haunted, op, true));
                shown.get(place).into_iter().for_each(|op| in_plain.apply(&mut plain, op, false));
                shown.get(place).into_iter().for_each(|op| in_haunted.apply(&mut haunted, op, false));
            }
            plain.step();
            haunted.step();
            if takes {
                prop_assert_eq!(clients[0].take(&mut plain), clients[1].take(&mut haunted));
            }
        }
    }
}

/// Any change but of who is seen: of entities that exist, mostly.
fn change(rng: &mut ChaCha8Rng, spawns: f64) -> Op {
    if rng.random_bool(spawns) {
        return Op::Spawn(rng.random());
    }
    let (which, value) = (rng.random_range(0..usize::MAX), rng.random());
    match rng.random_range(0..6) {
        0 => Op::Despawn(which),
        1 => Op::Hurt(which, value),
        2 => Op::Plot(which, value),
        3 => Op::Event(which),
        _ => Op::Move(which, value),
    }
}

#[test]
fn thousands_of_hidden_entities_that_come_act_and_go_change_no_byte() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let (mut plain, mut haunted) = (Match::<Toy>::new(&()), Match::<Toy>::new(&()));
    let (mut in_plain, mut in_haunted, mut ghosts) = (Crowd::default(), Crowd::default(), Crowd::default());
    // Parts so short that a view of some dozens takes several.
    plain.set_part_bytes(200);
    haunted.set_part_bytes(200);
    (0..3_000).for_each(|x| ghosts.apply(&mut haunted, &Op::Spawn(x), true));
    // One that takes each frame, one that takes some, and one that needs a keyframe now and then.
    let mut clients = [(); 3].map(|()| [Client::new(0), Client::new(0)]);
    let (mut most, mut merged, mut parts) = (0, 0, 0);
    for tick in 0..300 {
        for _ in 0..8 {
            let op = match rng.random_range(0..4) {
                0 => Op::Flap(rng.random_range(0..usize::MAX), rng.random()),
                _ => change(&mut rng, 0.3),
            };
            (0..25).for_each(|_| ghosts.apply(&mut haunted, &change(&mut rng, 0.2), true));
            in_plain.apply(&mut plain, &op, false);
            in_haunted.apply(&mut haunted, &op, false);
        }
        plain.step();
        haunted.step();
        most = most.max(ghosts.alive.len());
        for (place, [one, other]) in clients.iter_mut().enumerate() {
            if place == 1 && tick % 7 != 0 {
                continue;
            }
            if place == 2 && tick % 20 == 0 {
                one.resync();
                other.resync();
            }
            assert_eq!(one.take(&mut plain), other.take(&mut haunted), "tick {tick}, client {place}");
            let last = one.mirror.last();
            merged += usize::from(last.base.is_some_and(|base| base.next() < last.tick));
            parts += usize::from(last.partial);
        }
    }
    assert!(most > 3_000 && in_plain.alive.len() > 50, "{most} hidden, {} shown", in_plain.alive.len());
    assert!(merged > 30 && parts > 10, "{merged} merged frames and {parts} parts were compared");
}

#[test]
fn what_one_does_to_another_is_told_only_to_who_sees_both() {
    let mut game = Match::<Toy>::new(&());
    let by = spawn(&mut game, 0, 0b011, 1);
    let to = spawn(&mut game, 1, 0b101, 2);
    game.step();
    let mut clients = [Client::new(0), Client::new(1), Client::new(2)];
    clients.iter_mut().for_each(|client| _ = client.take(&mut game));
    game.world_mut().resource_mut::<Happenings>().push(Audience::Witnesses { by, to }, 5, &[3]);
    game.world_mut().despawn(to);
    game.step();
    clients.iter_mut().for_each(|client| _ = client.take(&mut game));
    let told: Vec<usize> = clients.iter().map(|client| client.mirror.last().events.len()).collect();
    assert_eq!(told, [1, 0, 0], "also when the blow was the last");
}
