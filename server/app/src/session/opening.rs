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
use crate::session::seats::{Seat, Table};
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
                    *player.place() = Place::Nowhere;
                }
                let _ = entrant.socket.emit("error", &(problem::server_full().problem,));
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
            Arc::new(Seat::new(entrant.token.clone(), id, handle.clone(), Arc::clone(&table)))
        })
        .collect();
    held.iter().for_each(|seat| session.seats.insert(seat));
    let _ = taken.set(held.clone());
    for place in entrants.len()..seats {
        let seat = Seat::new(String::new(), SeatId(place as u8), handle.clone(), Arc::clone(&table));
        handle.seat_computer(seat.id, Box::new(Computer::new(&seat.start(), seed, session.settings.computers)));
    }
    tracing::info!(id = handle.id().0, players = entrants.len(), seats, seed, "match opened");
    for (entrant, seat) in entrants.iter().zip(&held) {
        let waits = |place: &Place| matches!(place, Place::Waiting { token, .. } if *token == entrant.token);
        if entrant.socket.data::<Player>().is_some_and(|player| waits(&player.place())) {
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
    seat.disconnect();
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
    socket.join(&seat.room());
    if let Err(error) = socket.emit("start", &(start,)) {
        tracing::debug!(%error, "a player went before the start");
    }
    if let Some(before) = seat.connect(socket, &session.frame, base)
        && before.id() != socket.id()
    {
        // The same player on a newer connection: the older one is free to play elsewhere.
        if let Some(player) = before.data::<Player>() {
            player.rise(seat);
        }
        before.leave(&seat.room());
    }
    // A connection that broke meanwhile has had its farewell already, and would hold the seat's frames for ever.
    if !socket.is_connected() {
        seat.disconnect();
    }
}

/// The match has ended: tells the seat's player, and frees the connection.
fn finish(session: &Session, seat: &Arc<Seat>, ended: &Ended<Outcome>) {
    session.seats.remove(seat);
    let Some(socket) = seat.disconnect() else { return };
    if let Some(player) = socket.data::<Player>() {
        player.rise(seat);
    }
    socket.leave(&seat.room());
    let over = match ended {
        Ended::Over { outcome, tick } => Over { winner: outcome.winner, tick: tick.0, scores: outcome.scores.clone() },
        Ended::Abandoned | Ended::Failed | Ended::Shutdown => {
            Over { winner: None, tick: seat.handle.tick().0, scores: Vec::new() }
        }
    };
    let _ = socket.emit("over", &(over,));
}

fn random_seed() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    u64::from_le_bytes(bytes)
}
