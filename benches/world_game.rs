//! The scripted worlds as a game: the script moves, and what it changed is written to the components of entities.

use bevy_ecs::prelude::{Component, Entity, QueryState, World};
use engine::{Game, Ids, Registry, Replicate, Replicated, SeatId, Sight, Tick, ViewId};
use wire::{ComponentSpec, Schema};

use crate::worlds::{Plan, Script, TEAMS};

static SCHEMA: Schema = Schema {
    components: &[
        ComponentSpec::state("place", &["x", "y"]),
        ComponentSpec::state("health", &["hp"]),
        ComponentSpec::state("state", &["state"]),
    ],
    seat: &[],
};

/// Place of the component that tells where an entity is.
pub const PLACE: usize = 0;

#[derive(Component, Clone, Copy, Debug)]
struct Place(i32, i32);

#[derive(Component, Clone, Copy, Debug)]
struct Health(i32);

#[derive(Component, Clone, Copy, Debug)]
struct State(i32);

impl Replicate for Place {
    const PLACE: usize = PLACE;
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

impl Replicate for State {
    const PLACE: usize = 2;
    type Columns = [i32; 1];
    fn columns(&self) -> [i32; 1] {
        [self.0]
    }
}

/// Who looks at a scripted world.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// The world.
    pub plan: Plan,
    /// Clients; with fog, the team of each is its number modulo four.
    pub clients: u8,
    /// Each client has a view of its own; otherwise those of a team share one.
    pub own_views: bool,
    /// Entities walk and nothing else about them changes.
    pub walks_only: bool,
}

impl Setup {
    /// The clients of a team share its view.
    #[must_use]
    pub const fn shared(plan: Plan, clients: u8) -> Self {
        Self { plan, clients, own_views: false, walks_only: false }
    }

    /// Every client has a view of its own.
    #[must_use]
    pub const fn own(plan: Plan, clients: u8) -> Self {
        Self { own_views: true, ..Self::shared(plan, clients) }
    }
}

/// A scripted world in play.
#[derive(Debug)]
pub struct Scripted {
    script: Script,
    setup: Setup,
    entities: Vec<(Entity, Replicated)>,
    places: QueryState<&'static mut Place>,
    healths: QueryState<&'static mut Health>,
}

impl Scripted {
    /// The rules' own picture of the world.
    #[must_use]
    pub const fn script(&self) -> &Script {
        &self.script
    }
}

impl Game for Scripted {
    type Setup = Setup;
    type Action = ();
    type Outcome = ();
    const RATE: u16 = 20;

    fn schema() -> &'static Schema {
        &SCHEMA
    }

    fn register(registry: &mut Registry) {
        registry.component::<Place>().component::<Health>().component::<State>();
    }

    fn create(setup: &Setup, world: &mut World) -> Self {
        let script = Script::new(setup.plan);
        let spawn = |thing: &crate::worlds::Thing| {
            let parts = (Replicated::unowned(), Place(thing.x, thing.y), Health(thing.hp), State(thing.state));
            let entity = world.spawn(parts);
            (entity.id(), *entity.get().expect("just spawned with it"))
        };
        let entities = script.things.iter().map(spawn).collect();
        Self { script, setup: *setup, entities, places: world.query(), healths: world.query() }
    }

    fn seats(&self) -> Vec<ViewId> {
        let views = if self.setup.own_views { self.setup.clients } else { self.setup.plan.teams() as u8 };
        (0..self.setup.clients).map(|client| ViewId(client % views)).collect()
    }

    fn act(&mut self, _: &mut World, _: SeatId, (): (), _: &Ids<'_>) -> Result<(), u8> {
        Ok(())
    }

    fn step(&mut self, world: &mut World, _: Tick) {
        self.script.step();
        let Self { script, entities, .. } = self;
        let mut places = self.places.query_mut(&mut *world);
        for moved in &script.moved {
            if let Ok(mut place) = places.get_mut(entities[*moved].0) {
                *place = Place(script.things[*moved].x, script.things[*moved].y);
            }
        }
        let hurt = if self.setup.walks_only { &[][..] } else { &script.hurt };
        let mut healths = self.healths.query_mut(world);
        for hurt in hurt {
            if let Ok(mut health) = healths.get_mut(entities[*hurt].0) {
                health.0 = script.things[*hurt].hp;
            }
        }
    }

    fn see(&mut self, _: &mut World, view: ViewId, sight: &mut Sight<'_>) {
        let Some(seen) = self.script.seen(usize::from(view.0) % TEAMS) else {
            return self.entities.iter().for_each(|(_, replicated)| sight.reveal(replicated));
        };
        for ((_, replicated), seen) in self.entities.iter().zip(seen) {
            sight.reveal_where(replicated, *seen);
        }
    }

    fn seat_columns(&self, _: &World, _: SeatId, _: &mut [i32]) {}

    fn outcome(&self, _: &World) -> Option<()> {
        None
    }
}

#[cfg(test)]
mod tests {
    use engine::Match;

    use super::*;
    use crate::client::Client;
    use crate::worlds::{CHECKED_AT, CHECKSUMS};

    #[test]
    fn a_client_holds_what_its_team_sees_of_the_script() {
        for (plan, checksum) in CHECKSUMS {
            let mut game = Match::<Scripted>::new(&Setup::shared(plan, 2));
            let mut client = Client::new::<Scripted>(SeatId(1));
            for _ in 0..CHECKED_AT {
                game.step();
                client.follow(&mut game);
            }
            let script = game.game().script();
            assert_eq!(script.checksum(), checksum);
            let row = |id| [0, 1, 2].map(|place| client.mirror.get(id, place).expect("all have all")).concat();
            let mut held: Vec<Vec<i32>> = client.mirror.ids().map(row).collect();
            let seen = script.seen(1).map_or(vec![true; plan.entities], <[bool]>::to_vec);
            let shown = script.things.iter().zip(seen).filter(|(_, seen)| *seen);
            let mut shown: Vec<Vec<i32>> = shown.map(|(it, _)| vec![it.x, it.y, it.hp, it.state]).collect();
            held.sort_unstable();
            shown.sort_unstable();
            assert_eq!(held, shown, "{plan:?}");
        }
    }
}
