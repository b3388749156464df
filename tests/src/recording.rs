//! Matches between computers, played in this process: what clients of a real match are sent, frame by frame.

use std::collections::HashMap;

use bevy_ecs::prelude::Entity;
use bots::{Brain, Skill};
use engine::{ActionSeq, Match, SeatId, Tick};
use game::components::{Position, Team, Unit};
use game::geometry::{Point, Rect};
use game::vision::Vision;
use game::{Setup, Strategy};
use messages::session::{SeatInfo, Start};
use messages::{Action, SCHEMA};
use wire::Mirror;

/// One frame of a seat, as it goes out.
pub struct Sent<'a> {
    /// The seat.
    pub seat: SeatId,
    /// The frame.
    pub bytes: &'a [u8],
    /// The seat's mirror after it.
    pub mirror: &'a Mirror,
    /// How many of the things that the seat sees are at another place than a tick ago.
    pub moving: usize,
}

/// Where everything is, to tell what moves.
#[derive(Default)]
struct Places(HashMap<Entity, Point>);

impl Places {
    /// What was elsewhere the last time: its team, and what it stands on.
    fn moved(&mut self, game: &mut Match<Strategy>) -> Vec<(u8, Rect)> {
        let world = game.world_mut();
        let mut things = world.query::<(Entity, &Team, &Unit, &Position)>();
        let mut moved = Vec::new();
        for (entity, team, unit, position) in things.iter(world) {
            if self.0.insert(entity, position.at).is_some_and(|before| before != position.at) {
                moved.push((team.0, Rect::of(unit.kind, position.at)));
            }
        }
        moved
    }
}

/// Lets computers play for so many ticks, or until the match is over. Every seat takes each frame.
///
/// # Panics
/// When a mirror refuses a frame.
pub fn play(setup: &Setup, skill: Skill, ticks: u32, mut each: impl FnMut(Sent<'_>)) {
    let mut game = Match::<Strategy>::new(setup);
    let seats = setup.seats.iter();
    let seats: Vec<_> =
        seats.map(|seat| SeatInfo { name: seat.name.clone(), team: seat.team, computer: true }).collect();
    let map = Strategy::map_info(game.world());
    let mut players: Vec<Player> = (0..seats.len() as u8)
        .map(|seat| {
            let (seats, map) = (seats.clone(), map.clone());
            let start = Start { match_id: "recorded".into(), epoch: 0, seat, rate: 20, applied: 0, seats, map };
            let brain = Brain::new(&start, setup.seed ^ u64::from(seat), skill);
            Player { seat: SeatId(seat), mirror: Mirror::new(&SCHEMA), brain, base: None, seq: 0 }
        })
        .collect();
    let (mut bytes, mut actions, mut places) = (Vec::new(), Vec::new(), Places::default());
    for _ in 0..ticks {
        game.step();
        let moved = places.moved(&mut game);
        for player in &mut players {
            player.take(&mut game, &mut bytes);
            let team = setup.seats[usize::from(player.seat.0)].team;
            let sight = game.world().resource::<Vision>().team(team);
            let moving = moved.iter().filter(|(of, rect)| *of == team || sight.sees_any(*rect)).count();
            each(Sent { seat: player.seat, bytes: &bytes, mirror: &player.mirror, moving });
            player.act(&mut game, &mut actions);
        }
        if game.outcome().is_some() {
            break;
        }
    }
}

struct Player {
    seat: SeatId,
    mirror: Mirror,
    brain: Brain,
    base: Option<Tick>,
    seq: u32,
}

impl Player {
    fn take(&mut self, game: &mut Match<Strategy>, bytes: &mut Vec<u8>) {
        let frame = game.frame(self.seat, self.base).expect("the seat is there");
        bytes.clear();
        bytes.extend_from_slice(&frame.view);
        bytes.extend_from_slice(&frame.seat);
        self.mirror.apply(bytes).expect("frames apply in order");
        self.base = Some(frame.tick);
        game.acknowledge(self.seat, frame.tick);
    }

    fn act(&mut self, game: &mut Match<Strategy>, actions: &mut Vec<Action>) {
        self.brain.think(&self.mirror, actions);
        for action in actions.drain(..) {
            self.seq += 1;
            // A full inbox is the brain's own loss.
            let _ = game.submit(self.seat, ActionSeq(self.seq), action);
        }
    }
}
