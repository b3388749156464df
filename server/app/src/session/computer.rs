//! A brain at a seat: it sees the frames a player would see, and nothing else.

use bots::{Brain, Skill};
use engine::Frame;
use game::Strategy;
use messages::session::Start;
use messages::{Action, SCHEMA};
use wire::Mirror;

/// A computer player inside the server.
pub(super) struct Computer {
    mirror: Mirror,
    brain: Brain,
    /// A frame in one piece.
    bytes: Vec<u8>,
}

impl Computer {
    pub(super) fn new(start: &Start, seed: u64, skill: Skill) -> Self {
        let seed = seed ^ u64::from(start.seat).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self { mirror: Mirror::new(&SCHEMA), brain: Brain::new(start, seed, skill), bytes: Vec::new() }
    }
}

impl host::Computer<Strategy> for Computer {
    fn play(&mut self, frame: &Frame, actions: &mut Vec<Action>) {
        self.bytes.clear();
        self.bytes.extend_from_slice(&frame.view);
        self.bytes.extend_from_slice(&frame.seat);
        match self.mirror.apply(&self.bytes) {
            Ok(_) => self.brain.think(&self.mirror, actions),
            Err(error) => tracing::error!(%error, tick = frame.tick.0, "a computer's mirror refused a frame"),
        }
    }
}
