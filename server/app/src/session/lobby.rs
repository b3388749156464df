//! Coming and going: play, resume, leave, and the waiting room in front of a match.

use std::sync::Arc;
use std::time::Duration;

use engine::Tick;
use host::{Group, QuickMatch, Ticket};
use messages::session::{Lobby, MAX_NAME, Notice, NoticeKind, PROTOCOL, Play, Reply, Resume, Seated};
use transport::{Args, Socket};

use crate::session::act::{Answer, Outcome, argument};
use crate::session::opening::{self, Entrant};
use crate::session::player::{Place, Player};
use crate::session::problem::{self, Refused};
use crate::session::seats::{self, Seat};
use crate::session::state::Session;

/// Longest match code, in characters.
const MAX_CODE: usize = 32;
/// Longest wait a player may ask for.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// Players who wait, by what they asked for: code and number of seats.
#[derive(Default)]
pub(super) struct WaitingRoom {
    room: QuickMatch<(Option<String>, u8), Entrant>,
    len: usize,
}

impl WaitingRoom {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn next_deadline(&self) -> Option<Duration> {
        self.room.next_deadline()
    }
}

type Waiting = Group<(Option<String>, u8), Entrant>;

/// `play`: takes a seat in a match that is about to start.
pub(super) fn play(session: &Arc<Session>, socket: &Socket, args: &Args) -> Outcome {
    let wanted: Option<Play> =
        if args.is_empty() { None } else { argument(args, 0, "what to play").map_err(Refused::told_as_reply)? };
    let wanted = check(wanted.unwrap_or_default()).map_err(Refused::told_as_reply)?;
    let Some(player) = socket.data::<Player>() else { return Err(problem::not_seated().told_as_reply()) };
    let mut place = player.place();
    if !matches!(*place, Place::Nowhere) {
        return Err(problem::already_seated().told_as_reply());
    }
    let name = wanted.name.unwrap_or_else(|| "Player".to_owned());
    let entrant = Entrant { socket: socket.clone(), name, token: seats::token() };
    let token = entrant.token.clone();
    let seats = wanted.players.unwrap_or(2);
    let full = if wanted.solo == Some(true) {
        *place = Place::Waiting(Ticket(0));
        Some((vec![entrant], usize::from(seats)))
    } else {
        let wait = Duration::from_millis(wanted.wait_ms.unwrap_or(session.settings.wait_ms).into()).min(MAX_WAIT);
        let mut waiting = session.waiting_room();
        let key = (wanted.code, seats);
        let (ticket, group) = waiting.room.join(key.clone(), usize::from(seats), entrant, session.now(), wait);
        waiting.len += 1;
        *place = Place::Waiting(ticket);
        let full = group.map(|group| waiting.take(group));
        if full.is_none()
            && let Some(group) = waiting.room.group(&key)
        {
            announce(session, group);
        }
        full
    };
    session.waiting_changed.notify_one();
    let session = Arc::clone(session);
    let after = full.map(|(entrants, seats)| -> Box<dyn FnOnce() + Send> {
        Box::new(move || opening::open(&session, entrants, seats))
    });
    Ok(Answer { after, ..seated(token) })
}

/// `resume`: takes a seat back.
pub(super) fn resume(session: &Arc<Session>, socket: &Socket, player: &Player, args: &Args) -> Outcome {
    let wanted: Resume = argument(args, 0, "the seat to resume").map_err(Refused::told_as_reply)?;
    if !matches!(*player.place(), Place::Nowhere) {
        return Err(problem::already_seated().told_as_reply());
    }
    let seat = session.seats.get(&wanted.token).filter(|seat| seat.handle.is_open());
    let seat = seat.ok_or_else(|| problem::unknown_token().told_as_reply())?;
    let (session, socket) = (Arc::clone(session), socket.clone());
    let after: Box<dyn FnOnce() + Send> = Box::new(move || {
        let start = seat.start();
        opening::sit(&session, &socket, &seat, wanted.tick.map(Tick), &start);
        notify(&session, &seat, NoticeKind::Back);
    });
    Ok(Answer { after: Some(after), ..seated(wanted.token) })
}

/// `leave`: gives the seat, or the place in the waiting room, up for good.
pub(super) fn leave(session: &Session, socket: &Socket, player: &Player) -> Answer {
    match std::mem::take(&mut *player.place()) {
        Place::Nowhere => {}
        Place::Waiting(ticket) => stop_waiting(session, ticket),
        Place::Seated(seat) => {
            socket.leave(&seat.room());
            notify(session, &seat, NoticeKind::Left);
            opening::give_up(session, &seat);
        }
    }
    serde_json::Value::Null.into()
}

/// The connection is gone; a seat is kept for its token, a place in the waiting room is not.
pub(super) fn lost(session: &Session, player: &Player) {
    match std::mem::take(&mut *player.place()) {
        Place::Nowhere => {}
        Place::Waiting(ticket) => stop_waiting(session, ticket),
        Place::Seated(seat) => {
            seat.disconnect();
            notify(session, &seat, NoticeKind::Lost);
        }
    }
}

/// Starts every match whose wait is over.
pub(super) fn start_due(session: &Arc<Session>) {
    let due: Vec<_> = {
        let mut waiting = session.waiting_room();
        let groups = waiting.room.due(session.now());
        groups.into_iter().map(|group| waiting.take(group)).collect()
    };
    for (entrants, seats) in due {
        opening::open(session, entrants, seats);
    }
}

impl WaitingRoom {
    /// A group leaves the room: its players in order of arrival, and the seats of their match.
    fn take(&mut self, group: Waiting) -> (Vec<Entrant>, usize) {
        self.len -= group.players.len();
        (group.players.into_iter().map(|(_, entrant)| entrant).collect(), group.seats)
    }
}

fn stop_waiting(session: &Session, ticket: Ticket) {
    let mut waiting = session.waiting_room();
    let Some((_, rest)) = waiting.room.leave(ticket) else { return };
    if let Some(group) = rest {
        announce(session, group);
    }
    waiting.len -= 1;
}

/// Tells everyone in a waiting group who is there.
fn announce(session: &Session, group: &Waiting) {
    let lobby = Lobby {
        names: group.players.iter().map(|(_, entrant)| entrant.name.clone()).collect(),
        seats: group.seats as u8,
        starts_in_ms: group.deadline.saturating_sub(session.now()).as_millis() as u32,
    };
    for (_, entrant) in &group.players {
        let _ = entrant.socket.emit("lobby", &(&lobby,));
    }
}

fn notify(session: &Session, seat: &Seat, what: NoticeKind) {
    let notice = Notice { seat: seat.id.0, what };
    let _ = session.server.to(&seat.room()).emit("notice", &(notice,));
}

fn seated(token: String) -> Answer {
    let reply = Reply { seated: Some(Seated { protocol: PROTOCOL, token }), error: None };
    serde_json::to_value(reply).unwrap_or_default().into()
}

fn check(wanted: Play) -> Result<Play, Refused> {
    if let Some(theirs) = wanted.protocol.filter(|theirs| *theirs != PROTOCOL) {
        return Err(problem::wrong_protocol(theirs));
    }
    if let Some(players) = wanted.players.filter(|players| !matches!(players, 2 | 4)) {
        return Err(problem::bad_arguments(format!("a match has 2 or 4 players, not {players}")));
    }
    length("name", wanted.name.as_deref(), MAX_NAME)?;
    length("code", wanted.code.as_deref(), MAX_CODE)?;
    Ok(wanted)
}

fn length(what: &str, text: Option<&str>, limit: usize) -> Result<(), Refused> {
    let Some(text) = text else { return Ok(()) };
    let count = text.chars().count();
    if text.trim().is_empty() || count > limit {
        return Err(problem::bad_arguments(format!("a {what} has 1 to {limit} characters, not {count}")));
    }
    if text.chars().any(char::is_control) {
        return Err(problem::bad_arguments(format!("a {what} has no control characters")));
    }
    Ok(())
}
