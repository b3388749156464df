//! A long run against a model that keeps whole worlds: whatever clients miss, repeat and forget, each holds exactly what
//! its view showed at the tick it holds, under ids that mean one entity for as long as anybody may build on them.

use std::collections::{BTreeMap, HashMap};

use bevy_ecs::prelude::Entity;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wire::{Mirror, Tick};

use super::toy::{Client, Health, Look, Place, Plan, Seen, Toy, Travel, Truth, VIEWS, rows, spawn};
use crate::{Handed, Match, PART_BYTES, RING};

/// How a client takes its frames.
#[derive(Clone, Copy)]
enum Habit {
    /// Each of them.
    Steady,
    /// When the dice say so.
    Erratic,
    /// One, then none for so many ticks, like a poll that is under way.
    Polls(u32),
    /// For a while each of them, then none for longer than the ring.
    Sleeps,
    /// Each, but some arrive broken, and it asks for a keyframe.
    Breaks,
    /// Each, but it goes away and comes back with the tick it holds.
    Resumes,
    /// Each, but it is a new page now and then.
    Reloads,
}

const HABITS: [Habit; 9] = [
    Habit::Steady,
    Habit::Erratic,
    Habit::Polls(2),
    Habit::Polls(7),
    Habit::Polls(40),
    Habit::Sleeps,
    Habit::Breaks,
    Habit::Resumes,
    Habit::Reloads,
];

struct Run {
    rng: ChaCha8Rng,
    game: Match<Toy>,
    truth: Truth,
    alive: Vec<Entity>,
    clients: Vec<(Habit, Client)>,
    /// For each view: which entity an id meant, and when it was last in view.
    meant: Vec<HashMap<u32, (Entity, Tick)>>,
    frames: [usize; 3],
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut game = Match::<Toy>::new(&());
        if rng.random_bool(0.5) {
            game.set_part_bytes(rng.random_range(20..400));
        }
        let clients = (0..VIEWS).flat_map(|view| HABITS.map(|habit| (habit, Client::new(view)))).collect();
        Self {
            rng,
            game,
            truth: Truth::default(),
            alive: Vec::new(),
            clients,
            meant: vec![HashMap::new(); usize::from(VIEWS)],
            frames: [0; 3],
        }
    }

    fn tick(&mut self) {
        for _ in 0..self.rng.random_range(0..6) {
            self.change();
        }
        self.game.step();
        self.truth.follow(&mut self.game);
        let worlds: Vec<BTreeMap<u32, Look>> = (0..VIEWS).map(|view| self.world(view)).collect();
        for place in 0..self.clients.len() {
            self.serve(place, &worlds);
        }
    }

    fn number(&mut self) -> i32 {
        match self.rng.random_range(0..10) {
            0 => i32::MAX - self.rng.random_range(0..3),
            1 => i32::MIN + self.rng.random_range(0..3),
            2 => self.rng.random(),
            _ => self.rng.random_range(-40..40),
        }
    }

    fn change(&mut self) {
        let count = self.alive.len();
        let crowded = count > 40;
        if count == 0 || self.rng.random_bool(if crowded { 0.02 } else { 0.2 }) {
            let (owner, seen, x) = (self.rng.random_range(0..VIEWS), self.rng.random_range(0..8), self.number());
            self.alive.push(spawn(&mut self.game, owner, seen, x));
            return;
        }
        let place = self.rng.random_range(0..count);
        let what = self.rng.random_range(0..if crowded { 14 } else { 13 });
        let (a, b) = (self.number(), self.number());
        let (step, turn) = (self.rng.random_range(-9..9), self.rng.random_range(-9..9));
        let seen = self.rng.random_range(0..8);
        let mut entity = self.game.world_mut().entity_mut(self.alive[place]);
        let travel = entity.get::<Travel>().map_or([a, b, 0, 0], |travel| travel.0);
        match what {
            0 | 1 => _ = entity.insert(Place(a, b)),
            2 => _ = entity.insert(Health(a)),
            3 => _ = entity.remove::<Health>(),
            4 => _ = entity.insert(Plan(a)),
            5 => _ = entity.remove::<Plan>(),
            6 | 7 => _ = entity.insert(Seen(seen)),
            8 | 9 => _ = entity.insert(Travel([travel[0], travel[1], step, turn])),
            10 => _ = entity.insert(Travel([travel[0], travel[1], 0, 0])),
            11 => {
                _ = entity.insert(Travel([
                    travel[0].wrapping_add(step),
                    travel[1].wrapping_add(turn),
                    travel[2],
                    travel[3],
                ]));
            }
            12 => _ = entity.remove::<Travel>(),
            _ => {
                let entity = self.alive.swap_remove(place);
                self.game.world_mut().despawn(entity);
            }
        }
        if self.rng.random_bool(0.002) {
            // A view turns to something else entirely: everybody is seen by others than before.
            for entity in &self.alive {
                let mut entity = self.game.world_mut().entity_mut(*entity);
                let seen = entity.get::<Seen>().map_or(0, |seen| seen.0);
                entity.insert(Seen(!seen & 7));
            }
        }
    }

    /// The whole world as a view shows it now, by the ids it gives. An id may mean another entity only long after.
    fn world(&mut self, view: u8) -> BTreeMap<u32, Look> {
        let now = self.game.tick();
        let mut ids = BTreeMap::new();
        for (entity, look) in self.truth.looks(&mut self.game, view) {
            let id = self.game.id_in(crate::ViewId(view), entity).expect("what is seen has an id").0;
            assert!(ids.insert(id, look).is_none(), "two entities have id {id}");
            let (meant, last) = *self.meant[usize::from(view)].entry(id).or_insert((entity, now));
            assert!(
                meant == entity || now.since(last) > RING,
                "id {id} means another entity after {}",
                now.since(last)
            );
            self.meant[usize::from(view)].insert(id, (entity, now));
        }
        ids
    }

    fn serve(&mut self, place: usize, worlds: &[BTreeMap<u32, Look>]) {
        let now = self.game.tick();
        let (habit, client) = &mut self.clients[place];
        match habit {
            Habit::Erratic if self.rng.random_bool(0.6) => return,
            Habit::Polls(pause) if !now.0.is_multiple_of(*pause) => return,
            Habit::Sleeps if now.0 % 300 > 200 => return,
            Habit::Resumes if self.rng.random_bool(0.05) => {
                let held = client.mirror.tick().filter(|_| !client.mirror.last().partial);
                client.handed = Handed::at(held);
            }
            Habit::Reloads if self.rng.random_bool(0.05) => *client = Client::new(client.seat.0),
            Habit::Breaks if self.rng.random_bool(0.05) => {
                let frame = self.game.frame_for(client.seat, &client.handed).expect("a seat");
                client.handed.took(&frame);
                assert!(client.mirror.apply(&frame.view[..frame.view.len() - 1]).is_err());
                client.resync();
                return;
            }
            _ => {}
        }
        client.take(&mut self.game);
        let last = client.mirror.last();
        self.frames[last.base.map_or(0, |base| if base.next() == now { 1 } else { 2 })] += 1;
        let world = &worlds[usize::from(client.seat.0)];
        // A part of a view is the beginning of it.
        let end = if last.partial { client.mirror.ids().last().map_or(0, |id| id.0 + 1) } else { u32::MAX };
        let held: BTreeMap<u32, Look> = client.mirror.ids().map(|id| (id.0, rows(&client.mirror, id))).collect();
        let shown: BTreeMap<u32, Look> = world.range(..end).map(|(id, look)| (*id, look.clone())).collect();
        assert_eq!(held, shown);
        if !last.partial {
            assert_eq!(Some(client.mirror.hash()), self.game.view_hash(client.seat));
        }
    }
}

/// Runs of 2,000 ticks each, from a seed on, until there were so many.
fn run(ticks: u64, first: u64) {
    let (mut done, mut frames) = (0, [0; 3]);
    for seed in first.. {
        let mut run = Run::new(seed);
        for _ in 0..2_000.min(ticks - done) {
            let tick = run.game.tick().0 + 1;
            let turn = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run.tick()));
            if let Err(panic) = turn {
                eprintln!("seed {seed}, tick {tick}");
                std::panic::resume_unwind(panic);
            }
            done += 1;
        }
        (0..3).for_each(|kind| frames[kind] += run.frames[kind]);
        if done >= ticks {
            break;
        }
    }
    println!("{done} ticks: {} keyframes, {} of the next tick, {} merged", frames[0], frames[1], frames[2]);
    assert!(frames.iter().all(|count| *count as u64 > ticks / 20), "{frames:?}");
}

#[test]
fn clients_of_every_habit_hold_what_their_view_showed() {
    run(10_000, 0);
}

/// `MUSTER_MODEL_TICKS` says how many ticks, a million otherwise; `MUSTER_MODEL_SEED` with which seed to begin.
#[test]
#[ignore = "takes minutes"]
fn clients_of_every_habit_hold_what_their_view_showed_for_a_million_ticks() {
    let number = |name, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"));
    run(number("MUSTER_MODEL_TICKS", 1_000_000), number("MUSTER_MODEL_SEED", 0));
}

#[test]
fn a_mirror_that_was_fed_every_frame_equals_one_that_was_fed_a_merged_one() {
    let mut run = Run::new(77);
    run.game.set_part_bytes(PART_BYTES);
    (0..200).for_each(|_| run.tick());
    for _ in 0..500 {
        let (mut one, mut other) = (Client::new(0), Client::new(0));
        one.take(&mut run.game);
        other.take(&mut run.game);
        for _ in 0..run.rng.random_range(1..RING) {
            run.tick();
            if run.rng.random_bool(0.5) {
                one.take(&mut run.game);
            }
        }
        one.take(&mut run.game);
        other.take(&mut run.game);
        assert!(other.mirror.last().base.is_some());
        let all = |mirror: &Mirror| mirror.ids().map(|id| (id, rows(mirror, id))).collect::<Vec<_>>();
        assert_eq!(all(&one.mirror), all(&other.mirror));
        assert_eq!(one.mirror.hash(), other.mirror.hash());
    }
}
