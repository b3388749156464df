//! The scripted worlds as a game: the script moves, and what it changed is written to the components of entities.

use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::{Component, Entity, QueryState, World};
use engine::{Game, Ids, Registry, Replicate, Replicated, SeatId, Sight, SightSet, Tick, ViewId};
use wire::{ComponentSpec, Schema};

use crate::worlds::{Plan, Script, TEAMS, Thing};

const HEALTH: ComponentSpec = ComponentSpec::state("health", &["hp"]).unsigned();
const STATE: ComponentSpec = ComponentSpec::state("state", &["state"]).unsigned();

static SAMPLED: Schema = Schema { components: &[ComponentSpec::state("place", &["x", "y"]), HEALTH, STATE], seat: &[] };
static RECKONED: Schema = Schema { components: &[ComponentSpec::motion("place", 0), HEALTH, STATE], seat: &[] };

/// Place of the component that tells where an entity is.
pub const PLACE: usize = 0;

/// Where an entity is and its next step, of which clients learn only when it is dead-reckoned.
#[derive(Component, Clone, Copy, Default, Debug)]
struct Place<const RECKONED: bool> {
    x: i32,
    y: i32,
    dx: i32,
    dy: i32,
}

#[derive(Component, Clone, Copy, Debug)]
struct Health(i32);

#[derive(Component, Clone, Copy, Debug)]
struct State(i32);

/// A place in the way that it is replicated.
trait Shown: Replicate + Component<Mutability = Mutable> {
    fn schema() -> &'static Schema;
}

impl Shown for Place<false> {
    fn schema() -> &'static Schema {
        &SAMPLED
    }
}

impl Shown for Place<true> {
    fn schema() -> &'static Schema {
        &RECKONED
    }
}

impl Replicate for Place<false> {
    const PLACE: usize = PLACE;
    type Columns = [i32; 2];
    fn columns(&self) -> [i32; 2] {
        [self.x, self.y]
    }
}

impl Replicate for Place<true> {
    const PLACE: usize = PLACE;
    type Columns = [i32; 4];
    fn columns(&self) -> [i32; 4] {
        [self.x, self.y, self.dx, self.dy]
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
    /// Ticks after which the world stands still.
    pub last: u32,
}

impl Setup {
    /// The clients of a team share its view.
    #[must_use]
    pub const fn shared(plan: Plan, clients: u8) -> Self {
        Self { plan, clients, own_views: false, walks_only: false, last: u32::MAX }
    }

    /// Every client has a view of its own.
    #[must_use]
    pub const fn own(plan: Plan, clients: u8) -> Self {
        Self { own_views: true, ..Self::shared(plan, clients) }
    }
}

/// A scripted world in play. Positions are told whenever they change, or `RECKONED`: when they change otherwise than the
/// last step lets expect, so that clients hold them exactly in both cases.
#[derive(Debug)]
pub struct Scripted<const RECKONED: bool> {
    script: Script,
    setup: Setup,
    entities: Vec<Entity>,
    /// In worlds with fog, where what is seen is told by it.
    replicated: Vec<Replicated>,
    /// What each team sees, in worlds with fog.
    sights: Vec<SightSet>,
    places: QueryState<&'static mut Place<RECKONED>>,
    healths: QueryState<&'static mut Health>,
}

/// With positions told at every change.
pub type Sampled = Scripted<false>;
/// With dead-reckoned positions.
pub type Reckoned = Scripted<true>;

impl<const RECKONED: bool> Scripted<RECKONED> {
    /// The rules' own picture of the world.
    #[must_use]
    pub const fn script(&self) -> &Script {
        &self.script
    }
}

impl<const RECKONED: bool> Game for Scripted<RECKONED>
where
    Place<RECKONED>: Shown,
{
    type Setup = Setup;
    type Action = ();
    type Outcome = ();
    const RATE: u16 = 20;

    fn schema() -> &'static Schema {
        Place::<RECKONED>::schema()
    }

    fn register(registry: &mut Registry) {
        registry.component::<Place<RECKONED>>().component::<Health>().component::<State>();
    }

    fn create(setup: &Setup, world: &mut World) -> Self {
        let script = Script::new(setup.plan);
        let spawn = |thing: &Thing| {
            let place = Place::<RECKONED> { x: thing.x, y: thing.y, dx: 0, dy: 0 };
            let entity = world.spawn((Replicated::unowned(), place, Health(thing.hp), State(thing.state)));
            (entity.id(), *entity.get::<Replicated>().expect("just spawned with it"))
        };
        let (entities, mut replicated): (Vec<_>, Vec<_>) = script.things.iter().map(spawn).unzip();
        let sight = |seen: &[bool]| {
            let mut sight = SightSet::default();
            replicated.iter().zip(seen).for_each(|(replicated, seen)| sight.set(replicated, *seen));
            sight
        };
        let sights = (0..TEAMS).filter_map(|team| script.seen(team).map(sight)).collect();
        if !setup.plan.fog {
            replicated = Vec::new();
        }
        let (places, healths) = (world.query(), world.query());
        Self { script, setup: *setup, entities, replicated, sights, places, healths }
    }

    fn seats(&self) -> Vec<ViewId> {
        let views = if self.setup.own_views { self.setup.clients } else { self.setup.plan.teams() as u8 };
        (0..self.setup.clients).map(|client| ViewId(client % views)).collect()
    }

    fn act(&mut self, _: &mut World, _: SeatId, (): (), _: &Ids<'_>) -> Result<(), u8> {
        Ok(())
    }

    fn step(&mut self, world: &mut World, _: Tick) {
        if self.script.ticks == self.setup.last {
            return;
        }
        self.script.step();
        self.script.check();
        let Self { script, entities, replicated, sights, .. } = self;
        for (team, entity) in &script.toggles {
            let seen = script.seen(*team).is_some_and(|seen| seen[*entity]);
            sights[*team].set(&replicated[*entity], seen);
        }
        let mut places = self.places.query_mut(&mut *world);
        let mut put = |entity: usize, (dx, dy): (i32, i32)| {
            if let Ok(mut place) = places.get_mut(entities[entity]) {
                let thing = script.things[entity];
                *place = Place { x: thing.x, y: thing.y, dx, dy };
            }
        };
        script.moved.iter().for_each(|entity| put(*entity, (0, 0)));
        if RECKONED {
            script.walks.iter().for_each(|walk| put(walk.entity, (walk.dx, walk.dy)));
        }
        let hurt = if self.setup.walks_only { &[][..] } else { &script.hurt };
        let mut healths = self.healths.query_mut(world);
        for hurt in hurt {
            if let Ok(mut health) = healths.get_mut(entities[*hurt]) {
                health.0 = script.things[*hurt].hp;
            }
        }
    }

    fn see(&mut self, _: &mut World, view: ViewId, sight: &mut Sight<'_>) {
        match self.sights.get(usize::from(view.0) % TEAMS) {
            Some(seen) => sight.reveal_set(seen),
            None => sight.reveal_all(),
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
        holds::<false>();
        holds::<true>();
    }

    fn holds<const RECKONED: bool>()
    where
        Place<RECKONED>: Shown,
    {
        for (plan, checksum) in CHECKSUMS {
            let mut game = Match::<Scripted<RECKONED>>::new(&Setup::shared(plan, 2));
            let mut client = Client::new::<Scripted<RECKONED>>(SeatId(1));
            for _ in 0..CHECKED_AT {
                game.step();
                client.follow(&mut game);
            }
            let script = game.game().script();
            assert_eq!(script.checksum(), checksum);
            let part = |id, place, columns| &client.mirror.get(id, place).expect("all have all")[..columns];
            let row = |id| [part(id, PLACE, 2), part(id, 1, 1), part(id, 2, 1)].concat();
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
