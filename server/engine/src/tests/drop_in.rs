//! Seats that are taken and left while the match runs.

use bevy_ecs::prelude::{Entity, World};
use proptest::prelude::*;
use wire::{ActionSeq, ComponentSpec, Mirror, Receipt, Schema, Tick};

use super::toy::{Health, Place, Plan, Toy};
use crate::{
    Audience, Game, Handed, Happenings, Ids, Match, Registry, Replicated, SeatError, SeatId, Sight, SubmitError, ViewId,
};

const SEATS: u8 = 4;

static SCHEMA: Schema = Schema {
    components: &[
        ComponentSpec::state("place", &["x", "y"]),
        ComponentSpec::state("health", &["hp"]),
        ComponentSpec::state("plan", &["secret"]).owner(),
    ],
    seat: &["gold"],
};

/// Everyone sees everyone who is there, and a lamp that changes all the time. Seats 2 and 3 share a view.
struct Party {
    guests: [Option<Entity>; SEATS as usize],
    lamp: Entity,
    /// Views that were asked for in the newest step.
    asked: Vec<u8>,
}

impl Game for Party {
    type Setup = ();
    /// A guest's new health. Above 100 it is refused too.
    type Action = i32;
    type Outcome = ();
    const RATE: u16 = 20;
    const DROP_IN: bool = true;

    fn schema() -> &'static Schema {
        &SCHEMA
    }

    fn register(registry: &mut Registry) {
        registry.component::<Place>().component::<Health>().component::<Plan>();
    }

    fn create((): &(), world: &mut World) -> Self {
        let lamp = world.spawn((Replicated::unowned(), Place(0, 0))).id();
        Self { guests: [None; SEATS as usize], lamp, asked: Vec::new() }
    }

    fn seats(&self) -> Vec<ViewId> {
        [0, 1, 2, 2].map(ViewId).to_vec()
    }

    fn arrive(&mut self, world: &mut World, seat: SeatId) {
        let view = self.seats()[usize::from(seat.0)];
        let guest = (Replicated::owned_by(view), Place(i32::from(seat.0), 1), Health(1), Plan(7));
        let before = self.guests[usize::from(seat.0)].replace(world.spawn(guest).id());
        assert_eq!(before, None, "nobody arrives at a seat that is held");
    }

    fn depart(&mut self, world: &mut World, seat: SeatId) {
        world.despawn(self.guests[usize::from(seat.0)].take().expect("who departs has arrived"));
    }

    fn act(&mut self, world: &mut World, seat: SeatId, action: i32, _: &Ids<'_>) -> Result<(), u8> {
        let guest = self.guests[usize::from(seat.0)].expect("who acts is there");
        world.entity_mut(guest).insert(Health(action));
        world.resource_mut::<Happenings>().push(Audience::Seat(seat), 1, &[action]);
        if action > 100 { Err(9) } else { Ok(()) }
    }

    fn step(&mut self, world: &mut World, tick: Tick) {
        world.entity_mut(self.lamp).insert(Place(tick.0 as i32, 0));
        self.asked.clear();
    }

    fn see(&mut self, world: &mut World, view: ViewId, sight: &mut Sight<'_>) {
        self.asked.push(view.0);
        world.query::<&Replicated>().iter(world).for_each(|replicated| sight.reveal(replicated));
    }

    fn seat_columns(&self, world: &World, seat: SeatId, columns: &mut [i32]) {
        let guest = self.guests[usize::from(seat.0)].expect("only asked for seats that are held");
        columns[0] = world.get::<Health>(guest).map_or(0, |health| health.0);
    }

    fn outcome(&self, _: &World) -> Option<()> {
        None
    }
}

struct Guest {
    seat: SeatId,
    mirror: Mirror,
    base: Option<Tick>,
}

impl Guest {
    fn arrive(game: &mut Match<Party>, seat: u8) -> Self {
        game.arrive(SeatId(seat)).expect("the seat is free");
        Self { seat: SeatId(seat), mirror: Mirror::new(&SCHEMA), base: None }
    }

    fn take(&mut self, game: &mut Match<Party>) -> Vec<u8> {
        let frame = game.frame(self.seat, self.base).expect("the seat is held");
        let bytes = [&frame.view[..], &frame.seat[..]].concat();
        self.mirror.apply(&bytes).expect("the frame applies");
        assert_eq!(Some(self.mirror.hash()), game.view_hash(self.seat));
        self.base = Some(frame.tick);
        bytes
    }
}

#[test]
fn a_newcomer_acts_at_once_and_is_in_its_own_first_frame() {
    let mut game = Match::<Party>::new(&());
    (0..5).for_each(|_| game.step());
    assert_eq!(game.submit(SeatId(1), ActionSeq(1), 3), Err(SubmitError::NoSeat(1)));
    let mut guest = Guest::arrive(&mut game, 1);
    assert!(game.frame(SeatId(1), None).is_none(), "the game does not know of it yet");
    game.submit(SeatId(1), ActionSeq(1), 42).expect("it may act at once");
    game.step();
    guest.take(&mut game);
    assert_eq!(guest.mirror.ids().count(), 2, "the lamp and itself");
    assert_eq!(guest.mirror.last().receipts, [Receipt { seq: ActionSeq(1), tick: Tick(6), code: 0 }]);
    assert_eq!(guest.mirror.seat(), [42]);
    assert!(guest.mirror.ids().any(|id| guest.mirror.get(id, 2) == Some(&[7])), "what only its owner sees");
}

#[test]
fn seats_are_taken_and_left_once_and_only_where_the_game_allows_it() {
    let mut game = Match::<Party>::new(&());
    let seat = SeatId(0);
    assert_eq!(game.depart(seat), Err(SeatError::Empty(0)));
    assert_eq!(game.arrive(SeatId(SEATS)), Err(SeatError::NoSeat(SEATS)));
    assert_eq!(game.free_seat(), Some(seat));
    game.arrive(seat).expect("free");
    assert_eq!(game.arrive(seat), Err(SeatError::Taken(0)));
    assert_eq!(game.free_seat(), Some(SeatId(1)));
    game.depart(seat).expect("held, if only since now");
    assert_eq!(game.depart(seat), Err(SeatError::Empty(0)));
    game.step();
    assert!(game.frame(seat, None).is_none());
    assert_eq!(game.free_seat(), Some(seat));
    assert_eq!(Match::<Toy>::new(&()).arrive(seat), Err(SeatError::Fixed));
    assert_eq!(Match::<Toy>::new(&()).depart(seat), Err(SeatError::Fixed));
}

#[test]
fn a_view_that_nobody_has_is_not_looked_at() {
    let mut game = Match::<Party>::new(&());
    game.step();
    assert!(game.game().asked.is_empty());
    let _guests = [Guest::arrive(&mut game, 3), Guest::arrive(&mut game, 2), Guest::arrive(&mut game, 1)];
    game.step();
    assert_eq!(game.game().asked, [1, 2]);
    game.depart(SeatId(2)).expect("held");
    game.step();
    assert_eq!(game.game().asked, [1, 2], "another seat of the view is held still");
    game.depart(SeatId(3)).expect("held");
    game.step();
    assert_eq!(game.game().asked, [1]);
}

#[test]
fn nothing_of_who_held_a_seat_before_is_left() {
    let (mut fresh, mut used) = (Match::<Party>::new(&()), Match::<Party>::new(&()));
    let mut before = Guest::arrive(&mut used, 0);
    let mut witnesses = [Guest::arrive(&mut fresh, 1), Guest::arrive(&mut used, 1)];
    for tick in 1..200 {
        used.submit(SeatId(0), ActionSeq(tick), 50 + tick as i32).expect("fresh");
        fresh.step();
        used.step();
        before.take(&mut used);
    }
    // What the last action leads to is still on its way when the seat is left.
    used.submit(SeatId(0), ActionSeq(500), 1).expect("fresh");
    used.depart(SeatId(0)).expect("held");
    assert!(used.frame(SeatId(0), None).is_none());
    assert_eq!(used.arrive(SeatId(0)), Err(SeatError::Taken(0)), "not before the departure's tick");
    fresh.step();
    used.step();
    let mut after = [Guest::arrive(&mut fresh, 0), Guest::arrive(&mut used, 0)];
    assert_eq!(used.submitted(SeatId(0)), ActionSeq(0));
    for tick in 1..200 {
        for game in [&mut fresh, &mut used] {
            game.submit(SeatId(0), ActionSeq(tick), 1).expect("numbers start anew");
            game.step();
        }
        if tick % 7 != 0 {
            assert_eq!(after[0].take(&mut fresh), after[1].take(&mut used));
        }
    }
    // Who was there all the time saw the one go and the other come.
    witnesses[0].take(&mut fresh);
    witnesses[1].take(&mut used);
    assert_eq!(witnesses[0].mirror.ids().count(), witnesses[1].mirror.ids().count());
}

#[test]
fn a_newcomer_to_a_shared_view_is_not_told_what_happened_before_it_came() {
    let mut game = Match::<Party>::new(&());
    let mut first = Guest::arrive(&mut game, 2);
    game.step();
    first.take(&mut game);
    let happen = |game: &mut Match<Party>, kind| {
        let mut happenings = game.world_mut().resource_mut::<Happenings>();
        happenings.push(Audience::Everyone, kind, &[]);
        happenings.push(Audience::View(ViewId(2)), kind, &[]);
    };
    happen(&mut game, 1);
    game.step();
    let mut second = Guest::arrive(&mut game, 3);
    game.step();
    second.take(&mut game);
    assert_eq!(second.mirror.last().events, []);
    // Also not when it says that it holds a frame from then.
    let plain = game.frame(second.seat, None).expect("the seat is held");
    for tick in [1, 2] {
        let told = game.frame_for(second.seat, &Handed::at(Some(Tick(tick)))).expect("the seat is held");
        assert_eq!((told.view, told.seat), (plain.view.clone(), plain.seat.clone()), "tick {tick}");
    }
    happen(&mut game, 2);
    (0..5).for_each(|_| game.step());
    for (guest, kinds) in [(&mut first, [1, 1, 2, 2].as_slice()), (&mut second, &[2, 2])] {
        guest.take(&mut game);
        let told: Vec<u8> = guest.mirror.last().events.iter().map(|event| event.kind).collect();
        assert_eq!(told, kinds, "seat {}", guest.seat.0);
    }
}

#[test]
fn what_goes_between_two_steps_is_not_taken_for_what_comes_in_the_next() {
    let mut game = Match::<Party>::new(&());
    let mut guest = Guest::arrive(&mut game, 1);
    game.step();
    guest.take(&mut game);
    let other = game.world_mut().spawn((Replicated::unowned(), Place(9, 9))).id();
    game.step();
    guest.take(&mut game);
    game.world_mut().despawn(other);
    let _newcomer = Guest::arrive(&mut game, 0);
    game.step();
    guest.take(&mut game);
    assert_eq!((guest.mirror.last().entered.len(), guest.mirror.last().left.len()), (1, 1));
}

#[derive(Clone, Debug)]
enum Op {
    Arrive(u8),
    Depart(u8),
    Act(u8, i32),
    Step,
    Take(u8),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => (0..SEATS).prop_map(Op::Arrive),
        1 => (0..SEATS).prop_map(Op::Depart),
        3 => (0..SEATS, 0..200).prop_map(|(seat, health)| Op::Act(seat, health)),
        4 => Just(Op::Step),
        6 => (0..SEATS).prop_map(Op::Take),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whoever_comes_and_goes_those_who_are_there_see_what_is_so(ops in prop::collection::vec(op(), 1..200)) {
        let mut game = Match::<Party>::new(&());
        let mut guests: [Option<(Guest, u32, Tick)>; SEATS as usize] = Default::default();
        let mut left = [Tick(0); SEATS as usize];
        for op in ops {
            match op {
                Op::Arrive(seat) if guests[usize::from(seat)].is_none() => {
                    let since = game.tick();
                    if left[usize::from(seat)] > since {
                        prop_assert_eq!(game.arrive(SeatId(seat)), Err(SeatError::Taken(seat)));
                        continue;
                    }
                    guests[usize::from(seat)] = Some((Guest::arrive(&mut game, seat), 0, since));
                }
                Op::Depart(seat) if guests[usize::from(seat)].take().is_some() => {
                    game.depart(SeatId(seat)).expect("held");
                    left[usize::from(seat)] = game.tick().next();
                }
                Op::Act(seat, health) => match &mut guests[usize::from(seat)] {
                    Some((_, seq, _)) => {
                        // A full inbox takes nothing in, and then uses no number up.
                        let taken = game.submit(SeatId(seat), ActionSeq(*seq + 1), health);
                        *seq += u32::from(taken.is_ok());
                    }
                    None => prop_assert!(game.submit(SeatId(seat), ActionSeq(1), health).is_err()),
                },
                Op::Step => game.step(),
                Op::Take(seat) => match &mut guests[usize::from(seat)] {
                    Some((guest, seq, since)) if game.tick() > *since => {
                        guest.take(&mut game);
                        prop_assert!(guest.mirror.applied_seq() <= ActionSeq(*seq));
                        let shown = guest.mirror.ids().count();
                        let there = 1 + game.game().guests.iter().flatten().count();
                        prop_assert_eq!(shown, there);
                    }
                    Some(_) => prop_assert!(game.frame(SeatId(seat), None).is_none()),
                    None => {}
                },
                Op::Arrive(_) | Op::Depart(_) => {}
            }
        }
    }
}
