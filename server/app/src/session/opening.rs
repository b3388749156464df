//! From a group of players to a running match, and from its end back to free players.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use engine::{Match, SeatId};
use game::{Outcome, SeatSetup, Setup, Strategy};
use host::{Ended, Opening};
use messages::session::{Over, SeatInfo, Start};
use transport::Socket;

use crate::session::computer::Computer;
use crate::session::player::{Place, Player};
use crate::session::problem;
use crate::session::seats::{GivenUp, Seat, Table};
use crate::session::state::Session;
use crate::session::waiting::{Entrant, Party};

/// Names of computer players, by seat.
const COMPUTERS: [&str; 4] = ["Ada", "Boole", "Cantor", "Dirac"];

/// Opens a match for these players; computers take the other seats. Building the ground takes milliseconds, so this
/// runs where waiting is allowed.
pub(super) fn open(session: &Arc<Session>, (entrants, seats): Party) {
    let session = Arc::clone(session);
    tokio::task::spawn_blocking(move || {
        if let Err(entrants) = try_open(&session, entrants, seats) {
            for entrant in entrants {
                if let Some(player) = entrant.socket.data::<Player>() {
                    let mut place = player.place();
                    if place.awaits(&entrant.token) {
                        *place = Place::Nowhere;
                    }
                }
                tell(&entrant.socket, "error", &problem::server_full().problem);
            }
        }
    });
}

fn try_open(session: &Arc<Session>, entrants: Vec<Entrant>, seats: usize) -> Result<(), Vec<Entrant>> {
    let seed = session.settings.seed.unwrap_or_else(random_seed);
    let name = |place: usize| {
        let human = entrants.get(place).map(|entrant| entrant.name.clone());
        human.unwrap_or_else(|| COMPUTERS[place % COMPUTERS.len()].to_owned())
    };
    let infos: Vec<SeatInfo> = (0..seats)
        .map(|place| SeatInfo { name: name(place), team: place as u8, computer: place >= entrants.len() })
        .collect();
    let setups =
        infos.iter().map(|info| SeatSetup { name: info.name.clone(), team: info.team, computer: info.computer });
    let game = Match::<Strategy>::new(&Setup::new(seed, setups.collect()));
    let map = Strategy::map_info(game.world());
    let table = Arc::new(Table { seats: infos, map, players: AtomicUsize::new(entrants.len()) });

    // The end of the match needs the seats, which need the match's handle.
    let taken: Arc<OnceLock<Vec<Arc<Seat>>>> = Arc::default();
    let (ending, ended_seats) = (Arc::clone(session), Arc::clone(&taken));
    let on_end = Box::new(move |ended| {
        for seat in ended_seats.get().into_iter().flatten() {
            finish(&ending, seat, &ended);
        }
    });
    let Some(handle) = session.host().open(Opening { game, seats, on_end }) else { return Err(entrants) };
    let seats_of = entrants.iter().enumerate();
    let held: Vec<Arc<Seat>> = seats_of
        .map(|(place, entrant)| {
            let id = SeatId(place as u8);
            let play = Some(Arc::clone(&entrant.play));
            Arc::new(Seat::new(entrant.token.clone(), id, handle.clone(), Arc::clone(&table), play))
        })
        .collect();
    held.iter().for_each(|seat| session.seats.insert(seat));
    let _ = taken.set(held.clone());
    for place in entrants.len()..seats {
        let seat = Seat::new(String::new(), SeatId(place as u8), handle.clone(), Arc::clone(&table), None);
        handle.seat_computer(seat.id, Box::new(Computer::new(&seat.start(), seed, session.settings.computers)));
    }
    tracing::info!(id = handle.id().0, players = entrants.len(), seats, seed, "match opened");
    for (entrant, seat) in entrants.iter().zip(&held) {
        if entrant.socket.data::<Player>().is_some_and(|player| player.place().awaits(&entrant.token)) {
            sit(session, &entrant.socket, seat, None, &seat.start());
        } else {
            // Gone while the match was being built: a player that never came is one that left.
            give_up(session, seat);
        }
    }
    Ok(())
}

/// The seat's player is gone for good: a computer plays on, or the match closes when nobody is left.
pub(super) fn give_up(session: &Session, seat: &Arc<Seat>) {
    session.seats.remove(seat);
    if !seat.give_up() {
        return;
    }
    if seat.table.players.fetch_sub(1, Ordering::AcqRel) == 1 {
        seat.handle.close();
    } else {
        let seed = u64::from(seat.handle.tick().0);
        seat.handle.seat_computer(seat.id, Box::new(Computer::new(&seat.start(), seed, session.settings.computers)));
    }
}

/// Sits a connection down: `start` first, then frames.
pub(super) fn sit(session: &Session, socket: &Socket, seat: &Arc<Seat>, base: Option<engine::Tick>, start: &Start) {
    let Some(player) = socket.data::<Player>() else { return };
    *player.place() = Place::Seated(Arc::clone(seat));
    socket.join(seat.room());
    tell(socket, "start", start);
    match seat.connect(socket, &session.frame, base) {
        Err(GivenUp) => {
            player.rise(seat);
            socket.leave(seat.room());
            tell(socket, "error", &problem::unknown_token().problem);
        }
        Ok(Some(before)) if before.id() != socket.id() => {
            // The same player on a newer connection: the older one is told, and free to play elsewhere.
            if let Some(player) = before.data::<Player>() {
                player.rise(seat);
            }
            before.leave(seat.room());
            tell(&before, "error", &problem::seat_taken().problem);
        }
        Ok(_) => {}
    }
    // A connection that broke meanwhile has had its farewell already, and would hold the seat's frames for ever.
    if !socket.is_connected() {
        seat.disconnect_from(socket);
    }
}

/// Emits an event that may find its socket gone.
fn tell<T: serde::Serialize>(socket: &Socket, event: &str, argument: &T) {
    if let Err(error) = socket.emit(event, &(argument,)) {
        tracing::debug!(socket = %socket.id(), event, %error, "not told");
    }
}

/// The match has ended: tells the seat's player, and frees the connection.
fn finish(session: &Session, seat: &Arc<Seat>, ended: &Ended<Outcome>) {
    session.seats.remove(seat);
    let Some(socket) = seat.disconnect() else { return };
    if let Some(player) = socket.data::<Player>() {
        player.rise(seat);
    }
    socket.leave(seat.room());
    let over = match ended {
        Ended::Over { outcome, tick } => Over { winner: outcome.winner, tick: tick.0, scores: outcome.scores.clone() },
        Ended::Abandoned | Ended::Failed | Ended::Shutdown => {
            Over { winner: None, tick: seat.handle.tick().0, scores: Vec::new() }
        }
    };
    tell(&socket, "over", &over);
}

fn random_seed() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    u64::from_le_bytes(bytes)
}
