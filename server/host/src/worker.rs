//! A tick thread: many matches in a heap of deadlines. It sleeps until the next one and never spins.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use engine::Game;

use crate::Config;
use crate::command::Ended;
use crate::meter::Meter;
use crate::running::Running;

enum Order<G: Game> {
    Take(Box<Running<G>>),
    Stop,
}

/// The way to one tick thread.
pub(crate) struct Worker<G: Game> {
    orders: mpsc::Sender<Order<G>>,
    load: Arc<AtomicUsize>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl<G: Game> Worker<G> {
    pub(crate) fn spawn(place: usize, config: &Config, meter: &Arc<Meter>) -> std::io::Result<Self> {
        let (orders, inbox) = mpsc::channel();
        let load = Arc::new(AtomicUsize::new(0));
        let (config, meter, carried) = (config.clone(), Arc::clone(meter), Arc::clone(&load));
        let name = format!("tick-{place}");
        let thread = std::thread::Builder::new()
            .name(name)
            .spawn(move || Thread { config, meter, load: carried, inbox, heap: BinaryHeap::new(), next: 0 }.run())?;
        Ok(Self { orders, load, thread: Mutex::new(Some(thread)) })
    }

    /// Matches on this thread.
    pub(crate) fn load(&self) -> usize {
        self.load.load(Ordering::Acquire)
    }

    pub(crate) fn take(&self, running: Running<G>) {
        self.load.fetch_add(1, Ordering::AcqRel);
        // Only a host that has shut down has no thread; the match is then dropped, which closes it.
        let _ = self.orders.send(Order::Take(Box::new(running)));
    }

    pub(crate) fn stop(&self) {
        let _ = self.orders.send(Order::Stop);
    }

    pub(crate) fn join(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("a tick thread panicked");
        }
    }
}

/// A match and when it is due. Ties go to the older entry.
struct Due<G: Game> {
    at: Instant,
    order: u64,
    running: Box<Running<G>>,
}

impl<G: Game> PartialEq for Due<G> {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl<G: Game> Eq for Due<G> {}
impl<G: Game> PartialOrd for Due<G> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<G: Game> Ord for Due<G> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

struct Thread<G: Game> {
    config: Config,
    meter: Arc<Meter>,
    load: Arc<AtomicUsize>,
    inbox: mpsc::Receiver<Order<G>>,
    heap: BinaryHeap<Reverse<Due<G>>>,
    next: u64,
}

/// How long a thread without matches sleeps before it looks again; an order wakes it at once.
const IDLE: Duration = Duration::from_secs(3_600);

impl<G: Game> Thread<G> {
    fn run(mut self) {
        loop {
            let now = Instant::now();
            let wait = self.heap.peek().map_or(IDLE, |Reverse(due)| due.at.saturating_duration_since(now));
            let order = if wait.is_zero() { self.inbox.try_recv().ok() } else { self.inbox.recv_timeout(wait).ok() };
            match order {
                Some(Order::Take(running)) => {
                    self.push(Instant::now(), running);
                    continue;
                }
                Some(Order::Stop) => break,
                None => {}
            }
            let now = Instant::now();
            if self.heap.peek().is_some_and(|Reverse(due)| due.at <= now) {
                self.turn();
            }
        }
        for Reverse(due) in self.heap.drain() {
            due.running.end(Ended::Shutdown);
        }
    }

    fn turn(&mut self) {
        let Some(Reverse(Due { at, mut running, .. })) = self.heap.pop() else { return };
        if let Some(ended) = running.turn(at, &self.config, &self.meter) {
            self.load.fetch_sub(1, Ordering::AcqRel);
            running.end(ended);
            return;
        }
        let period = Running::<G>::period();
        let (next, now) = (at + period, Instant::now());
        let behind = now.saturating_duration_since(next);
        if behind > period * self.config.catch_up_ticks {
            // Too far behind to make up for: the match's clock is slowed rather than its players flooded.
            let skipped = u64::try_from(behind.as_micros() / period.as_micros()).unwrap_or(u64::MAX);
            tracing::warn!(tick = running.tick().0, skipped, "match fell behind");
            self.meter.skipped(skipped);
            self.push(now, running);
        } else {
            self.push(next, running);
        }
    }

    fn push(&mut self, at: Instant, running: Box<Running<G>>) {
        self.next += 1;
        self.heap.push(Reverse(Due { at, order: self.next, running }));
    }
}
