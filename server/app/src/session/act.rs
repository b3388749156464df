//! Events of a player who sits in a match.

use engine::{ActionSeq, Tick};
use messages::Action;
use serde_json::Value;
use transport::Args;

use crate::session::player::Player;
use crate::session::problem::{self, Refused};
use crate::session::state::Session;

/// What an event comes to.
pub(super) type Outcome = Result<Answer, Refused>;

/// The answer to an event, and what happens once it is on its way.
pub(super) struct Answer {
    /// The acknowledgement's argument.
    pub(super) reply: Value,
    /// Runs after the acknowledgement was queued, so that what it sends comes later.
    pub(super) after: Option<Box<dyn FnOnce() + Send>>,
}

impl From<Value> for Answer {
    fn from(reply: Value) -> Self {
        Self { reply, after: None }
    }
}

/// `act`: number, action.
pub(super) fn act(session: &Session, player: &Player, args: &Args) -> Outcome {
    let seat = player.seat()?;
    if !player.may_act(session.now()) {
        return Err(problem::too_fast(session.settings.actions_per_s));
    }
    let seq: u32 = argument(args, 0, "the action's number")?;
    let action: Action = argument(args, 1, "the action")?;
    seat.handle.submit(seat.id, ActionSeq(seq), action).map_err(problem::submit)?;
    Ok(Value::Null.into())
}

/// `seen`: tick.
pub(super) fn seen(player: &Player, args: &Args) -> Outcome {
    let seat = player.seat()?;
    let tick: u32 = argument(args, 0, "the tick")?;
    seat.handle.seen(seat.id, Tick(tick));
    Ok(Value::Null.into())
}

/// `resync`: the last tick applied, which may be left out.
pub(super) fn resync(player: &Player, args: &Args) -> Outcome {
    let seat = player.seat()?;
    let applied: Option<u32> = if args.is_empty() { None } else { argument(args, 0, "the last tick applied")? };
    seat.handle.resync(seat.id, applied.map(Tick));
    Ok(Value::Null.into())
}

/// `latency`: the match's tick, or null.
pub(super) fn latency(player: &Player) -> Answer {
    player.seat().map_or(Value::Null, |seat| seat.handle.tick().0.into()).into()
}

/// One argument, or words for what is wrong with it.
pub(super) fn argument<T: serde::de::DeserializeOwned>(args: &Args, place: usize, what: &str) -> Result<T, Refused> {
    args.get(place).map_err(|error| problem::bad_arguments(format!("{what} (argument {}): {error}", place + 1)))
}
