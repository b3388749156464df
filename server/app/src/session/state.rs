//! What all connections share, and which event goes where.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use game::Strategy;
use host::Host;
use tokio::sync::Notify;
use transport::{Args, FrameEvent, Server, Socket};

use crate::Settings;
use crate::session::lobby::WaitingRoom;
use crate::session::player::Player;
use crate::session::problem::Problems;
use crate::session::seats::Seats;
use crate::session::{act, lobby, problem};

/// The state of all sessions.
pub(crate) struct Session {
    pub(super) settings: Settings,
    pub(super) server: Server,
    host: Host<Strategy>,
    pub(super) frame: Arc<FrameEvent>,
    pub(super) seats: Seats,
    waiting: Mutex<WaitingRoom>,
    /// Told when the waiting room's next deadline may have changed.
    pub(super) waiting_changed: Notify,
    problems: Problems,
    started: Instant,
}

impl Session {
    /// Puts the handlers of all events on the server.
    pub(crate) fn install(server: &Server, host: Host<Strategy>, settings: &Settings) -> Arc<Self> {
        let session = Arc::new(Self {
            settings: settings.clone(),
            server: server.clone(),
            host,
            frame: Arc::new(FrameEvent::new("/", "frame")),
            seats: Seats::default(),
            waiting: Mutex::default(),
            waiting_changed: Notify::new(),
            problems: Problems::default(),
            started: Instant::now(),
        });
        let root = server.namespace("/");
        let on_connect = Arc::clone(&session);
        root.on_connect(move |socket, _auth| {
            socket.set_data(Player::new(on_connect.settings.actions_per_s, on_connect.now()));
            Ok(())
        });
        session.on(server, "play", |session, socket, _, args| lobby::play(session, socket, args));
        session.on(server, "resume", |session, socket, player, args| lobby::resume(session, socket, player, args));
        session.on(server, "leave", |session, socket, player, _| Ok(lobby::leave(session, socket, player)));
        session.on(server, "act", |session, _, player, args| act::act(session, player, args));
        session.on(server, "seen", |_, _, player, args| act::seen(player, args));
        session.on(server, "resync", |_, _, player, _| act::resync(player));
        session.on(server, "latency", |_, _, player, _| Ok(act::latency(player)));
        let unknown = Arc::clone(&session);
        root.on_any(move |socket, event, _args, ack| {
            let name: String = event.chars().take(40).collect();
            unknown.refuse(socket, ack, problem::unknown_event(&name));
        });
        let gone = Arc::clone(&session);
        root.on_disconnect(move |socket, reason| {
            tracing::debug!(socket = %socket.id(), %reason, "disconnected");
            if let Some(player) = socket.data::<Player>() {
                lobby::lost(&gone, &player);
            }
        });
        session
    }

    /// One event: its outcome answers the acknowledgement, and what is wrong goes to the client as a problem.
    fn on(
        self: &Arc<Self>,
        server: &Server,
        event: &'static str,
        handler: impl Fn(&Arc<Self>, &Socket, &Arc<Player>, &Args) -> act::Outcome + Send + Sync + 'static,
    ) {
        let session = Arc::clone(self);
        server.namespace("/").on(event, move |socket, args, ack| {
            let Some(player) = socket.data::<Player>() else { return };
            match handler(&session, socket, &player, args) {
                Ok(answer) => {
                    if let Some(ack) = ack {
                        let _ = ack.send(&(answer.reply,));
                    }
                    if let Some(after) = answer.after {
                        after();
                    }
                }
                Err(problem) => session.refuse(socket, ack, problem),
            }
        });
    }

    /// Answers something wrong, counts it, logs it once, and closes the connection where there is no end of it.
    fn refuse(&self, socket: &Socket, ack: Option<transport::Ack>, refused: problem::Refused) {
        let problem = &refused.problem;
        self.problems.count(problem.code);
        let Some(player) = socket.data::<Player>() else { return };
        if player.first_problem(problem.code) {
            tracing::info!(socket = %socket.id(), address = %socket.remote_addr(), code = ?problem.code, message = %problem.message, "bad input");
        }
        let told = match ack {
            Some(ack) if refused.as_reply => ack.send(&(serde_json::json!({ "error": problem }),)),
            Some(ack) => ack.send(&(problem,)),
            None => socket.emit("error", &(problem,)),
        };
        if let Err(error) = told {
            tracing::debug!(socket = %socket.id(), %error, "a problem was not told");
        }
        if player.count_problem() >= self.settings.max_problems {
            socket.disconnect(true, transport::CloseReason::Application("too many problems"));
        }
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
    pub(crate) fn problems(&self) -> BTreeMap<String, u64> {
        self.problems.read()
    }

    /// Starts matches whose wait is over. Runs as long as the server.
    pub(crate) async fn run_lobby(self: Arc<Self>) {
        loop {
            let next = self.waiting_room().next_deadline();
            let changed = self.waiting_changed.notified();
            match next {
                None => changed.await,
                Some(deadline) => {
                    tokio::select! {
                        () = changed => {}
                        () = tokio::time::sleep(deadline.saturating_sub(self.now())) => lobby::start_due(&self),
                    }
                }
            }
        }
    }
}
