//! What the benches share: a field of entities that do nothing but change, to measure the engine without a game.

use bevy_ecs::prelude::{Component, Entity, World};
use engine::{Game, Ids, Match, Registry, Replicate, Replicated, SeatId, Sight, Tick, ViewId};
use wire::{ComponentSpec, Mirror, Schema};

static SCHEMA: Schema = Schema {
    components: &[ComponentSpec::state("place", &["x", "y"]), ComponentSpec::state("health", &["hp"])],
    seat: &["gold"],
};

/// Where an entity is: changes.
#[derive(Component, Clone, Copy, Debug)]
pub struct Place(i32, i32);

/// How well it is: stays.
#[derive(Component, Clone, Copy, Debug)]
pub struct Health(i32);

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

/// How large a field is and how much of it changes.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Entities in all.
    pub entities: usize,
    /// Entities that change in each tick.
    pub changes: usize,
    /// Views; each sees everything.
    pub views: u8,
}

/// The game: `changes` entities, taken in turn, move by a small step each tick.
#[derive(Debug)]
pub struct Field {
    size: Size,
    entities: Vec<Entity>,
    next: usize,
}

impl Game for Field {
    type Setup = Size;
    type Action = ();
    type Outcome = ();
    const RATE: u16 = 20;

    fn schema() -> &'static Schema {
        &SCHEMA
    }

    fn register(registry: &mut Registry) {
        registry.component::<Place>().component::<Health>();
    }

    fn create(size: &Size, world: &mut World) -> Self {
        let one =
            |place: usize| (Replicated::unowned(), Place(place as i32 * 97 % 16_384, place as i32 * 31), Health(100));
        let entities = (0..size.entities).map(|place| world.spawn(one(place)).id()).collect();
        Self { size: *size, entities, next: 0 }
    }

    fn seats(&self) -> Vec<ViewId> {
        (0..self.size.views).map(ViewId).collect()
    }

    fn act(&mut self, _: &mut World, _: SeatId, (): (), _: &Ids<'_>) -> Result<(), u8> {
        Ok(())
    }

    fn step(&mut self, world: &mut World, _: Tick) {
        for _ in 0..self.size.changes {
            self.next = (self.next + 1) % self.entities.len();
            if let Some(mut place) = world.get_mut::<Place>(self.entities[self.next]) {
                place.0 += 9;
                place.1 -= 5;
            }
        }
    }

    fn see(&mut self, world: &mut World, _: ViewId, sight: &mut Sight<'_>) {
        for entity in &self.entities {
            if let Some(replicated) = world.get::<Replicated>(*entity) {
                sight.reveal(replicated);
            }
        }
    }

    fn seat_columns(&self, _: &World, _: SeatId, _: &mut [i32]) {}

    fn outcome(&self, _: &World) -> Option<()> {
        None
    }
}

/// A field that has taken its first step.
#[must_use]
pub fn field(size: Size) -> Match<Field> {
    let mut field = Match::new(&size);
    field.step();
    field
}

/// Plays some ticks into a mirror and checks that it then equals the view.
///
/// # Panics
/// When it does not: a bench of a wrong result is worth nothing.
pub fn check(field: &mut Match<Field>, seat: SeatId) {
    let mut mirror = Mirror::new(&SCHEMA);
    let mut base = None;
    for _ in 0..40 {
        field.step();
        let frame = field.frame(seat, base).expect("the seat is there");
        mirror.apply(&[&frame.view[..], &frame.seat[..]].concat()).expect("the frame applies");
        base = Some(frame.tick);
    }
    assert_eq!(Some(mirror.hash()), field.view_hash(seat));
}
