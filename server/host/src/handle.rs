//! The host and the handles it gives out. Everything here may be called from any thread and never waits for a tick.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Instant;

use engine::{ActionSeq, Game, MAX_WAITING, SeatId, SubmitError, Tick};

use crate::command::{Command, MatchId, Opening, SeatCounters, Shared};
use crate::meter::Meter;
use crate::running::Running;
use crate::seats::{Computer, Link, LinkId};
use crate::{Config, worker};

/// A way to one running match. Calls after its end do nothing.
pub struct MatchHandle<G: Game> {
    shared: Arc<Shared>,
    mailbox: mpsc::Sender<Command<G>>,
}

impl<G: Game> Clone for MatchHandle<G> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), mailbox: self.mailbox.clone() }
    }
}

impl<G: Game> MatchHandle<G> {
    /// The match's name.
    #[must_use]
    pub fn id(&self) -> MatchId {
        self.shared.id
    }

    /// The newest tick.
    #[must_use]
    pub fn tick(&self) -> Tick {
        Tick(self.shared.tick.load(Ordering::Relaxed))
    }

    /// False once the match has ended.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.shared.open.load(Ordering::Acquire)
    }

    /// Highest action number taken in from a seat.
    #[must_use]
    pub fn submitted(&self, seat: SeatId) -> ActionSeq {
        let counters = self.shared.seats.get(usize::from(seat.0));
        ActionSeq(counters.map_or(0, |counters| counters.submitted.load(Ordering::Relaxed)))
    }

    /// Takes an action in for the next tick.
    ///
    /// # Errors
    /// [`SubmitError`]; the action then never runs.
    pub fn submit(&self, seat: SeatId, seq: ActionSeq, action: G::Action) -> Result<(), SubmitError> {
        let counters = self.shared.seats.get(usize::from(seat.0)).ok_or(SubmitError::NoSeat(seat.0))?;
        if counters.waiting.fetch_add(1, Ordering::AcqRel) as usize >= MAX_WAITING {
            counters.waiting.fetch_sub(1, Ordering::AcqRel);
            return Err(SubmitError::Full);
        }
        let last = counters.submitted.fetch_max(seq.0, Ordering::AcqRel);
        if seq.0 <= last {
            counters.waiting.fetch_sub(1, Ordering::AcqRel);
            return Err(SubmitError::Stale { got: seq.0, last });
        }
        self.tell(Command::Submit { seat, seq, action });
        Ok(())
    }

    /// Sends the seat's frames there from now on, the first building on `base` where the match still can; takes the
    /// place of the seat's link or computer.
    pub fn attach(&self, seat: SeatId, link: Box<dyn Link>, base: Option<Tick>) -> LinkId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = LinkId(NEXT.fetch_add(1, Ordering::Relaxed));
        self.tell(Command::Attach { seat, id, link, base });
        id
    }

    /// Stops sending there. Does nothing when another link has taken its place.
    pub fn detach(&self, seat: SeatId, id: LinkId) {
        self.tell(Command::Detach { seat, id });
    }

    /// Lets a computer play the seat; its link, if there is one, is dropped.
    pub fn seat_computer(&self, seat: SeatId, computer: Box<dyn Computer<G>>) {
        self.tell(Command::Computer { seat, computer });
    }

    /// The seat's client has applied the frame of `tick`.
    pub fn seen(&self, seat: SeatId, tick: Tick) {
        self.tell(Command::Seen { seat, tick, at: Instant::now() });
    }

    /// Makes the seat's next frame a keyframe. `applied` is the last frame that the client could apply, if it says so: what
    /// came after it is told again.
    pub fn resync(&self, seat: SeatId, applied: Option<Tick>) {
        self.tell(Command::Resync { seat, applied });
    }

    /// Ends the match without a result.
    pub fn close(&self) {
        self.tell(Command::Close);
    }

    fn tell(&self, command: Command<G>) {
        // A match that has ended has no mailbox any more, and nothing to be told.
        let _ = self.mailbox.send(command);
    }
}

/// All running matches and the threads that step them. Clones are the same host.
pub struct Host<G: Game> {
    inner: Arc<Inner<G>>,
}

struct Inner<G: Game> {
    config: Config,
    workers: Vec<worker::Worker<G>>,
    meter: Arc<Meter>,
    open: Arc<AtomicUsize>,
    next_id: AtomicU64,
}

impl<G: Game> Clone for Host<G> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<G: Game> Host<G> {
    /// Starts the tick threads.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(config: Config) -> std::io::Result<Self> {
        let meter = Arc::new(Meter::default());
        let workers = (0..config.tick_threads.max(1)).map(|place| worker::Worker::spawn(place, &config, &meter));
        let workers = workers.collect::<std::io::Result<_>>()?;
        let open = Arc::new(AtomicUsize::new(0));
        Ok(Self { inner: Arc::new(Inner { config, workers, meter, open, next_id: AtomicU64::new(1) }) })
    }

    /// Starts a match on the tick thread that has the fewest. `None` when [`Config::max_matches`] are open.
    pub fn open(&self, opening: Opening<G>) -> Option<MatchHandle<G>> {
        let inner = &*self.inner;
        if inner.open.fetch_add(1, Ordering::AcqRel) >= inner.config.max_matches {
            inner.open.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        let counters = || SeatCounters { submitted: AtomicU32::new(0), waiting: AtomicU32::new(0) };
        let shared = Arc::new(Shared {
            id: MatchId(inner.next_id.fetch_add(1, Ordering::Relaxed)),
            tick: AtomicU32::new(0),
            open: AtomicBool::new(true),
            seats: (0..opening.seats).map(|_| counters()).collect(),
        });
        let (mailbox, commands) = mpsc::channel();
        let handle = MatchHandle { shared: Arc::clone(&shared), mailbox };
        let running = Running::new(opening, shared, commands, Arc::clone(&inner.open));
        let worker = inner.workers.iter().min_by_key(|worker| worker.load()).expect("a host has a worker");
        worker.take(running);
        Some(handle)
    }

    /// Matches that are open now.
    #[must_use]
    pub fn matches(&self) -> usize {
        self.inner.open.load(Ordering::Acquire)
    }

    /// What the tick threads have measured.
    #[must_use]
    pub fn meter(&self) -> &Meter {
        &self.inner.meter
    }

    /// Ends all matches ([`crate::Ended::Shutdown`]) and waits for the tick threads. Called once, off the tick threads.
    pub fn shutdown(&self) {
        self.inner.workers.iter().for_each(worker::Worker::stop);
        self.inner.workers.iter().for_each(worker::Worker::join);
    }
}
