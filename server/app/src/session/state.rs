//! What all connections share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use game::Strategy;
use host::Host;
use tokio::sync::Notify;
use transport::{FrameEvent, Server};

use crate::Settings;
use crate::session::plays::Plays;
use crate::session::problem::Problems;
use crate::session::seats::Seats;
use crate::session::waiting::WaitingRoom;

/// The state of all sessions.
pub(crate) struct Session {
    pub(super) settings: Settings,
    pub(super) server: Server,
    host: Host<Strategy>,
    pub(super) frame: Arc<FrameEvent>,
    pub(super) seats: Seats,
    pub(super) plays: Plays,
    waiting: Mutex<WaitingRoom>,
    /// Told when the waiting room's next deadline may have changed.
    pub(super) waiting_changed: Notify,
    pub(super) problems: Problems,
    started: Instant,
}

impl Session {
    /// Fresh state, with nobody there.
    pub(crate) fn new(server: &Server, host: Host<Strategy>, settings: &Settings) -> Arc<Self> {
        Arc::new(Self {
            settings: settings.clone(),
            server: server.clone(),
            host,
            frame: Arc::new(FrameEvent::new("/", "frame")),
            seats: Seats::default(),
            plays: Plays::new(settings.max_plays_per_address),
            waiting: Mutex::default(),
            waiting_changed: Notify::new(),
            problems: Problems::default(),
            started: Instant::now(),
        })
    }

    /// Time since the server started: the clock of everything in the session.
    pub(super) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    pub(super) fn waiting_room(&self) -> MutexGuard<'_, WaitingRoom> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The host of all matches.
    pub(crate) const fn host(&self) -> &Host<Strategy> {
        &self.host
    }

    /// Seats of open matches that a player holds.
    pub(crate) fn open_seats(&self) -> usize {
        self.seats.len()
    }

    /// Players in the waiting room.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting_room().len()
    }

    /// Problems answered so far, by code.
    pub(crate) fn problem_counts(&self) -> BTreeMap<String, u64> {
        self.problems.read()
    }
}
