//! A field of entities that do nothing but change, to measure the engine without a game.

use bevy_ecs::prelude::{Component, Entity, QueryState, World};
use engine::{Game, Ids, Match, Registry, Replicate, Replicated, SeatId, Sight, Tick, ViewId};
use wire::{ComponentSpec, Schema};

static SCHEMA: Schema = Schema {
    components: &[
        ComponentSpec::state("place", &["x", "y"]),
        ComponentSpec::state("trait1", &["value"]),
        ComponentSpec::state("trait2", &["value"]),
        ComponentSpec::state("trait3", &["value"]),
        ComponentSpec::state("trait4", &["value"]),
        ComponentSpec::state("trait5", &["value"]),
        ComponentSpec::state("trait6", &["value"]),
        ComponentSpec::state("trait7", &["value"]),
        ComponentSpec::state("trait8", &["value"]),
        ComponentSpec::state("trait9", &["value"]),
    ],
    seat: &["gold"],
};

/// Where an entity is: the component that changes.
#[derive(Component, Clone, Copy, Debug)]
pub struct Place(i32, i32);

/// What it is else: stays.
#[derive(Component, Clone, Copy, Debug)]
pub struct Trait<const PLACE: usize>(i32);

impl Replicate for Place {
    const PLACE: usize = 0;
    type Columns = [i32; 2];
    fn columns(&self) -> [i32; 2] {
        [self.0, self.1]
    }
}

impl<const AT: usize> Replicate for Trait<AT> {
    const PLACE: usize = AT;
    type Columns = [i32; 1];
    fn columns(&self) -> [i32; 1] {
        [self.0]
    }
}

/// How large a field is, how much of it changes, and who looks.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Entities in all.
    pub entities: usize,
    /// Components of each entity, 1 to 10.
    pub components: usize,
    /// Entities that change in each tick: one component of two columns.
    pub changes: usize,
    /// Views.
    pub views: u8,
    /// Entities that each view sees: a window, spread evenly over the field. As many as there are for all.
    pub seen: usize,
    /// By how many entities each window moves on in a tick.
    pub drift: usize,
    /// Clients, dealt out to the views in turn.
    pub clients: u8,
}

impl Size {
    /// Everything seen by one view with one client, 10 components each, at rest.
    #[must_use]
    pub const fn of(entities: usize) -> Self {
        Self { entities, components: 10, changes: 0, views: 1, seen: entities, drift: 0, clients: 1 }
    }
}

/// Entities that are passed over from one that changes to the next; no divisor of usual sizes.
const STRIDE: usize = 7;

/// The game: `changes` entities, scattered over the field, move by a small step each tick, each by another one.
#[derive(Debug)]
pub struct Field {
    size: Size,
    entities: Vec<(Entity, Replicated)>,
    places: QueryState<&'static mut Place>,
    next: usize,
    seed: u32,
    /// Where the window of view 0 begins.
    window: usize,
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
        registry
            .component::<Place>()
            .component::<Trait<1>>()
            .component::<Trait<2>>()
            .component::<Trait<3>>()
            .component::<Trait<4>>()
            .component::<Trait<5>>()
            .component::<Trait<6>>()
            .component::<Trait<7>>()
            .component::<Trait<8>>()
            .component::<Trait<9>>();
    }

    fn create(size: &Size, world: &mut World) -> Self {
        let entities = (0..size.entities).map(|place| spawn(world, place, size.components)).collect();
        Self { size: *size, entities, places: world.query(), next: 0, seed: 1, window: 0 }
    }

    fn seats(&self) -> Vec<ViewId> {
        (0..self.size.clients).map(|client| ViewId(client % self.size.views)).collect()
    }

    fn act(&mut self, _: &mut World, _: SeatId, (): (), _: &Ids<'_>) -> Result<(), u8> {
        Ok(())
    }

    fn step(&mut self, world: &mut World, _: Tick) {
        let mut places = self.places.query_mut(world);
        for _ in 0..self.size.changes {
            self.next = (self.next + STRIDE) % self.entities.len();
            self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if let Ok(mut place) = places.get_mut(self.entities[self.next].0) {
                // 1 to 32, so that every one of them changes.
                place.0 += (self.seed >> 27) as i32 + 1;
                place.1 -= (self.seed >> 22 & 31) as i32 + 1;
            }
        }
        self.window = (self.window + self.size.drift) % self.entities.len();
    }

    fn see(&mut self, _: &mut World, view: ViewId, sight: &mut Sight<'_>) {
        let (all, seen) = (self.entities.len(), self.size.seen);
        if seen == all {
            return sight.reveal_all();
        }
        let from = (self.window + usize::from(view.0) * all / usize::from(self.size.views)) % all;
        let until = from + seen;
        let rest = until.saturating_sub(all);
        for (_, replicated) in self.entities[from..until.min(all)].iter().chain(&self.entities[..rest]) {
            sight.reveal(replicated);
        }
    }

    fn seat_columns(&self, _: &World, _: SeatId, _: &mut [i32]) {}

    fn outcome(&self, _: &World) -> Option<()> {
        None
    }
}

fn spawn(world: &mut World, place: usize, components: usize) -> (Entity, Replicated) {
    let at = Place(place as i32 * 97 % 16_384, place as i32 * 31 % 16_384);
    let value = |part: i32| place as i32 % (7 * part);
    let mut entity = world.spawn((Replicated::unowned(), at));
    for part in 1..components {
        match part {
            1 => entity.insert(Trait::<1>(value(1))),
            2 => entity.insert(Trait::<2>(value(2))),
            3 => entity.insert(Trait::<3>(value(3))),
            4 => entity.insert(Trait::<4>(value(4))),
            5 => entity.insert(Trait::<5>(value(5))),
            6 => entity.insert(Trait::<6>(value(6))),
            7 => entity.insert(Trait::<7>(value(7))),
            8 => entity.insert(Trait::<8>(value(8))),
            _ => entity.insert(Trait::<9>(value(9))),
        };
    }
    (entity.id(), *entity.get().expect("just spawned with it"))
}

/// A field that has taken its first step.
#[must_use]
pub fn field(size: Size) -> Match<Field> {
    let mut field = Match::new(&size);
    field.step();
    field
}

/// The newest frame of every client, each at the tick before, or keyframes without a base; gives their bytes.
pub fn frames<G: Game>(game: &mut Match<G>, clients: u8, base: Option<Tick>) -> usize {
    let mut bytes = 0;
    for seat in 0..clients {
        let frame = game.frame(SeatId(seat), base).expect("the seat is there");
        bytes += frame.view.len() + frame.seat.len();
        std::hint::black_box(frame);
    }
    bytes
}
