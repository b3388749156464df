//! Orbs as the engine runs it. Everyone steers an orb over a field of crumbs, sees what is near it, and eats what is
//! a quarter lighter. Whoever is eaten starts anew. Players come and go while it runs.

use bevy_ecs::prelude::{Entity, QueryState, World};
use engine::{
    Audience, Disc, Game, Grid, Happenings, Ids, Interest, Registry, Replicated, Schema, SeatId, Sight, StableId, Tick,
    ViewId,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::rules;
use super::schema::{Action, Aim, Body, FIELD, LOST, Motion, NOBODY, OUTSIDE, SCHEMA, SEATS, SWALLOWED, UNSEEN};

const CRUMBS: usize = 2_000;

/// Who sits at a seat.
#[derive(Clone, Default)]
struct Player {
    orb: Option<Entity>,
    eaten: i32,
    lost: i32,
}

pub(crate) struct Orbs {
    dice: ChaCha8Rng,
    players: Vec<Player>,
    orbs: QueryState<(&'static mut Motion, &'static mut Body, &'static Aim)>,
    things: QueryState<(Entity, &'static Replicated, &'static Motion, &'static Body)>,
    near: Grid<(StableId, Entity)>,
    prey: Vec<(StableId, Entity)>,
    interest: Interest,
}

impl Game for Orbs {
    type Setup = u64;
    type Action = Action;
    type Outcome = ();
    const RATE: u16 = 20;
    const DROP_IN: bool = true;

    fn schema() -> &'static Schema {
        &SCHEMA
    }

    fn register(registry: &mut Registry) {
        registry.component::<Motion>().component::<Body>().component::<Aim>();
    }

    fn create(seed: &u64, world: &mut World) -> Self {
        let mut game = Self {
            dice: ChaCha8Rng::seed_from_u64(*seed),
            players: vec![Player::default(); usize::from(SEATS)],
            orbs: world.query(),
            things: world.query(),
            near: Grid::new(FIELD, 512),
            prey: Vec::new(),
            interest: Interest::new(FIELD, 1_024),
        };
        (0..CRUMBS).for_each(|_| _ = game.spawn(world, NOBODY));
        game
    }

    fn seats(&self) -> Vec<ViewId> {
        (0..SEATS).map(ViewId).collect()
    }

    fn arrive(&mut self, world: &mut World, seat: SeatId) {
        let orb = Some(self.spawn(world, i32::from(seat.0)));
        self.players[usize::from(seat.0)] = Player { orb, ..Player::default() };
    }

    fn depart(&mut self, world: &mut World, seat: SeatId) {
        if let Some(orb) = self.players[usize::from(seat.0)].orb.take() {
            world.despawn(orb);
        }
    }

    fn act(&mut self, world: &mut World, seat: SeatId, action: Action, ids: &Ids<'_>) -> Result<(), u8> {
        let aim = match action {
            Action::Go { x, y } if FIELD.touches(&Disc::point(x, y)) => Aim(x, y),
            Action::Go { .. } => return Err(OUTSIDE),
            Action::Chase { prey } => {
                let prey = ids.entity(prey).and_then(|prey| world.get::<Motion>(prey)).ok_or(UNSEEN)?;
                Aim(prey.x, prey.y)
            }
        };
        let orb = self.players[usize::from(seat.0)].orb.ok_or(UNSEEN)?;
        world.entity_mut(orb).insert(aim);
        let (mut motion, body, aim) = self.orbs.get_mut(world, orb).map_err(|_| UNSEEN)?;
        rules::head(&mut motion, &body, *aim);
        Ok(())
    }

    fn step(&mut self, world: &mut World, tick: Tick) {
        for (mut motion, mut body, aim) in self.orbs.iter_mut(world) {
            rules::travel(&mut motion, *aim);
            if tick.0.is_multiple_of(u32::from(Self::RATE)) {
                rules::starve(&mut body);
            }
        }
        let centres = self.things.iter(world).map(|(thing, replicated, at, _)| {
            let centre = Disc::point(at.x, at.y);
            (centre, (replicated.stable(), thing))
        });
        self.near.fill(centres);
        for seat in 0..self.players.len() {
            self.eat(world, seat);
        }
    }

    fn before_views(&mut self, world: &mut World) {
        let things = self.things.iter(world);
        self.interest.fill(things.map(|(_, replicated, at, body)| (rules::disc(at, body), replicated)));
    }

    fn see(&mut self, world: &mut World, view: ViewId, sight: &mut Sight<'_>) {
        let orb = self.players[usize::from(view.0)].orb;
        if let Some((_, _, at, body)) = orb.and_then(|orb| self.things.get(world, orb).ok()) {
            self.interest.reveal_near(rules::sight(at, body), sight);
        }
    }

    fn seat_columns(&self, _: &World, seat: SeatId, columns: &mut [i32]) {
        let player = &self.players[usize::from(seat.0)];
        columns.copy_from_slice(&[player.eaten, player.lost]);
    }

    fn cosmetic(kind: u8) -> bool {
        kind == SWALLOWED
    }

    fn outcome(&self, _: &World) -> Option<()> {
        None
    }
}

impl Orbs {
    /// A crumb or an orb somewhere on the field.
    fn spawn(&mut self, world: &mut World, seat: i32) -> Entity {
        let (x, y) = (self.dice.random_range(0..=FIELD.east), self.dice.random_range(0..=FIELD.south));
        let motion = Motion { x, y, vx: 0, vy: 0 };
        match u8::try_from(seat) {
            Err(_) => world.spawn((Replicated::unowned(), motion, Body { mass: 1, seat })).id(),
            Ok(view) => {
                let body = Body { mass: rules::START, seat };
                world.spawn((Replicated::owned_by(ViewId(view)), motion, body, Aim(x, y))).id()
            }
        }
    }

    /// The seat's orb eats what has its centre within it: the oldest first, as order decides where it comes back.
    fn eat(&mut self, world: &mut World, seat: usize) {
        let Some(orb) = self.players[seat].orb else { return };
        let Ok((_, _, at, body)) = self.things.get(world, orb) else { return };
        let (mut prey, mut body) = (std::mem::take(&mut self.prey), *body);
        self.near.near(rules::disc(at, &body), |_, found| prey.push(found));
        prey.sort_unstable();
        for (_, eaten) in prey.drain(..).filter(|(_, found)| *found != orb) {
            // Another may have eaten it in this very tick.
            let Some(other) = world.get::<Body>(eaten).copied().filter(|other| rules::may_eat(&body, other)) else {
                continue;
            };
            body.mass += other.mass;
            self.players[seat].eaten += other.mass;
            world.despawn(eaten);
            let anew = self.spawn(world, other.seat);
            if let Ok(victim) = u8::try_from(other.seat) {
                let player = &mut self.players[usize::from(victim)];
                (player.orb, player.lost) = (Some(anew), player.lost + 1);
                let mut happenings = world.resource_mut::<Happenings>();
                happenings.push(Audience::Witnesses { by: orb, to: eaten }, SWALLOWED, &[other.mass]);
                happenings.push(Audience::Seat(SeatId(victim)), LOST, &[body.mass]);
            }
        }
        self.prey = prey;
        world.entity_mut(orb).insert(body);
    }
}
