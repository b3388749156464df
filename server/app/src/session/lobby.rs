//! Coming and going: play, resume, leave.

use std::sync::Arc;
use std::time::Duration;

use engine::Tick;
use messages::session::{MAX_NAME, Notice, NoticeKind, PROTOCOL, Play, Reply, Resume, Seated};
use transport::{Args, Broadcast, Socket};

use crate::session::act::{Answer, Outcome, argument};
use crate::session::opening;
use crate::session::player::{Place, Player};
use crate::session::problem::{self, Refused};
use crate::session::seats::{self, Seat};
use crate::session::state::Session;
use crate::session::waiting::Entrant;

/// Longest match code, in characters.
const MAX_CODE: usize = 32;
/// Longest wait a player may ask for.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// `play`: takes a seat in a match that is about to start.
pub(super) fn play(session: &Arc<Session>, socket: &Socket, player: &Player, args: &Args) -> Outcome {
    let wanted: Option<Play> =
        if args.is_empty() { None } else { argument(args, 0, "what to play").map_err(Refused::told_as_reply)? };
    let wanted = check(wanted.unwrap_or_default()).map_err(Refused::told_as_reply)?;
    let mut place = player.place();
    if !place.is_free() {
        return Err(problem::already_seated().told_as_reply());
    }
    let Some(play) = session.plays.open(socket.counted_addr()) else {
        return Err(problem::too_many_plays(session.settings.max_plays_per_address).told_as_reply());
    };
    let name = wanted.name.unwrap_or_else(|| "Player".to_owned());
    let entrant = Entrant { socket: socket.clone(), name, token: seats::token(), play: Arc::new(play) };
    let token = entrant.token.clone();
    let seats = wanted.players.unwrap_or(2);
    let key = (wanted.code, seats);
    let party = if wanted.solo == Some(true) {
        *place = Place::Waiting { ticket: None, token: token.clone() };
        Some((vec![entrant], usize::from(seats)))
    } else {
        let wait = Duration::from_millis(wanted.wait_ms.unwrap_or(session.settings.wait_ms).into()).min(MAX_WAIT);
        let (ticket, party) = session.waiting_room().join(&key, entrant, session.now(), wait);
        *place = Place::Waiting { ticket: Some(ticket), token: token.clone() };
        session.waiting_changed.notify_one();
        party
    };
    let session = Arc::clone(session);
    let after: Box<dyn FnOnce() + Send> = Box::new(move || match party {
        Some(party) => opening::open(&session, party),
        None => session.waiting_room().announce(&key, session.now()),
    });
    let after = Some(after);
    Ok(Answer { after, ..seated(token) })
}

/// `resume`: takes a seat back.
pub(super) fn resume(session: &Arc<Session>, socket: &Socket, player: &Player, args: &Args) -> Outcome {
    let wanted: Resume = argument(args, 0, "the seat to resume").map_err(Refused::told_as_reply)?;
    if !player.place().is_free() {
        return Err(problem::already_seated().told_as_reply());
    }
    let seat = session.seats.get(&wanted.token).filter(|seat| seat.handle.is_open());
    let seat = seat.ok_or_else(|| problem::unknown_token().told_as_reply())?;
    let (session, socket) = (Arc::clone(session), socket.clone());
    let after: Box<dyn FnOnce() + Send> = Box::new(move || {
        let start = seat.start();
        opening::sit(&session, &socket, &seat, wanted.tick.map(Tick), &start);
        notify(socket.to(seat.room()), &seat, NoticeKind::Back);
    });
    Ok(Answer { after: Some(after), ..seated(wanted.token) })
}

/// `leave`: gives the seat, or the place in the waiting room, up for good.
pub(super) fn leave(session: &Session, socket: &Socket, player: &Player) -> Answer {
    let before = {
        let mut place = player.place();
        let after = if matches!(*place, Place::Seated(_)) { Place::Done } else { Place::Nowhere };
        std::mem::replace(&mut *place, after)
    };
    match before {
        Place::Nowhere | Place::Done => {}
        Place::Waiting { ticket, .. } => {
            if let Some(ticket) = ticket {
                session.waiting_room().leave(ticket, session.now());
            }
        }
        Place::Seated(seat) => {
            socket.leave(seat.room());
            notify(session.server.to(seat.room()), &seat, NoticeKind::Left);
            opening::give_up(session, &seat);
        }
    }
    serde_json::Value::Null.into()
}

/// The connection is gone; a seat is kept for its token, a place in the waiting room is not.
pub(super) fn lost(session: &Session, socket: &Socket, player: &Player) {
    match std::mem::replace(&mut *player.place(), Place::Done) {
        Place::Nowhere | Place::Done => {}
        Place::Waiting { ticket, .. } => {
            if let Some(ticket) = ticket {
                session.waiting_room().leave(ticket, session.now());
            }
        }
        Place::Seated(seat) => {
            seat.disconnect_from(socket);
            notify(session.server.to(seat.room()), &seat, NoticeKind::Lost);
        }
    }
}

/// Starts matches whose wait is over. Runs as long as the server.
pub(crate) async fn run(session: Arc<Session>) {
    loop {
        let next = session.waiting_room().next_deadline();
        let changed = session.waiting_changed.notified();
        match next {
            None => changed.await,
            Some(deadline) => {
                tokio::select! {
                    () = changed => {}
                    () = tokio::time::sleep(deadline.saturating_sub(session.now())) => start_due(&session),
                }
            }
        }
    }
}

fn start_due(session: &Arc<Session>) {
    let due = session.waiting_room().due(session.now());
    for party in due {
        opening::open(session, party);
    }
}

fn notify(others: Broadcast, seat: &Seat, what: NoticeKind) {
    let notice = Notice { seat: seat.id.0, what };
    if let Err(error) = others.emit("notice", &(notice,)) {
        tracing::debug!(%error, "a notice was not sent");
    }
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
    if text.trim().is_empty() {
        return Err(problem::bad_arguments(format!("a {what} can't be blank")));
    }
    if count > limit {
        return Err(problem::bad_arguments(format!("a {what} has 1 to {limit} characters, not {count}")));
    }
    if text.chars().any(char::is_control) {
        return Err(problem::bad_arguments(format!("a {what} has no control characters")));
    }
    Ok(())
}
