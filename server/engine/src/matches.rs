//! A match: the world, its step, and the frames it gives to each seat.

use bevy_ecs::prelude::World;
use bytes::Bytes;
use wire::{ActionSeq, Event, Tick, write_seat};

use crate::bits::Bits;
use crate::capture::Captor;
use crate::delta::{self, PART_BYTES, Scratch, Source};
use crate::encoded::Encoded;
use crate::frame::Frame;
use crate::game::{Game, Ids, Sight};
use crate::handed::Handed;
use crate::happening::{Audience, Happening, Happenings};
use crate::inbox::{Input, MAX_WAITING, SubmitError, receipt};
use crate::seat::{Hold, Seat};
use crate::slots::Slots;
use crate::tables::Tables;
use crate::view::View;
use crate::{Registry, SeatId, ViewId};

/// A seat part that says nothing.
const NOTHING: &[u8] = &[0];

/// A running match of game `G`. Steps when told to; a pure function of its setup and the actions submitted.
pub struct Match<G: Game> {
    world: World,
    game: G,
    tick: Tick,
    captors: Vec<Box<dyn Captor>>,
    tables: Tables,
    views: Vec<View>,
    pub(crate) seats: Vec<Seat>,
    pub(crate) inbox: Vec<Input<G::Action>>,
    visible: Bits,
    occupied: Bits,
    marked: Bits,
    columns: Vec<i32>,
    scratch: Scratch,
    seat_bytes: Vec<u8>,
    part: usize,
}

impl<G: Game> Match<G> {
    /// Builds the world. Its first frame is that of tick 1, after the first step.
    ///
    /// # Panics
    /// When the game's registration does not match its schema.
    #[must_use]
    pub fn new(setup: &G::Setup) -> Self {
        let schema = G::schema();
        let mut world = World::new();
        world.insert_resource(Slots::default());
        world.resource_mut::<Slots>().now = Tick(1);
        world.insert_resource(Happenings::new(G::cosmetic));
        let mut registry = Registry::new(schema);
        G::register(&mut registry);
        let captors = registry.into_captors(&mut world);
        let game = G::create(setup, &mut world);
        let seats: Vec<Seat> = game.seats().into_iter().map(|view| Seat::new(view, schema.seat.len())).collect();
        let views = seats.iter().map(|seat| seat.view.0).max().map_or(0, |highest| usize::from(highest) + 1);
        let mut game = Self {
            world,
            game,
            tick: Tick(0),
            captors,
            tables: Tables::new(schema),
            views: (0..views).map(|view| View::new(ViewId(view as u8))).collect(),
            seats,
            inbox: Vec::new(),
            visible: Bits::default(),
            occupied: Bits::default(),
            marked: Bits::default(),
            columns: vec![0; schema.seat.len()],
            scratch: Scratch::default(),
            seat_bytes: Vec::new(),
            part: PART_BYTES,
        };
        if !G::DROP_IN {
            for place in 0..game.seats.len() {
                game.sit_down(SeatId(place as u8));
            }
        }
        game
    }

    /// The newest tick; 0 before the first step.
    #[must_use]
    pub const fn tick(&self) -> Tick {
        self.tick
    }

    /// The world, to read.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The game's own state beside the world.
    #[must_use]
    pub const fn game(&self) -> &G {
        &self.game
    }

    /// The world, to arrange a situation in a test or a bench. Not for play: a match must follow from its actions.
    pub const fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    /// The id that a view gives to an entity.
    #[cfg(test)]
    pub(crate) fn id_in(&self, view: ViewId, entity: bevy_ecs::prelude::Entity) -> Option<wire::EntityId> {
        let slot = self.world.resource::<Slots>().of(entity)?;
        self.views[usize::from(view.0)].id(slot)
    }

    /// Makes the parts in which large views come so short that small ones have several.
    #[cfg(test)]
    pub(crate) const fn set_part_bytes(&mut self, bytes: usize) {
        self.part = bytes;
    }

    /// The result, once there is one.
    #[must_use]
    pub fn outcome(&self) -> Option<G::Outcome> {
        self.game.outcome(&self.world)
    }

    /// Highest action number taken in from a seat.
    #[must_use]
    pub fn submitted(&self, seat: SeatId) -> ActionSeq {
        self.seats.get(usize::from(seat.0)).map_or(ActionSeq(0), |seat| seat.submitted)
    }

    /// Takes an action in for the next tick. Its receipt comes with a later frame of the same seat.
    ///
    /// # Errors
    /// [`SubmitError`]; the action then never runs.
    pub fn submit(&mut self, seat: SeatId, seq: ActionSeq, action: G::Action) -> Result<(), SubmitError> {
        let state = self.seats.get_mut(usize::from(seat.0)).filter(|state| state.may_act());
        let state = state.ok_or(SubmitError::NoSeat(seat.0))?;
        if seq <= state.submitted {
            return Err(SubmitError::Stale { got: seq.0, last: state.submitted.0 });
        }
        if state.waiting == MAX_WAITING {
            return Err(SubmitError::Full);
        }
        state.submitted = seq;
        state.waiting += 1;
        self.inbox.push(Input::Act { seat, seq, action });
        Ok(())
    }

    /// The seat's client has applied the frame of `tick`.
    pub fn acknowledge(&mut self, seat: SeatId, tick: Tick) {
        if let Some(seat) = self.seats.get_mut(usize::from(seat.0)) {
            seat.acknowledge(tick.min(self.tick));
        }
    }

    /// One step: the waiting arrivals, departures and actions, the simulation, capture, views.
    pub fn step(&mut self) {
        self.tick = self.tick.next();
        self.act();
        self.game.step(&mut self.world, self.tick);
        self.capture();
        self.look();
        self.tell();
        let mut slots = self.world.resource_mut::<Slots>();
        slots.freed.clear();
        slots.now = self.tick.next();
        self.world.clear_trackers();
    }

    /// The frame that brings a seat's client from `base` to the newest tick; a keyframe where that is not possible.
    /// Always of the whole view. `None` when there is no such seat, or nobody holds it who was there at the newest tick.
    pub fn frame(&mut self, seat: SeatId, base: Option<Tick>) -> Option<Frame> {
        self.make(seat, &Handed::at(base), true)
    }

    /// The next frame for a client that holds so much: as [`Match::frame`], but a large view comes to it in parts, and
    /// what it was not told comes with a keyframe too. Tell `handed` when it has been handed over.
    pub fn frame_for(&mut self, seat: SeatId, handed: &Handed) -> Option<Frame> {
        self.make(seat, handed, false)
    }

    fn make(&mut self, seat: SeatId, handed: &Handed, whole: bool) -> Option<Frame> {
        let state = self.seats.get_mut(usize::from(seat.0)).filter(|state| state.is_held())?;
        let nothing = Handed::default();
        let handed = if handed.told.is_none_or(|told| state.was_there(told)) { handed } else { &nothing };
        let view = &mut self.views[usize::from(state.view.0)];
        let made = delta::made(view, self.tick, handed.base, whole).unwrap_or_else(|| {
            let source = Source {
                components: G::schema().components,
                tables: &self.tables,
                slots: self.world.resource::<Slots>(),
                tick: self.tick,
                rate: G::RATE,
                part: self.part,
            };
            delta::encode(&mut self.scratch, view, &source, handed.base, whole)
        });
        let Encoded { header, kind, to, bytes, .. } = made;
        self.seat_bytes.clear();
        write_seat(&mut self.seat_bytes, &header, &state.update(header.base, handed.told, &view.events));
        // Most of the time there is nothing to tell a seat.
        let seat = if self.seat_bytes == NOTHING {
            Bytes::from_static(NOTHING)
        } else {
            Bytes::copy_from_slice(&self.seat_bytes)
        };
        Some(Frame { tick: self.tick, kind, partial: header.partial, base: to, view: bytes, seat })
    }

    /// Hash of what a seat sees at the newest tick, taken anew from every row: for tests, as frames carry one that is kept
    /// up to date. `None` as in [`Match::frame`].
    #[must_use]
    pub fn view_hash(&self, seat: SeatId) -> Option<u32> {
        let view = self.seats.get(usize::from(seat.0)).filter(|state| state.is_held())?.view;
        let slots = self.world.resource::<Slots>();
        Some(self.views[usize::from(view.0)].hash_anew(slots, &self.tables, self.tick))
    }

    fn act(&mut self) {
        let mut inbox = std::mem::take(&mut self.inbox);
        for input in inbox.drain(..) {
            match input {
                Input::Act { seat, seq, action } => {
                    let state = &mut self.seats[usize::from(seat.0)];
                    state.waiting -= 1;
                    let ids = Ids { view: &self.views[usize::from(state.view.0)] };
                    let result = self.game.act(&mut self.world, seat, action, &ids);
                    state.push_receipt(receipt(seq, self.tick, result));
                }
                Input::Arrive(seat) => {
                    self.sit_down(seat);
                    self.game.arrive(&mut self.world, seat);
                }
                Input::Depart(seat) => {
                    self.get_up(seat);
                    self.game.depart(&mut self.world, seat);
                }
            }
        }
        // It goes back emptied, so that its memory is used again.
        self.inbox = inbox;
    }

    fn sit_down(&mut self, seat: SeatId) {
        let state = &mut self.seats[usize::from(seat.0)];
        state.arrive(self.tick);
        self.views[usize::from(state.view.0)].seats += 1;
    }

    /// When the last of a view goes, the view forgets everything: who comes next must not learn from its ids what was
    /// seen before.
    fn get_up(&mut self, seat: SeatId) {
        let state = &mut self.seats[usize::from(seat.0)];
        state.hold = Hold::Empty;
        let view = &mut self.views[usize::from(state.view.0)];
        view.seats -= 1;
        if view.seats == 0 {
            *view = View::new(view.id);
        }
    }

    fn capture(&mut self) {
        let slots = self.world.resource::<Slots>();
        for (captor, shadow) in self.captors.iter_mut().zip(&mut self.tables.shadows) {
            captor.capture(&self.world, slots, shadow, self.tick);
        }
        let Tables { shadows, digests } = &mut self.tables;
        digests.follow(shadows, slots);
        for (place, seat) in self.seats.iter_mut().enumerate().filter(|(_, seat)| seat.is_held()) {
            self.columns.fill(0);
            self.game.seat_columns(&self.world, SeatId(place as u8), &mut self.columns);
            seat.set_columns(&self.columns, self.tick);
        }
    }

    fn look(&mut self) {
        self.game.before_views(&mut self.world);
        self.occupied.copy_from(&self.world.resource::<Slots>().occupied);
        for view in self.views.iter_mut().filter(|view| view.seats > 0) {
            self.visible.clear();
            let mut sight = Sight { bits: &mut self.visible, occupied: &self.occupied };
            self.game.see(&mut self.world, view.id, &mut sight);
            let slots = self.world.resource::<Slots>();
            view.advance(&self.visible, slots, &self.tables, self.tick, &mut self.marked);
            #[cfg(test)]
            assert_eq!(view.hash(), view.hash_anew(slots, &self.tables, self.tick), "{:?}, {}", view.id, self.tick);
        }
    }

    fn tell(&mut self) {
        let mut list = std::mem::take(&mut self.world.resource_mut::<Happenings>().list);
        for happening in list.drain(..) {
            self.tell_one(&happening);
        }
        self.views.iter_mut().for_each(|view| view.events.forget(self.tick));
        // The list goes back emptied, so that its memory is used again.
        self.world.resource_mut::<Happenings>().list = list;
    }

    fn tell_one(&mut self, happening: &Happening) {
        let slots = self.world.resource::<Slots>();
        let event = |subject| Event::new(self.tick, happening.kind, subject, happening.args());
        let cosmetic = happening.cosmetic;
        match happening.audience {
            Audience::Seers(entity) => {
                let Some(slot) = slots.of_living_or_fallen(entity) else { return };
                for view in self.views.iter_mut().filter(|view| view.seats > 0) {
                    if let Some(id) = view.id_until_now(slot) {
                        view.events.push(event(Some(id)), cosmetic);
                    }
                }
            }
            Audience::Witnesses { by, to } => {
                let Some((by, to)) = slots.of_living_or_fallen(by).zip(slots.of_living_or_fallen(to)) else { return };
                for view in self.views.iter_mut().filter(|view| view.seats > 0) {
                    if let Some((id, _)) = view.id_until_now(by).zip(view.id_until_now(to)) {
                        view.events.push(event(Some(id)), cosmetic);
                    }
                }
            }
            Audience::View(view) => {
                if let Some(view) = self.views.get_mut(usize::from(view.0)).filter(|view| view.seats > 0) {
                    view.events.push(event(None), cosmetic);
                }
            }
            Audience::Seat(seat) => {
                if let Some(seat) = self.seats.get_mut(usize::from(seat.0)).filter(|seat| seat.is_held()) {
                    seat.push_event(event(None));
                }
            }
            Audience::Everyone => {
                let views = self.views.iter_mut().filter(|view| view.seats > 0);
                views.for_each(|view| view.events.push(event(None), cosmetic));
            }
        }
    }
}
