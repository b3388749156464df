//! A match with a mirror for each seat, so that tests see and name what a player would.

#![allow(dead_code, reason = "every test binary uses another part of it")]

use bevy_ecs::prelude::{Entity, World};
use engine::{ActionSeq, Match, Replicated, SeatId, Tick};
use game::components::{Position, Unit};
use game::geometry::{Cell, Point, Rect};
use game::ground::Ground;
use game::vision::Vision;
use game::{Setup, Strategy, spawn};
use messages::{Action, EventKind, Kind, Reject, SCHEMA, schema};
use wire::{EntityId, Mirror};

pub(crate) struct Table {
    pub(crate) game: Match<Strategy>,
    pub(crate) mirrors: Vec<Mirror>,
    pub(crate) events: Vec<(u8, EventKind, Vec<i32>)>,
    bases: Vec<Option<Tick>>,
    asked: Vec<u32>,
}

impl Table {
    pub(crate) fn new(setup: &Setup) -> Self {
        let seats = setup.seats.len();
        Self {
            game: Match::new(setup),
            mirrors: (0..seats).map(|_| Mirror::new(&SCHEMA)).collect(),
            events: Vec::new(),
            bases: vec![None; seats],
            asked: vec![0; seats],
        }
    }

    /// Two seats on empty ground with nothing on it but these walls.
    pub(crate) fn arena(walls: &[Rect]) -> Self {
        let mut table = Self::new(&Setup::free_for_all(1, 2));
        let world = table.game.world_mut();
        let mut things = world.query_filtered::<Entity, bevy_ecs::prelude::With<Replicated>>();
        for entity in things.iter(world).collect::<Vec<_>>() {
            spawn::remove(world, entity);
        }
        let mut tiles = vec![false; 64 * 64];
        for cell in walls.iter().flat_map(|rect| rect.cells()) {
            tiles[(cell.y * 64 + cell.x) as usize] = true;
        }
        let ground = Ground::new(64, 64, tiles);
        world.insert_resource(Vision::new(&ground, 2));
        world.insert_resource(ground);
        table
    }

    pub(crate) fn world(&mut self) -> &mut World {
        self.game.world_mut()
    }

    pub(crate) fn unit(&mut self, kind: Kind, owner: i32, x: i32, y: i32) -> Entity {
        spawn::unit(self.world(), kind, owner, Cell { x, y }.centre())
    }

    pub(crate) fn building(&mut self, kind: Kind, owner: i32, x: i32, y: i32) -> Entity {
        let size = kind.stats().size;
        spawn::building(self.world(), kind, owner, Rect { x, y, w: size, h: size }, true)
    }

    pub(crate) fn alive(&mut self, entity: Entity) -> bool {
        self.world().get::<Unit>(entity).is_some()
    }

    pub(crate) fn at(&self, entity: Entity) -> Point {
        self.game.world().get::<Position>(entity).expect("alive").at
    }

    /// Steps, and has every mirror apply its frame and check the hash.
    pub(crate) fn step(&mut self, ticks: u32) {
        for _ in 0..ticks {
            self.game.step();
            for seat in 0..self.mirrors.len() {
                let frame = self.game.frame(SeatId(seat as u8), self.bases[seat]).expect("a seat");
                let bytes = [frame.view.as_ref(), frame.seat.as_ref()].concat();
                let applied = self.mirrors[seat].apply(&bytes).expect("a valid frame");
                let events = applied.events.iter().chain(&applied.seat_events);
                let known = |kind| EventKind::from_wire(kind).expect("a known event");
                self.events.extend(events.map(|event| (seat as u8, known(event.kind), event.args().to_vec())));
                self.bases[seat] = Some(frame.tick);
            }
        }
    }

    /// Asks for something and steps once. Gives what the receipt says.
    pub(crate) fn ask(&mut self, seat: u8, action: Action) -> Result<(), Reject> {
        self.asked[usize::from(seat)] += 1;
        let seq = ActionSeq(self.asked[usize::from(seat)]);
        self.game.submit(SeatId(seat), seq, action).expect("taken in");
        self.step(1);
        let receipts = &self.mirrors[usize::from(seat)].last().receipts;
        let receipt = receipts.iter().find(|receipt| receipt.seq == seq).expect("a receipt");
        if receipt.code == 0 { Ok(()) } else { Err(Reject::from_code(receipt.code).expect("a known code")) }
    }

    /// The ids, in the view of `seat`, of what it sees of one kind and owner.
    pub(crate) fn ids(&self, seat: u8, kind: Kind, owner: i32) -> Vec<u32> {
        let mirror = &self.mirrors[usize::from(seat)];
        let is = |id: &EntityId| mirror.get(*id, schema::UNIT) == Some(&[kind as i32, owner]);
        mirror.ids().filter(is).map(|id| id.0).collect()
    }

    pub(crate) fn columns(&self, seat: u8, id: u32, place: usize) -> Option<&[i32]> {
        self.mirrors[usize::from(seat)].get(EntityId(id), place)
    }

    /// Where a thing in view is, in 1/256 tile.
    pub(crate) fn place(&self, seat: u8, id: u32) -> [i32; 2] {
        let row = self.columns(seat, id, schema::POSITION).expect("a position");
        [row[0], row[1]]
    }

    pub(crate) fn column(&self, seat: u8, place: usize) -> i32 {
        self.mirrors[usize::from(seat)].seat()[place]
    }

    pub(crate) fn told(&self, seat: u8, kind: EventKind) -> usize {
        self.events.iter().filter(|(to, told, _)| *to == seat && *told == kind).count()
    }
}
