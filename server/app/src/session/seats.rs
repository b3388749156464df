//! The seats of open matches, by the token that takes them back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use engine::{Frame, SeatId, Tick};
use game::Strategy;
use host::{LinkId, MatchHandle};
use messages::session::{MapInfo, SeatInfo, Start};
use transport::{FrameEvent, Socket};

use crate::session::plays::OpenPlay;

/// What all seats of one match share.
pub(super) struct Table {
    pub(super) seats: Vec<SeatInfo>,
    pub(super) map: MapInfo,
    /// Players who have not left for good.
    pub(super) players: AtomicUsize,
}

/// A player's seat in an open match.
pub(super) struct Seat {
    pub(super) token: String,
    pub(super) id: SeatId,
    pub(super) handle: MatchHandle<Strategy>,
    pub(super) table: Arc<Table>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The connection that sits here now.
    connection: Option<(Socket, LinkId)>,
    /// The player has left for good; nobody sits down here again.
    given_up: bool,
    /// The player's share of open plays. Gone with the player, whoever still holds the seat.
    play: Option<Arc<OpenPlay>>,
}

/// The seat was given up before someone could sit down.
#[derive(Debug)]
pub(super) struct GivenUp;

impl Seat {
    pub(super) fn new(
        token: String,
        id: SeatId,
        handle: MatchHandle<Strategy>,
        table: Arc<Table>,
        play: Option<Arc<OpenPlay>>,
    ) -> Self {
        Self { token, id, handle, table, state: Mutex::new(State { play, ..State::default() }) }
    }

    /// The transport room of everyone in the match.
    pub(super) fn room(&self) -> String {
        format!("match:{}", self.handle.id().0)
    }

    /// What `start` says to this seat.
    pub(super) fn start(&self) -> Start {
        Start {
            match_id: self.handle.id().0.to_string(),
            epoch: 0,
            seat: self.id.0,
            rate: <Strategy as engine::Game>::RATE,
            applied: self.handle.submitted(self.id).0,
            seats: self.table.seats.clone(),
            map: self.table.map.clone(),
        }
    }

    /// Sends the seat's frames to this socket from now on. Returns the socket that had them before.
    pub(super) fn connect(
        &self,
        socket: &Socket,
        frame: &Arc<FrameEvent>,
        base: Option<Tick>,
    ) -> Result<Option<Socket>, GivenUp> {
        let mut state = self.state();
        if state.given_up {
            return Err(GivenUp);
        }
        let link = SocketLink { socket: socket.clone(), frame: Arc::clone(frame) };
        let id = self.handle.attach(self.id, Box::new(link), base);
        Ok(state.connection.replace((socket.clone(), id)).map(|(socket, _)| socket))
    }

    /// Stops sending frames.
    pub(super) fn disconnect(&self) -> Option<Socket> {
        self.state().detach(self)
    }

    /// Stops sending frames if they go to this socket: one that was replaced must not take them from its successor.
    pub(super) fn disconnect_from(&self, socket: &Socket) {
        let mut state = self.state();
        if state.connection.as_ref().is_some_and(|(held, _)| held.id() == socket.id()) {
            state.detach(self);
        }
    }

    /// The player leaves for good. True the first time.
    pub(super) fn give_up(&self) -> bool {
        let mut state = self.state();
        state.detach(self);
        !std::mem::replace(&mut state.given_up, true)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn detach(&mut self, seat: &Seat) -> Option<Socket> {
        let (socket, id) = self.connection.take()?;
        seat.handle.detach(seat.id, id);
        Some(socket)
    }
}

/// Hands frames to a socket from the tick thread.
struct SocketLink {
    socket: Socket,
    frame: Arc<FrameEvent>,
}

impl host::Link for SocketLink {
    fn fetch(&self) {
        self.socket.fetch();
    }

    fn ready(&self) -> bool {
        self.socket.ready()
    }

    fn send(&mut self, frame: &Frame) -> bool {
        self.socket.send_frame(&self.frame, &[frame.view.clone(), frame.seat.clone()])
    }
}

/// All seats that players hold, by token.
#[derive(Default)]
pub(super) struct Seats {
    by_token: Mutex<HashMap<String, Arc<Seat>>>,
    count: AtomicUsize,
}

impl Seats {
    pub(super) fn insert(&self, seat: &Arc<Seat>) {
        let mut seats = self.lock();
        seats.insert(seat.token.clone(), Arc::clone(seat));
        self.count.store(seats.len(), Ordering::Relaxed);
    }

    pub(super) fn get(&self, token: &str) -> Option<Arc<Seat>> {
        self.lock().get(token).map(Arc::clone)
    }

    /// The seat is held no more: it counts for its player's address no longer.
    pub(super) fn remove(&self, seat: &Seat) {
        let mut seats = self.lock();
        seats.remove(&seat.token);
        self.count.store(seats.len(), Ordering::Relaxed);
        drop(seats);
        let play = seat.state().play.take();
        drop(play);
    }

    pub(super) fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Seat>>> {
        self.by_token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A secret nobody can guess: 16 bytes of the system's random generator, as 22 characters.
pub(super) fn token() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
