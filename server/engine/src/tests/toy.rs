//! The toy: entities with three components, seen by whom a mask says. Tests change its world directly.

use std::collections::HashMap;

use bevy_ecs::prelude::{Component, Entity, With, World};
use wire::{ComponentSpec, Mirror, Schema, Tick};

use crate::{Game, Handed, Ids, Match, Registry, Replicate, Replicated, SeatId, Sight, ViewId};

pub(super) static SCHEMA: Schema = Schema {
    components: &[
        ComponentSpec::state("place", &["x", "y"]),
        ComponentSpec::state("health", &["hp"]),
        ComponentSpec::state("plan", &["secret"]).owner(),
        ComponentSpec::motion("travel", TOLERANCE),
    ],
    seat: &["gold"],
};

/// How far clients may be off, in each direction.
pub(super) const TOLERANCE: u32 = 3;

/// Events of this kind and above are only for show.
pub(super) const COSMETIC: u8 = 100;

/// Views, and seats: seat n has view n.
pub(super) const VIEWS: u8 = 3;

#[derive(Component, Clone, Copy, PartialEq)]
pub(super) struct Place(pub(super) i32, pub(super) i32);
#[derive(Component, Clone, Copy, PartialEq)]
pub(super) struct Health(pub(super) i32);
#[derive(Component, Clone, Copy, PartialEq)]
pub(super) struct Plan(pub(super) i32);
/// x, y, vx, vy. The toy's step adds the velocity.
#[derive(Component, Clone, Copy, PartialEq)]
pub(super) struct Travel(pub(super) [i32; 4]);
/// Bit n: view n sees the entity.
#[derive(Component, Clone, Copy)]
pub(super) struct Seen(pub(super) u8);
#[derive(Component, Clone, Copy)]
pub(super) struct Owner(pub(super) u8);

impl Replicate for Place {
    const PLACE: usize = 0;
    type Columns = [i32; 2];

    fn columns(&self) -> [i32; 2] {
        [self.0, self.1]
    }
}
impl Replicate for Health {
    const PLACE: usize = 1;
    type Columns = [i32; 1];

    fn columns(&self) -> [i32; 1] {
        [self.0]
    }
}
impl Replicate for Plan {
    const PLACE: usize = 2;
    type Columns = [i32; 1];

    fn columns(&self) -> [i32; 1] {
        [self.0]
    }
}

impl Replicate for Travel {
    const PLACE: usize = 3;
    type Columns = [i32; 4];

    fn columns(&self) -> [i32; 4] {
        self.0
    }
}

pub(super) struct Toy;

impl Game for Toy {
    type Setup = ();
    /// 0 is accepted, anything else refused with it.
    type Action = u8;
    type Outcome = ();
    const RATE: u16 = 20;

    fn schema() -> &'static Schema {
        &SCHEMA
    }

    fn register(registry: &mut Registry) {
        registry.component::<Place>().component::<Health>().component::<Plan>().component::<Travel>();
    }

    fn create((): &(), _: &mut World) -> Self {
        Self
    }

    fn seats(&self) -> Vec<ViewId> {
        (0..VIEWS).map(ViewId).collect()
    }

    fn act(&mut self, _: &mut World, _: SeatId, action: u8, _: &Ids<'_>) -> Result<(), u8> {
        if action == 0 { Ok(()) } else { Err(action) }
    }

    fn step(&mut self, world: &mut World, _: Tick) {
        for mut travel in world.query::<&mut Travel>().iter_mut(world) {
            let [x, y, vx, vy] = travel.0;
            if vx != 0 || vy != 0 {
                travel.0 = [x.wrapping_add(vx), y.wrapping_add(vy), vx, vy];
            }
        }
    }

    fn see(&mut self, world: &mut World, view: ViewId, sight: &mut Sight<'_>) {
        for (replicated, seen) in world.query::<(&Replicated, &Seen)>().iter(world) {
            if seen.0 >> view.0 & 1 == 1 {
                sight.reveal(replicated);
            }
        }
    }

    fn seat_columns(&self, _: &World, seat: SeatId, columns: &mut [i32]) {
        columns[0] = 100 + i32::from(seat.0);
    }

    fn cosmetic(kind: u8) -> bool {
        kind >= COSMETIC
    }

    fn outcome(&self, _: &World) -> Option<()> {
        None
    }
}

pub(super) fn spawn(game: &mut Match<Toy>, owner: u8, seen: u8, x: i32) -> Entity {
    let bundle = (Replicated::owned_by(ViewId(owner)), Owner(owner), Seen(seen), Place(x, -x), Plan(x ^ 0x55));
    game.world_mut().spawn(bundle).id()
}

/// What one entity looks like: its rows by place.
pub(super) type Look = Vec<Option<Vec<i32>>>;

/// What clients of a view should hold, straight from the world, in no particular naming: whole, kept without any
/// bookkeeping of changes.
#[derive(Default)]
pub(super) struct Truth {
    /// The motion rows that clients should hold.
    travels: HashMap<Entity, [i32; 4]>,
}

impl Truth {
    /// Follows the match by one tick. To be called after each step.
    pub(super) fn follow(&mut self, game: &mut Match<Toy>) {
        let world = game.world_mut();
        let mut query = world.query_filtered::<(Entity, &Travel), With<Replicated>>();
        let now: HashMap<Entity, [i32; 4]> = query.iter(world).map(|(entity, travel)| (entity, travel.0)).collect();
        let next = |entity, truth: [i32; 4]| {
            let Some([x, y, vx, vy]) = self.travels.get(entity).copied() else { return truth };
            let guess = [x.wrapping_add(vx), y.wrapping_add(vy), vx, vy];
            let off = |column: usize| truth[column].wrapping_sub(guess[column]).unsigned_abs();
            let stops = truth[2..] == [0, 0] && guess[2..] != [0, 0];
            if stops || off(0) > TOLERANCE || off(1) > TOLERANCE { truth } else { guess }
        };
        self.travels = now.iter().map(|(entity, truth)| (*entity, next(entity, *truth))).collect();
    }

    /// What clients of a view should hold now.
    pub(super) fn of(&self, game: &mut Match<Toy>, view: u8) -> Vec<Look> {
        let world = game.world_mut();
        let mut query = world.query::<(Entity, &Seen, &Owner, Option<&Place>, Option<&Health>, Option<&Plan>)>();
        let mut looks: Vec<Look> = query
            .iter(world)
            .filter(|(_, seen, ..)| seen.0 >> view & 1 == 1)
            .map(|(entity, _, owner, place, health, plan)| {
                let plan = plan.filter(|_| owner.0 == view);
                vec![
                    place.map(|place| vec![place.0, place.1]),
                    health.map(|health| vec![health.0]),
                    plan.map(|plan| vec![plan.0]),
                    self.travels.get(&entity).map(|row| row.to_vec()),
                ]
            })
            .collect();
        looks.sort();
        looks
    }
}

/// What a mirror holds, in the same form.
pub(super) fn held(mirror: &Mirror) -> Vec<Look> {
    let look = |id| (0..SCHEMA.components.len()).map(|place| mirror.get(id, place).map(<[i32]>::to_vec)).collect();
    let mut looks: Vec<Look> = mirror.ids().map(look).collect();
    looks.sort();
    looks
}

/// A client: a mirror, and what it was handed.
pub(super) struct Client {
    pub(super) seat: SeatId,
    pub(super) mirror: Mirror,
    pub(super) handed: Handed,
}

impl Client {
    pub(super) fn new(seat: u8) -> Self {
        Self { seat: SeatId(seat), mirror: Mirror::new(&SCHEMA), handed: Handed::default() }
    }

    /// Asks for a keyframe.
    pub(super) fn resync(&mut self) {
        self.handed.lost(self.mirror.told());
    }

    /// Takes the newest frame; returns its bytes.
    pub(super) fn take(&mut self, game: &mut Match<Toy>) -> Vec<u8> {
        let frame = game.frame_for(self.seat, &self.handed).expect("a seat");
        let bytes = [&frame.view[..], &frame.seat[..]].concat();
        self.mirror.apply(&bytes).expect("the engine's frames apply");
        self.handed.took(&frame);
        bytes
    }
}
