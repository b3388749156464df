//! Free for all: 100 players, each with a view of its own around itself, among 5,000 entities of which 500 change each
//! tick. Measures whole ticks (rules, capture, the interest grid, views) and the frames of everybody, with their tail.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bevy_ecs::prelude::{Component, Entity, QueryState, World};
use engine::{Area, Disc, Game, Ids, Interest, Match, Registry, Replicate, Replicated, SeatId, Sight, Tick, ViewId};
use wire::{ComponentSpec, Mirror, Schema};

const PLAYERS: u8 = 100;
const ENTITIES: usize = 5_000;
/// Entities that change in each tick: the players and so many others in turn.
const CHANGES: usize = 500;
/// Side of the field.
const SIDE: i32 = 16_384;
/// How far a player sees: 300 entities on average.
const SIGHT: i32 = 2_340;
/// Ticks before measuring: the ring of frames is full and ids are used again.
const WARM: u32 = 150;
/// Ticks measured; so many that 20 of them lie beyond the p99. A hash is due in each twentieth.
const TICKS: usize = 2_000;

static SCHEMA: Schema = Schema {
    components: &[ComponentSpec::state("place", &["x", "y"]), ComponentSpec::state("health", &["hp"])],
    seat: &["score"],
};

#[derive(Component, Clone, Copy, Debug)]
struct Place(i32, i32);

#[derive(Component, Clone, Copy, Debug)]
struct Health(i32);

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

struct Melee {
    entities: Vec<Entity>,
    /// What each entity's place changes by when it moves.
    ways: Vec<(i32, i32)>,
    next: usize,
    interest: Interest,
    shown: QueryState<(&'static Replicated, &'static Place)>,
}

impl Game for Melee {
    type Setup = ();
    type Action = ();
    type Outcome = ();
    const RATE: u16 = 20;

    fn schema() -> &'static Schema {
        &SCHEMA
    }

    fn register(registry: &mut Registry) {
        registry.component::<Place>().component::<Health>();
    }

    fn create((): &(), world: &mut World) -> Self {
        let mut state = 12_345u32;
        let mut random = move |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) % below) as i32
        };
        let one = |_| {
            let place = Place(random(SIDE as u32), random(SIDE as u32));
            let way = (random(81) - 40, random(81) - 40);
            (world.spawn((Replicated::unowned(), place, Health(100))).id(), way)
        };
        let (entities, ways) = (0..ENTITIES).map(one).unzip();
        let area = Area { west: 0, north: 0, east: SIDE, south: SIDE };
        Self { entities, ways, next: 0, interest: Interest::new(area, SIGHT / 5), shown: world.query() }
    }

    fn seats(&self) -> Vec<ViewId> {
        (0..PLAYERS).map(ViewId).collect()
    }

    fn act(&mut self, _: &mut World, _: SeatId, (): (), _: &Ids<'_>) -> Result<(), u8> {
        Ok(())
    }

    fn step(&mut self, world: &mut World, _: Tick) {
        let others = ENTITIES - usize::from(PLAYERS);
        for turn in 0..CHANGES {
            let which = if turn < usize::from(PLAYERS) {
                turn
            } else {
                self.next = (self.next + 1) % others;
                usize::from(PLAYERS) + self.next
            };
            let Some(mut place) = world.get_mut::<Place>(self.entities[which]) else { continue };
            let way = &mut self.ways[which];
            for (value, by) in [(place.0, &mut way.0), (place.1, &mut way.1)] {
                if !(0..SIDE).contains(&(value + *by)) {
                    *by = -*by;
                }
            }
            place.0 += way.0;
            place.1 += way.1;
        }
    }

    fn before_views(&mut self, world: &mut World) {
        let shown = self.shown.iter(world).map(|(replicated, place)| (Disc::point(place.0, place.1), replicated));
        self.interest.fill(shown);
    }

    fn see(&mut self, world: &mut World, view: ViewId, sight: &mut Sight<'_>) {
        if let Some(place) = world.get::<Place>(self.entities[usize::from(view.0)]) {
            self.interest.reveal_near(Disc { x: place.0, y: place.1, radius: SIGHT }, sight);
        }
    }

    fn seat_columns(&self, _: &World, _: SeatId, _: &mut [i32]) {}

    fn outcome(&self, _: &World) -> Option<()> {
        None
    }
}

/// One tick with everybody's next frame: how long the step took, how long the frames, and the bytes of the frames.
fn tick(game: &mut Match<Melee>) -> (Duration, Duration, usize) {
    let base = game.tick();
    let began = Instant::now();
    game.step();
    let stepped = Instant::now();
    let mut bytes = 0;
    for seat in 0..PLAYERS {
        let frame = game.frame(SeatId(seat), Some(base)).expect("the seat is there");
        bytes += black_box(frame.view.len() + frame.seat.len());
    }
    (stepped - began, stepped.elapsed(), bytes)
}

/// Plays `ticks` into a mirror for each player, and checks every mirror at every tick.
fn check(game: &mut Match<Melee>, ticks: u32) -> Vec<Mirror> {
    let mut mirrors = vec![(Mirror::new(&SCHEMA), None); usize::from(PLAYERS)];
    for _ in 0..ticks {
        game.step();
        for (seat, (mirror, base)) in (0..).map(SeatId).zip(&mut mirrors) {
            let frame = game.frame(seat, *base).expect("the seat is there");
            mirror.apply(&[&frame.view[..], &frame.seat[..]].concat()).expect("the frame applies");
            assert_eq!(Some(mirror.hash()), game.view_hash(seat));
            *base = Some(frame.tick);
        }
    }
    mirrors.into_iter().map(|(mirror, _)| mirror).collect()
}

fn percentile(times: &mut [Duration], per_cent: usize) -> f64 {
    times.sort_unstable();
    times[(times.len() * per_cent / 100).min(times.len() - 1)].as_nanos() as f64
}

fn main() {
    // As criterion does it: cargo passes `--bench` when measuring; without it, one short round shows that all holds.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let filters: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    if !filters.is_empty() && !filters.iter().any(|filter| "sync_interest".contains(filter.as_str())) {
        return;
    }
    let measure = arguments.iter().any(|argument| argument == "--bench");
    let mut game = Match::<Melee>::new(&());
    let mirrors = check(&mut game, if measure { WARM } else { 25 });
    let visible = mirrors.iter().map(|mirror| mirror.ids().count()).sum::<usize>() as f64 / f64::from(PLAYERS);
    assert!((270.0..330.0).contains(&visible), "{visible} entities are in sight on average");

    let (mut steps, mut frames, mut all, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..if measure { TICKS } else { 20 } {
        let (step, frame, size) = tick(&mut game);
        steps.push(step);
        frames.push(frame);
        all.push(step + frame);
        bytes += size;
    }
    let per_frame = bytes as f64 / (all.len() * usize::from(PLAYERS)) as f64;
    assert!((60.0..600.0).contains(&per_frame), "{per_frame} bytes to a frame");
    if measure {
        println!("figure sync_interest/visible {visible:.1} entities per view");
        println!("figure sync_interest/bytes {per_frame:.1} B per frame");
        println!("figure sync_interest/step/p50 {:.0} ns", percentile(&mut steps, 50));
        println!("figure sync_interest/frames/p50 {:.0} ns", percentile(&mut frames, 50));
        println!("figure sync_interest/p50 {:.0} ns", percentile(&mut all, 50));
        println!("figure sync_interest/p99 {:.0} ns", percentile(&mut all, 99));
    }
}
