//! What a client did wrong, in words.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use messages::session::{PROTOCOL, Problem, ProblemCode};

/// A problem, and how the acknowledgement tells it: as `{error: problem}` or as the problem itself.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) problem: Problem,
    pub(super) as_reply: bool,
    /// Not the client's fault: told only where an acknowledgement waits, and not counted.
    pub(super) excused: bool,
}

impl Refused {
    /// The same, told as a `Reply`.
    pub(super) fn told_as_reply(self) -> Self {
        Self { as_reply: true, ..self }
    }
}

fn refused(code: ProblemCode, message: impl Into<String>) -> Refused {
    Refused { problem: Problem { code, message: message.into() }, as_reply: false, excused: false }
}

pub(super) fn unknown_event(name: &str) -> Refused {
    refused(ProblemCode::UnknownEvent, format!("there is no event {name:?}"))
}

pub(super) fn bad_arguments(detail: impl std::fmt::Display) -> Refused {
    refused(ProblemCode::BadArguments, detail.to_string())
}

pub(super) fn not_seated() -> Refused {
    refused(ProblemCode::NotSeated, "join a match first: send play or resume")
}

pub(super) fn too_late() -> Refused {
    Refused { excused: true, ..refused(ProblemCode::NotSeated, "the match is over") }
}

pub(super) fn already_seated() -> Refused {
    refused(ProblemCode::AlreadySeated, "this connection has a seat already: send leave first")
}

pub(super) fn unknown_token() -> Refused {
    refused(ProblemCode::UnknownToken, "no open match has a seat for this token")
}

pub(super) fn seat_taken() -> Refused {
    refused(ProblemCode::SeatTaken, "the seat was resumed on another connection")
}

pub(super) fn wrong_protocol(theirs: u32) -> Refused {
    refused(ProblemCode::WrongProtocol, format!("the client speaks protocol {theirs}, the server {PROTOCOL}"))
}

pub(super) fn too_fast(limit: u32) -> Refused {
    refused(ProblemCode::TooFast, format!("more than {limit} actions a second"))
}

pub(super) fn server_full() -> Refused {
    refused(ProblemCode::ServerFull, "the server takes no more matches now")
}

pub(super) fn too_many_plays(limit: usize) -> Refused {
    let message = format!("{limit} matches are open from your network: leave one, or try again in a minute");
    refused(ProblemCode::TooManyPlays, message)
}

pub(super) fn submit(error: engine::SubmitError) -> Refused {
    let code = match error {
        engine::SubmitError::NoSeat(_) => ProblemCode::NotSeated,
        engine::SubmitError::Stale { .. } => ProblemCode::StaleSequence,
        engine::SubmitError::Full => ProblemCode::TooFast,
    };
    refused(code, error.to_string())
}

/// How often each problem was answered.
#[derive(Debug, Default)]
pub(super) struct Problems {
    counts: Mutex<BTreeMap<String, u64>>,
}

impl Problems {
    pub(super) fn count(&self, code: ProblemCode) {
        let name = serde_json::to_value(code).ok().and_then(|name| name.as_str().map(str::to_owned));
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(name.unwrap_or_default()).or_default() += 1;
    }

    pub(super) fn read(&self) -> BTreeMap<String, u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
