//! A player that sees what a player sees: the frames of its seat, and nothing else.

use engine::{ActionSeq, EntityId, SeatId, Tick};
use wire::Mirror;

use super::rules::may_eat;
use super::schema::{Action, Body, FIELD, NOBODY, SCHEMA};

/// Ticks between two thoughts.
const PAUSE: u32 = 8;

pub(crate) struct Bot {
    pub(crate) seat: SeatId,
    pub(crate) mirror: Mirror,
    /// The number of its last action.
    acted: ActionSeq,
    /// When it thought last.
    thought: Tick,
}

impl Bot {
    pub(crate) fn new(seat: SeatId) -> Self {
        Self { seat, mirror: Mirror::new(&SCHEMA), acted: ActionSeq(0), thought: Tick(0) }
    }

    /// Applies a frame. Now and then it acts on what it sees.
    pub(crate) fn play(&mut self, frame: &[u8]) -> Option<(ActionSeq, Action)> {
        let tick = self.mirror.apply(frame).expect("the frame builds on the one before").tick;
        if tick.since(self.thought) < PAUSE {
            return None;
        }
        self.thought = tick;
        let action = self.think()?;
        self.acted.0 += 1;
        Some((self.acted, action))
    }

    /// Away from the nearest orb that could eat it, otherwise to the best meal for the way.
    fn think(&self) -> Option<Action> {
        let (_, (x, y), own) = self.things().find(|(.., body)| body.seat == i32::from(self.seat.0))?;
        let away = |at: (i32, i32)| (i64::from(at.0 - x).pow(2) + i64::from(at.1 - y).pow(2)).isqrt();
        let danger = self.things().filter(|(.., body)| may_eat(body, &own)).min_by_key(|(_, at, _)| away(*at));
        if let Some((_, at, _)) = danger.filter(|(_, at, _)| away(*at) < 2_500) {
            let (x, y) = ((2 * x - at.0).clamp(0, FIELD.east), (2 * y - at.1).clamp(0, FIELD.south));
            return Some(Action::Go { x, y });
        }
        let meals = self.things().filter(|(.., body)| may_eat(&own, body));
        let (prey, at, body) = meals.max_by_key(|(_, at, body)| i64::from(body.mass) * 10_000 / (away(*at) + 100))?;
        Some(if body.seat == NOBODY { Action::Go { x: at.0, y: at.1 } } else { Action::Chase { prey } })
    }

    /// What is in view: its id, where it is, and its body.
    fn things(&self) -> impl Iterator<Item = (EntityId, (i32, i32), Body)> {
        self.mirror.ids().filter_map(|id| {
            let (motion, body) = (self.mirror.get(id, 0)?, self.mirror.get(id, 1)?);
            Some((id, (motion[0], motion[1]), Body { mass: body[0], seat: body[1] }))
        })
    }
}
