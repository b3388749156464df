//! One match on its tick thread: its mailbox, its step, and its frames.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use engine::{ActionSeq, Game, Handed, Match, SeatId, Tick};

use crate::Config;
use crate::command::{Command, Ended, OnEnd, Opening, Shared};
use crate::flow::Flow;
use crate::meter::Meter;
use crate::seats::{Attached, SeatState};

/// Links that are fetched together.
const BLOCK: usize = 16;

/// A match and everything its thread knows of it.
pub(crate) struct Running<G: Game> {
    game: Match<G>,
    seats: Vec<SeatState<G>>,
    shared: Arc<Shared>,
    commands: mpsc::Receiver<Command<G>>,
    on_end: Option<OnEnd<G::Outcome>>,
    /// Matches open in the whole host; this one counts until it is dropped.
    open: Arc<AtomicUsize>,
    /// Since when nobody is connected. `None` while somebody is.
    deserted_since: Option<Instant>,
    close_asked: bool,
    actions: Vec<G::Action>,
    /// Seats that are free after the next step.
    departing: Vec<SeatId>,
}

impl<G: Game> Running<G> {
    pub(crate) fn new(
        opening: Opening<G>,
        shared: Arc<Shared>,
        commands: mpsc::Receiver<Command<G>>,
        open: Arc<AtomicUsize>,
    ) -> Self {
        Self {
            game: opening.game,
            seats: (0..opening.seats).map(|_| SeatState::default()).collect(),
            shared,
            commands,
            on_end: Some(opening.on_end),
            open,
            deserted_since: None,
            close_asked: false,
            actions: Vec::new(),
            departing: Vec::new(),
        }
    }

    /// Time between two ticks.
    pub(crate) fn period() -> Duration {
        Duration::from_secs(1) / u32::from(G::RATE)
    }

    /// One turn: mailbox, step, frames. `Some` when the match has ended.
    pub(crate) fn turn(&mut self, deadline: Instant, config: &Config, meter: &Meter) -> Option<Ended<G::Outcome>> {
        let began = Instant::now();
        // A panic in the game must cost this match only. The match is dropped after it, so nothing broken is seen again.
        let turn = catch_unwind(AssertUnwindSafe(|| {
            self.read_mailbox();
            self.game.step();
            self.free_seats();
            let stepped = Instant::now();
            meter.stepped(began.saturating_duration_since(deadline), stepped - began);
            self.shared.tick.store(self.game.tick().0, Ordering::Relaxed);
            self.publish(stepped, config, meter);
            self.play_computers();
            meter.published(stepped.elapsed());
            self.game.outcome()
        }));
        match turn {
            Err(_) => Some(Ended::Failed),
            Ok(Some(outcome)) => Some(Ended::Over { outcome, tick: self.game.tick() }),
            Ok(None) if self.close_asked || self.deserted(began, config) => Some(Ended::Abandoned),
            Ok(None) => None,
        }
    }

    /// Tells everyone who waits for it that the match is gone.
    pub(crate) fn end(mut self, ended: Ended<G::Outcome>) {
        self.shared.open.store(false, Ordering::Release);
        let id = self.shared.id.0;
        match &ended {
            Ended::Failed => tracing::error!(id, tick = self.game.tick().0, "match failed: the game panicked"),
            Ended::Over { tick, .. } => tracing::info!(id, tick = tick.0, "match over"),
            Ended::Abandoned => tracing::info!(id, "match abandoned"),
            Ended::Shutdown => tracing::info!(id, "match closed with the server"),
        }
        if let Some(on_end) = self.on_end.take() {
            on_end(ended);
        }
    }

    fn read_mailbox(&mut self) {
        while let Ok(command) = self.commands.try_recv() {
            match command {
                Command::Submit { seat, seq, action } => {
                    if let Some(counters) = self.shared.seats.get(usize::from(seat.0)) {
                        counters.waiting.fetch_sub(1, Ordering::AcqRel);
                    }
                    if let Err(error) = self.game.submit(seat, seq, action) {
                        tracing::debug!(seat = seat.0, seq = seq.0, %error, "action not taken in");
                    }
                }
                Command::Attach { seat, id, link, base } => {
                    if let Some(state) = self.seat(seat) {
                        state.link = Some(Attached { id, link, handed: Handed::at(base), flow: Flow::default() });
                        state.computer = None;
                    }
                }
                Command::Detach { seat, id } => {
                    if let Some(state) = self.seat(seat) {
                        state.link.take_if(|attached| attached.id == id);
                    }
                }
                Command::Computer { seat, computer } => {
                    if let Some(state) = self.seat(seat) {
                        *state = SeatState { link: None, computer: Some(computer), computer_base: None };
                    }
                }
                Command::Seen { seat, tick, at } => {
                    self.game.acknowledge(seat, tick);
                    let now = self.game.tick();
                    if let Some(attached) = self.seat(seat).and_then(|state| state.link.as_mut()) {
                        attached.flow.seen(tick.min(now), at, Self::period());
                    }
                }
                Command::Resync { seat, applied } => {
                    if let Some(attached) = self.seat(seat).and_then(|state| state.link.as_mut()) {
                        attached.handed.lost(applied.or(attached.flow.newest_seen()));
                        attached.flow.restart();
                    }
                }
                Command::Arrive { seat } => {
                    if let Err(error) = self.game.arrive(seat) {
                        tracing::error!(seat = seat.0, %error, "a seat that was given could not be taken");
                    }
                }
                Command::Depart { seat } => match self.game.depart(seat) {
                    Ok(()) => {
                        if let Some(state) = self.seat(seat) {
                            *state = SeatState::default();
                        }
                        self.departing.push(seat);
                    }
                    Err(error) => tracing::debug!(seat = seat.0, %error, "a seat was not left"),
                },
                Command::Close => self.close_asked = true,
            }
        }
    }

    /// The engine has carried the departures out: others may take these seats now.
    fn free_seats(&mut self) {
        for seat in self.departing.drain(..) {
            if let Some(counters) = self.shared.seats.get(usize::from(seat.0)) {
                counters.taken.store(false, Ordering::Release);
            }
        }
    }

    fn seat(&mut self, seat: SeatId) -> Option<&mut SeatState<G>> {
        self.seats.get_mut(usize::from(seat.0))
    }

    /// One frame to each link that can take one. A link that can't costs nothing: its base just ages.
    fn publish(&mut self, now: Instant, config: &Config, meter: &Meter) {
        for place in 0..self.seats.len() {
            if place % BLOCK == 0 {
                let block = self.seats[place..].iter().take(BLOCK);
                block.filter_map(|state| state.link.as_ref()).for_each(Attached::fetch);
            }
            let Some(attached) = &mut self.seats[place].link else { continue };
            if !attached.link.ready() || !attached.flow.open(now, G::RATE, config) {
                continue;
            }
            let Some(frame) = self.game.frame_for(SeatId(place as u8), &attached.handed) else { continue };
            if attached.link.send(&frame) {
                let bytes = frame.view.len() + frame.seat.len();
                attached.handed.took(&frame);
                attached.flow.sent(frame.tick, bytes, now);
                meter.frame(frame.kind, bytes);
            }
        }
    }

    fn play_computers(&mut self) {
        for (place, state) in self.seats.iter_mut().enumerate() {
            let seat = SeatId(place as u8);
            let Some(computer) = &mut state.computer else { continue };
            let Some(frame) = self.game.frame(seat, state.computer_base) else { continue };
            state.computer_base = Some(frame.tick);
            computer.play(&frame, &mut self.actions);
            // A computer applies what it gets at once, and takes over the numbering of whoever sat there before.
            self.game.acknowledge(seat, frame.tick);
            for action in self.actions.drain(..) {
                let seq = ActionSeq(self.game.submitted(seat).0.saturating_add(1));
                if let Err(error) = self.game.submit(seat, seq, action) {
                    tracing::debug!(seat = place, %error, "computer's action not taken in");
                }
            }
        }
    }

    fn deserted(&mut self, now: Instant, config: &Config) -> bool {
        if self.seats.iter().any(|state| state.link.is_some()) {
            self.deserted_since = None;
            return false;
        }
        now - *self.deserted_since.get_or_insert(now) >= config.abandon_after
    }

    /// The newest tick, for logs.
    pub(crate) fn tick(&self) -> Tick {
        self.game.tick()
    }
}

impl<G: Game> Drop for Running<G> {
    fn drop(&mut self) {
        self.shared.open.store(false, Ordering::Release);
        self.open.fetch_sub(1, Ordering::AcqRel);
    }
}
