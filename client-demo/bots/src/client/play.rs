//! One player over real sockets: connects, plays match after match with a brain, comes back after a loss, leaves when
//! told to. Owns the loop and the clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use engineio::Transport;
use messages::Action;
use messages::session::Play;
use socketio::Parser;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::link::{Input, Link};
use super::seat::{Happening, Seat};
use super::{Address, Connection, ConnectionEvent, Tally, Traffic, Way};
use crate::brain::{Brain, Skill};

/// Time between two attempts to connect.
const RETRY: Duration = Duration::from_millis(500);
/// Without a frame for so long in a running match, something is wrong.
const STALL: Duration = Duration::from_secs(10);
/// Time for a goodbye.
const GOODBYE: Duration = Duration::from_secs(3);

/// What all players of a process share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The server.
    pub address: Address,
    /// Transports to use.
    pub way: Way,
    /// Parser to speak.
    pub parser: Parser,
    /// Becomes true when it is time to leave.
    pub stop: watch::Receiver<bool>,
    /// What all of them count.
    pub tally: Arc<Mutex<Tally>>,
    /// Bytes on all their sockets.
    pub traffic: Arc<Traffic>,
    /// Where time is counted from.
    pub origin: Instant,
}

impl Shared {
    fn now(&self) -> Duration {
        self.origin.elapsed()
    }

    /// The counters, locked.
    pub fn tally(&self) -> MutexGuard<'_, Tally> {
        // Counters stay true whatever panicked while holding them.
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a connection ended.
enum End {
    /// It was time.
    Stopped,
    /// It was lost.
    Lost,
}

/// One player.
pub struct Player<F> {
    shared: Shared,
    /// The match to ask for, by the number of matches played before.
    plan: F,
    seed: u64,
    skill: Skill,
    /// See [`Brain::with_pace`].
    pace: u32,
    round: u32,
    brain: Option<Brain>,
    out: Vec<Action>,
    /// When a frame came last, or the match began. `None` outside a match.
    frame_at: Option<Duration>,
    /// The kind of the newest socket error, to name the loss it leads to.
    failure: Option<&'static str>,
}

impl<F: FnMut(u32) -> Play> Player<F> {
    /// A player that asks for the matches of `plan`. `pace`: longest silence in ticks, 0 for any.
    pub const fn new(shared: Shared, plan: F, seed: u64, skill: Skill, pace: u32) -> Self {
        Self { shared, plan, seed, skill, pace, round: 0, brain: None, out: Vec::new(), frame_at: None, failure: None }
    }

    /// Plays until told to stop.
    pub async fn run(mut self) {
        let mut seat = Seat::new((self.plan)(0));
        while !*self.shared.stop.borrow() {
            let (address, traffic) = (self.shared.address.clone(), Arc::clone(&self.shared.traffic));
            let opening = Link::open(address, self.shared.way, traffic);
            match opening.await {
                Ok(link) => {
                    let begun = self.shared.now();
                    self.shared.tally().connected += 1;
                    let end = self.connected(link, &mut seat).await;
                    self.shared.tally().connected -= 1;
                    self.shared.tally().client_seconds += (self.shared.now() - begun).as_secs_f64();
                    if matches!(end, End::Stopped) {
                        return;
                    }
                }
                Err(error) => self.shared.tally().error(error.kind()),
            }
            let mut stop = self.shared.stop.clone();
            // Either outcome leads back to the loop's condition.
            let _ = timeout(RETRY, stopped(&mut stop)).await;
        }
    }

    async fn connected(&mut self, mut link: Link, seat: &mut Seat) -> End {
        let transport = if self.shared.way == Way::WebSocket { Transport::WebSocket } else { Transport::Polling };
        let mut connection = Connection::new(self.shared.now(), self.shared.parser, transport);
        let mut stop = self.shared.stop.clone();
        let timer = sleep(Duration::from_secs(1));
        tokio::pin!(timer);
        loop {
            if let Some(end) = self.settle(seat, &mut connection, &mut link) {
                link.close(&mut connection).await;
                return end;
            }
            if link.transmit(&mut connection).await.is_err() {
                link.drop_socket();
                connection.lost(self.shared.now(), Transport::WebSocket, true);
                continue;
            }
            let due = self.due(&connection);
            if timer.deadline() != due {
                timer.as_mut().reset(due);
            }
            let input = tokio::select! {
                biased;
                input = link.next() => Some(input),
                () = &mut timer => None,
                () = stopped(&mut stop) => {
                    self.goodbye(link, connection, seat).await;
                    return End::Stopped;
                }
            };
            match input {
                Some(input) => self.receive(input, &mut connection),
                None => self.tick(&mut connection, seat),
            }
        }
    }

    /// When something is due next; a second from now at the latest.
    fn due(&self, connection: &Connection) -> Instant {
        let stall = self.frame_at.map(|at| at + STALL);
        let next = [connection.poll_timeout(), stall].into_iter().flatten().min();
        self.shared.origin + next.unwrap_or_else(|| self.shared.now() + Duration::from_secs(1))
    }

    fn tick(&mut self, connection: &mut Connection, seat: &Seat) {
        let now = self.shared.now();
        connection.handle_timeout(now);
        if self.frame_at.is_some_and(|at| now >= at + STALL) {
            self.frame_at = seat.is_seated().then_some(now);
            self.shared.tally().error("no frame for 10 s");
        }
    }

    fn receive(&mut self, input: Input, connection: &mut Connection) {
        let now = self.shared.now();
        match input {
            Input::Text(text) => connection.receive_text(now, &text),
            Input::Binary(bytes) => connection.receive_binary(now, bytes),
            Input::Payload(body) => connection.receive_payload(now, body),
            Input::Posted => connection.posted(now),
            Input::Opened => {
                if connection.engine_mut().begin_upgrade(now).is_err() {
                    self.shared.tally().error("upgrade not offered");
                }
            }
            Input::Lost(via, error) => {
                self.failure = error;
                connection.lost(now, via, error.is_some());
            }
        }
    }

    /// Handles everything that happened. `Some` when the connection is over.
    fn settle(&mut self, seat: &mut Seat, connection: &mut Connection, link: &mut Link) -> Option<End> {
        while let Some(event) = connection.poll_event() {
            if event == ConnectionEvent::UpgradeAborted {
                link.drop_socket();
            }
            let now = self.shared.now();
            let happening = seat.handle(now, event, connection, &mut self.shared.tally());
            match happening {
                Some(Happening::Started { start, resumed }) => {
                    self.frame_at = Some(now);
                    if !resumed || self.brain.is_none() {
                        let seed = self.seed.wrapping_add(u64::from(self.round));
                        self.brain = Some(Brain::new(&start, seed, self.skill).with_pace(self.pace));
                    }
                }
                Some(Happening::Frame) => {
                    self.frame_at = Some(now);
                    self.think(now, seat, connection);
                }
                Some(Happening::Over(_)) => self.again(now, seat, connection),
                Some(Happening::Closed(words)) => {
                    let cause = self.failure.take().unwrap_or(&words);
                    self.shared.tally().error(format!("connection lost ({cause})"));
                    self.frame_at = None;
                    return Some(End::Lost);
                }
                Some(Happening::Denied(_)) => {
                    self.frame_at = None;
                    return Some(End::Lost);
                }
                Some(Happening::Lobby(_) | Happening::Notice(_) | Happening::Left) | None => {}
            }
        }
        None
    }

    fn think(&mut self, now: Duration, seat: &mut Seat, connection: &mut Connection) {
        let Some(brain) = &mut self.brain else { return };
        self.out.clear();
        brain.think(seat.mirror(), &mut self.out);
        if !self.out.is_empty() {
            let mut tally = self.shared.tally.lock().unwrap_or_else(PoisonError::into_inner);
            for action in &self.out {
                seat.act(now, action, connection, &mut tally);
            }
        }
    }

    fn again(&mut self, now: Duration, seat: &mut Seat, connection: &mut Connection) {
        self.round += 1;
        self.brain = None;
        self.frame_at = None;
        seat.play(now, (self.plan)(self.round), connection);
    }

    /// Leaves the match and closes, within a bounded time.
    async fn goodbye(&mut self, mut link: Link, mut connection: Connection, seat: &mut Seat) {
        let leaving = async {
            if seat.is_seated() {
                seat.leave(self.shared.now(), &mut connection);
                'left: loop {
                    while let Some(event) = connection.poll_event() {
                        let now = self.shared.now();
                        let happening = seat.handle(now, event, &mut connection, &mut self.shared.tally());
                        if matches!(happening, Some(Happening::Left | Happening::Closed(_) | Happening::Over(_))) {
                            break 'left;
                        }
                    }
                    if link.transmit(&mut connection).await.is_err() {
                        break;
                    }
                    let input = link.next().await;
                    self.receive(input, &mut connection);
                }
            }
            connection.close(self.shared.now());
            link.close(&mut connection).await;
        };
        if timeout(GOODBYE, leaving).await.is_err() {
            self.shared.tally().error("no goodbye within 3 s");
        }
    }
}

/// Waits until it is time to leave, or until nobody is left to say so.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
