//! A player's part of the protocol: the handshake of a match, frames into a mirror, actions and their receipts, coming
//! back. Outlives connections. Opens no socket and reads no clock.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use messages::session::{Lobby, Notice, Over, Play, Problem, ProblemCode, Reply, Resume, Start};
use messages::{Action, SCHEMA};
use serde::de::DeserializeOwned;
use socketio::{AckId, Args, Value};
use wire::{FrameError, Mirror};

use super::connection::{Connection, ConnectionEvent};
use super::tally::Tally;

/// Time between two `seen` events.
const SEEN_EVERY: Duration = Duration::from_millis(250);
/// Time after a frame that covers several ticks in which each is told: the server waits for it then.
const EAGER: Duration = Duration::from_secs(1);
/// How long an acknowledgement may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most actions whose receipts are awaited for measuring; older ones are given up.
const MOST_PENDING: usize = 1_024;

/// What a player has to know of.
#[derive(Debug)]
pub enum Happening {
    /// The match waits for others.
    Lobby(Lobby),
    /// The match begins, or goes on (`resumed`).
    Started {
        /// The start.
        start: Box<Start>,
        /// The seat was taken back; the match is the same as before.
        resumed: bool,
    },
    /// The mirror shows a new tick.
    Frame,
    /// The match has ended.
    Over(Over),
    /// Another player came or went.
    Notice(Notice),
    /// `play` or `resume` was refused.
    Denied(Problem),
    /// The seat was given up, or there was none.
    Left,
    /// The connection is over, with the reason in words.
    Closed(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Asked {
    Play,
    Resume,
    Leave,
}

/// A seat in one match after the other.
#[derive(Debug)]
pub struct Seat {
    play: Play,
    token: Option<String>,
    start: Option<Start>,
    mirror: Mirror,
    /// Number of the last action sent.
    seq: u32,
    asked: Option<(AckId, Asked)>,
    pending: VecDeque<(u32, Duration)>,
    seen_at: Duration,
    /// Until then each frame is answered.
    eager_until: Duration,
    /// Some frame of any match has come.
    ever: bool,
    /// How many of the newest frames were answered with `seen`: their answers may be under way.
    seen_lately: u64,
    /// Times the server said `not_seated` since the newest frame, though a match was going on as far as we know.
    unseated: u64,
    /// Events of the match before that may have met its end on the wire.
    in_flight: u64,
}

impl Seat {
    /// A player that will ask for this match.
    #[must_use]
    pub fn new(play: Play) -> Self {
        Self {
            play,
            token: None,
            start: None,
            mirror: Mirror::new(&SCHEMA),
            seq: 0,
            asked: None,
            pending: VecDeque::new(),
            seen_at: Duration::ZERO,
            eager_until: Duration::ZERO,
            ever: false,
            seen_lately: 0,
            unseated: 0,
            in_flight: 0,
        }
    }

    /// What the match looks like.
    #[must_use]
    pub const fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// Whether the seat is in a match.
    #[must_use]
    pub const fn is_seated(&self) -> bool {
        self.token.is_some()
    }

    /// Asks for another match on the same connection.
    pub fn play(&mut self, now: Duration, play: Play, connection: &mut Connection) {
        self.play = play;
        self.forget();
        self.ask_for_seat(now, connection);
    }

    /// Sends an action under the next number.
    pub fn act(&mut self, now: Duration, action: &Action, connection: &mut Connection, tally: &mut Tally) {
        self.seq += 1;
        let args = Args::from(vec![Value::Int(i64::from(self.seq))]).with(action);
        connection.emit(now, "act", args.expect("an action is made of integers, strings and lists"));
        if self.pending.len() == MOST_PENDING {
            self.pending.pop_front();
        }
        self.pending.push_back((self.seq, now));
        tally.actions += 1;
    }

    /// Gives the seat up for good; [`Happening::Left`] follows.
    pub fn leave(&mut self, now: Duration, connection: &mut Connection) {
        self.asked = connection.ask(now, "leave", Args::new(), PATIENCE).map(|id| (id, Asked::Leave));
    }

    /// Takes in what happened on the connection.
    pub fn handle(
        &mut self,
        now: Duration,
        event: ConnectionEvent,
        connection: &mut Connection,
        tally: &mut Tally,
    ) -> Option<Happening> {
        match event {
            ConnectionEvent::Connected => {
                self.ask_for_seat(now, connection);
                None
            }
            ConnectionEvent::Refused(words) => {
                tally.error("namespace refused");
                Some(Happening::Closed(words))
            }
            ConnectionEvent::Event { name, args } => match name.as_str() {
                "frame" => self.frame(now, args.bytes(0), connection, tally),
                "lobby" => read(&args, tally).map(Happening::Lobby),
                "start" => read(&args, tally).map(|start| self.begin(start)),
                "notice" => read(&args, tally).map(Happening::Notice),
                "over" => read(&args, tally).map(|over| {
                    self.end(tally);
                    Happening::Over(over)
                }),
                "error" => {
                    if let Some(problem) = read::<Problem>(&args, tally) {
                        self.problem(problem.code, tally);
                    }
                    None
                }
                _ => {
                    tally.error("unknown event");
                    None
                }
            },
            ConnectionEvent::Reply { id, args } => self.reply(id, args, tally),
            ConnectionEvent::UpgradeAborted => {
                tally.error("upgrade aborted");
                None
            }
            ConnectionEvent::Closed(words) => {
                self.asked = None;
                self.in_flight = 0;
                self.still_seated(tally);
                Some(Happening::Closed(words))
            }
        }
    }

    /// A problem that answers no question. `not_seated` is no error where an event met the end of its match on the wire:
    /// that can't be avoided, and it is counted apart, at most once for each event that was under way.
    fn problem(&mut self, code: ProblemCode, tally: &mut Tally) {
        if code != ProblemCode::NotSeated {
            tally.problem(code);
        } else if self.in_flight > 0 {
            self.in_flight -= 1;
            tally.crossed += 1;
        } else if self.is_seated() {
            // The match may have ended, with the news of it still to come.
            self.unseated += 1;
        } else {
            tally.problem(code);
        }
    }

    /// No end of the match came: what was said of the seat was an error.
    fn still_seated(&mut self, tally: &mut Tally) {
        for _ in 0..std::mem::take(&mut self.unseated) {
            tally.problem(ProblemCode::NotSeated);
        }
    }

    fn end(&mut self, tally: &mut Tally) {
        tally.finished += 1;
        let under_way = self.pending.len() as u64 + self.seen_lately;
        let crossed = self.unseated.min(under_way);
        tally.crossed += crossed;
        self.unseated -= crossed;
        self.still_seated(tally);
        self.forget();
        self.in_flight = under_way - crossed;
    }

    fn ask_for_seat(&mut self, now: Duration, connection: &mut Connection) {
        // The server knows nothing of parts that another connection brought.
        let tick = self.mirror.tick().filter(|_| !self.mirror.last().partial).map(|tick| tick.0);
        let (name, asked, args) = match self.token.clone() {
            Some(token) => ("resume", Asked::Resume, Args::new().with(&Resume { token, tick })),
            None => ("play", Asked::Play, Args::new().with(&self.play)),
        };
        let args = args.expect("both are made of strings and integers");
        self.asked = connection.ask(now, name, args, PATIENCE).map(|id| (id, asked));
    }

    fn reply(&mut self, id: AckId, args: Option<Args>, tally: &mut Tally) -> Option<Happening> {
        let (_, asked) = self.asked.take_if(|(expected, _)| *expected == id)?;
        let Some(args) = args else {
            tally.error("no acknowledgement");
            return None;
        };
        if asked == Asked::Leave {
            self.forget();
            return Some(Happening::Left);
        }
        match read::<Reply>(&args, tally)? {
            Reply { seated: Some(seated), .. } => {
                tally.resumed += u64::from(asked == Asked::Resume);
                self.token = Some(seated.token);
                None
            }
            Reply { error: Some(problem), .. } => {
                tally.problem(problem.code);
                self.forget();
                Some(Happening::Denied(problem))
            }
            Reply { .. } => {
                tally.error("empty reply");
                None
            }
        }
    }

    fn begin(&mut self, start: Start) -> Happening {
        let same = |old: &Start| old.match_id == start.match_id && old.epoch == start.epoch;
        let resumed = self.start.as_ref().is_some_and(same);
        if !resumed {
            self.mirror = Mirror::new(&SCHEMA);
            self.pending.clear();
        }
        // Numbers sent before the loss may have arrived: the next one is above both.
        self.in_flight = 0;
        self.seq = if resumed { self.seq.max(start.applied) } else { start.applied };
        self.start = Some(start.clone());
        Happening::Started { start: Box::new(start), resumed }
    }

    fn frame(
        &mut self,
        now: Duration,
        bytes: Option<Bytes>,
        connection: &mut Connection,
        tally: &mut Tally,
    ) -> Option<Happening> {
        let Some(bytes) = bytes else {
            tally.error("frame without bytes");
            return None;
        };
        match self.mirror.apply(&bytes) {
            Ok(applied) => {
                for _ in 0..std::mem::take(&mut self.unseated) {
                    tally.problem(ProblemCode::NotSeated);
                }
                tally.playing += u64::from(!self.ever);
                tally.frames += 1;
                tally.keyframes += u64::from(applied.base.is_none());
                tally.merged += u64::from(applied.base.is_some_and(|base| applied.tick.since(base) > 1));
                tally.hash_checks += u64::from(applied.hash_checked);
                for receipt in &applied.receipts {
                    tally.receipt(receipt.code);
                    if let Some(place) = self.pending.iter().position(|(seq, _)| *seq == receipt.seq.0)
                        && let Some((_, sent)) = self.pending.remove(place)
                    {
                        tally.delay(now.saturating_sub(sent));
                    }
                }
                if applied.base.map_or(self.ever, |base| applied.tick.since(base) > 1) {
                    self.eager_until = now + EAGER;
                }
                self.ever = true;
                let eager = now < self.eager_until;
                let tell = eager || now >= self.seen_at + SEEN_EVERY;
                self.seen_lately = u64::from(tell) + if eager { self.seen_lately } else { 0 };
                if tell {
                    self.seen_at = now;
                    let tick = i64::from(applied.tick.0);
                    connection.emit(now, "seen", Args::from(vec![Value::Int(tick)]));
                }
                Some(Happening::Frame)
            }
            Err(error) => {
                match error {
                    FrameError::Hash { .. } => tally.hash_mismatches += 1,
                    // Between `resync` and the keyframe, frames for a state that is not held any more still come.
                    FrameError::Base { have: None, .. } if self.ever => return None,
                    _ => tally.error("bad frame"),
                }
                let told = self.mirror.told().map(|tick| Value::Int(tick.0.into()));
                connection.emit(now, "resync", Args::from(Vec::from_iter(told)));
                None
            }
        }
    }

    fn forget(&mut self) {
        self.token = None;
        self.start = None;
        self.pending.clear();
        self.mirror = Mirror::new(&SCHEMA);
        self.seq = 0;
        self.seen_lately = 0;
    }
}

fn read<T: DeserializeOwned>(args: &Args, tally: &mut Tally) -> Option<T> {
    args.get(0).map_err(|_| tally.error("malformed event")).ok()
}
