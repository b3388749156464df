//! The game as the engine runs it.

use bevy_ecs::prelude::{QueryState, Resource, Schedule, World};
use engine::game::{Ids, Sight};
use engine::{EntityId, Game, Registry, Replicated, Schema, SeatId, Tick, ViewId};
use messages::rules::RATE;
use messages::session::MapInfo;
use messages::{Action, EventKind, SCHEMA, schema};

use crate::components::{Deposit, Health, Position, Queue, Rally, Site, Task, Team, Unit};
use crate::geometry::Rect;
use crate::ground::Ground;
use crate::index::NO_TEAM;
use crate::seats::{Now, Seats};
use crate::setup::{Outcome, Setup};
use crate::vision::Vision;
use crate::{orders, start, systems};

/// The strategy game.
pub struct Strategy {
    schedule: Schedule,
    views: Vec<ViewId>,
    /// What has a place on the map. Kept from tick to tick: making a query allocates.
    things: QueryState<Thing>,
}

type Thing = (&'static Replicated, &'static Unit, &'static Position, Option<&'static Team>);

/// What views may see, listed once for all of them.
#[derive(Resource, Debug, Default)]
struct Showcase(Vec<(Replicated, u8, Rect)>);

impl Strategy {
    /// The ground of a match's world, as clients get it.
    #[must_use]
    pub fn map_info(world: &World) -> MapInfo {
        world.resource::<Ground>().info()
    }
}

impl Game for Strategy {
    type Setup = Setup;
    type Action = Action;
    type Outcome = Outcome;

    const RATE: u16 = RATE;

    fn schema() -> &'static Schema {
        &SCHEMA
    }

    fn register(registry: &mut Registry) {
        registry
            .component::<Unit>()
            .component::<Position>()
            .component::<Health>()
            .component::<Task>()
            .component::<Site>()
            .component::<Deposit>()
            .component::<Queue>()
            .component::<Rally>();
    }

    fn create(setup: &Setup, world: &mut World) -> Self {
        start::prepare(setup, world);
        world.init_resource::<Showcase>();
        let views = setup.seats.iter().map(|seat| ViewId(seat.team)).collect();
        Self { schedule: systems::schedule(), views, things: world.query() }
    }

    fn seats(&self) -> Vec<ViewId> {
        self.views.clone()
    }

    fn act(&mut self, world: &mut World, seat: SeatId, action: Action, ids: &Ids<'_>) -> Result<(), u8> {
        orders::act(world, i32::from(seat.0), action, &|id| ids.entity(EntityId(id))).map_err(|reason| reason.code())
    }

    fn step(&mut self, world: &mut World, tick: Tick) {
        world.resource_mut::<Now>().0 = tick.0;
        self.schedule.run(world);
    }

    fn before_views(&mut self, world: &mut World) {
        let mut list = std::mem::take(&mut world.resource_mut::<Showcase>().0);
        list.clear();
        list.extend(self.things.iter(world).map(|(replicated, unit, position, team)| {
            (*replicated, team.map_or(NO_TEAM, |team| team.0), Rect::of(unit.kind, position.at))
        }));
        world.resource_mut::<Showcase>().0 = list;
    }

    fn see(&mut self, world: &mut World, view: ViewId, sight: &mut Sight<'_>) {
        let seen = world.resource::<Vision>().team(view.0);
        for (replicated, team, rect) in &world.resource::<Showcase>().0 {
            if *team == view.0 || seen.sees_any(*rect) {
                sight.reveal(replicated);
            }
        }
    }

    fn seat_columns(&self, world: &World, seat: SeatId, columns: &mut [i32]) {
        if let Some(seat) = world.resource::<Seats>().get(i32::from(seat.0)) {
            columns[schema::SEAT_ORE] = seat.ore;
            columns[schema::SEAT_SUPPLY] = seat.supply;
            columns[schema::SEAT_SUPPLY_CAP] = seat.supply_cap;
        }
    }

    fn cosmetic(kind: u8) -> bool {
        kind == EventKind::Shot as u8 || kind == EventKind::Hit as u8
    }

    fn outcome(&self, world: &World) -> Option<Outcome> {
        world.resource::<Seats>().outcome.clone()
    }
}
