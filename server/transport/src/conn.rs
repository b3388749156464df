//! One connection: the two protocol machines, the wire and the long-polling requests, behind one lock that is never held
//! across a handler or an await. Any thread may send; what arrives is handled by the connection's [task](crate::task).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use engineio::{Codec, Limits, Message, Packet, Revision, Transport};
use socketio::{AckId, Args, Encoded, Parser};
use tokio::sync::{Notify, oneshot};

use crate::dialect::Dialect;
use crate::error::{AckError, CloseReason, Error};
use crate::frame::FrameEvent;
use crate::handshake::Opening;
use crate::id::SocketId;
use crate::io::{Event, Flushed, Reader, Wire, is_short};
use crate::metrics::Metrics;
use crate::shared::Shared;

/// Bytes taken from the bounded queue into the wire at a time: enough for one write to fill a socket buffer.
const REFILL: usize = 64 * 1024;

/// Most bytes that [`Conn::send_run`] hands over at once.
pub(crate) const LONGEST_RUN: usize = REFILL;

/// See [`Conn::write_through`].
const UNLESS_CORKED: bool = false;
/// See [`Conn::write_through`].
const ALSO_CORKED: bool = true;

/// One connection. Lives as long as a handle to one of its sockets does.
///
/// What a broadcast looks at stands first and together, as it looks at thousands of these in a row: with C's order and on a
/// cache line's boundary it is one miss for each.
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct Conn {
    pub(crate) shared: Arc<Shared>,
    core: Mutex<Core>,
    /// Wakes the task: input of long-polling, bytes the kernel refused, a new timer, the end.
    pub(crate) wake: Notify,
    pub(crate) sid: SocketId,
    pub(crate) peer: SocketAddr,
    /// What the client speaks.
    pub(crate) dialect: Dialect,
    /// The request that opened it; set before its task begins.
    pub(crate) opening: OnceLock<Opening>,
}

/// What the lock guards.
#[repr(C)]
pub(crate) struct Core {
    /// The parser, where prepared frames, which are of revision 4, may be written to the WebSocket right now without overtaking
    /// anything. Brought up to date whenever the lock is given back.
    through: Option<Parser>,
    /// Set while the task works through input, so that the answers leave in one write.
    pub(crate) corked: bool,
    /// Somebody was told to wait; when the wait is over the drain handlers run.
    asked: bool,
    /// The stream of the WebSocket, also of one that probes.
    pub(crate) wire: Option<Wire>,
    pub(crate) engine: engineio::ServerSession,
    pub(crate) sio: socketio::ServerSession,
    /// Answers the open GET.
    pub(crate) poll: Option<oneshot::Sender<Vec<u8>>>,
    /// The kernel has not got the last answer to a GET yet.
    answering: bool,
    /// The packets of the open POST.
    pub(crate) post: Option<Post>,
    /// Upgrades that have begun.
    pub(crate) upgrades: u32,
    /// The WebSocket of an upgrade, on its way to the task.
    pub(crate) newcomer: Option<Box<Reader>>,
    /// Told when the task has read what had come; see [`Conn::catch_up`].
    pub(crate) caught_up: Option<oneshot::Sender<()>>,
    /// Callbacks of acknowledgements the client owes.
    pub(crate) acks: HashMap<(socketio::Namespace, AckId), OnAck>,
    /// The reason of the application or of this crate, where the machines know only a wider one.
    pub(crate) reason: Option<CloseReason>,
}

/// The lock, held.
pub(crate) struct Locked<'a>(MutexGuard<'a, Core>);

impl Deref for Locked<'_> {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.0
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut Core {
        &mut self.0
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        let core = &mut *self.0;
        let prepared = core.writes_through() && core.engine.codec(Transport::WebSocket) == Codec::V4;
        core.through = if prepared { core.sio.parser() } else { None };
    }
}

/// Called once with a client's answer, or with the reason that none came.
pub(crate) type OnAck = Box<dyn FnOnce(Result<Args, AckError>) + Send>;

/// A POST whose packets the task works through.
pub(crate) struct Post {
    pub(crate) packets: Vec<Packet>,
    pub(crate) done: oneshot::Sender<()>,
}

impl Conn {
    pub(crate) fn new(
        sid: SocketId,
        peer: SocketAddr,
        shared: Arc<Shared>,
        transport: Transport,
        dialect: Dialect,
    ) -> Arc<Self> {
        let now = shared.now();
        let core = Core {
            engine: engineio::ServerSession::with_codec(now, &shared.engine, dialect.codec, sid.as_str(), transport),
            sio: match dialect.codec.revision() {
                Revision::V3 => socketio::ServerSession::with_protocol_4(now, shared.limits.clone()),
                Revision::V4 => socketio::ServerSession::new(now, shared.limits.clone()),
            }
            .with_ack_ids(shared.ack_ids.clone()),
            wire: None,
            poll: None,
            answering: false,
            post: None,
            upgrades: 0,
            newcomer: None,
            caught_up: None,
            acks: HashMap::new(),
            reason: None,
            through: None,
            corked: false,
            asked: false,
        };
        let opening = OnceLock::new();
        Arc::new(Self { shared, core: Mutex::new(core), wake: Notify::new(), sid, peer, dialect, opening })
    }

    pub(crate) fn lock(&self) -> Locked<'_> {
        Locked(self.lock_bare())
    }

    /// The lock for those who change nothing but the wire, and see to [`Core::through`] themselves.
    fn lock_bare(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Duration {
        self.shared.now()
    }

    fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// Brings the session to the present before a request is answered: timers that are due run, and during an upgrade the
    /// WebSocket is read first, as it may have told already that polling is over.
    pub(crate) async fn catch_up(&self) {
        let told = {
            let mut core = self.lock();
            core.engine.handle_timeout(self.now());
            core.engine.is_upgrading().then(|| {
                let (sender, receiver) = oneshot::channel();
                core.caught_up = Some(sender);
                receiver
            })
        };
        if let Some(told) = told {
            self.wake.notify_one();
            // Another request that came meanwhile has taken the place of this one, or the session has ended.
            let _ = told.await;
        }
    }

    /// An id for a socket of the session. Clients of revision 3 are told none and go by the session's.
    pub(crate) fn socket_id(&self) -> Result<SocketId, getrandom::Error> {
        match self.dialect.codec.revision() {
            Revision::V3 => Ok(self.sid),
            Revision::V4 => SocketId::random(),
        }
    }

    /// The transport the session is on, and its revision.
    pub(crate) fn ways(&self) -> (Transport, Revision) {
        let core = self.lock();
        (core.engine.transport(), core.engine.revision())
    }

    /// Changes the machines under the lock, writes what follows from it, and wakes the task where it has to act.
    ///
    /// # Errors
    /// [`Error::Closed`] after the end, [`Error::QueueFull`] when this ended it, and whatever `change` fails with.
    pub(crate) fn transmit<T>(&self, change: impl FnOnce(&mut Core, Duration) -> Result<T, Error>) -> Result<T, Error> {
        let mut core = self.lock();
        if core.engine.is_closed() {
            return Err(Error::Closed);
        }
        let now = self.now();
        let timer = core.timeout();
        let changed = change(&mut core, now);
        if core.corked {
            return core.hand_over(now, self.metrics()).and(changed);
        }
        let pumped = core.pump(now, self.metrics());
        let wake = core.needs_task() || core.timeout() != timer;
        drop(core);
        if wake {
            self.wake.notify_one();
        }
        pumped.and(changed)
    }

    /// Sends an event that was encoded, and perhaps framed for a WebSocket, before; `pick` chooses the parser's form. It is written on
    /// this thread, as it is, when nothing is on its way; else it queues behind what is.
    ///
    /// # Errors
    /// As [`transmit`](Self::transmit).
    pub(crate) fn send_many<'a>(
        &self,
        pick: impl Fn(Parser) -> Result<(&'a Encoded, Option<&'a Bytes>), Error>,
    ) -> Result<(), Error> {
        let written = self.write_through(UNLESS_CORKED, |wire, parser, metrics| {
            Some(pick(parser).map(|picked| match picked {
                (encoded, Some(run)) => wire.write_run(run, 1 + encoded.attachments.len(), metrics),
                (encoded, None) => wire.write_encoded(encoded, metrics),
            }))
        });
        written.unwrap_or_else(|| {
            self.transmit(|core, now| {
                // What the machine holds was sent earlier.
                core.hand_over(now, self.metrics())?;
                let (encoded, _) = pick(core.sio.parser().ok_or(Error::Closed)?)?;
                encoded.messages().try_for_each(|m| core.enqueue(now, m, self.metrics()))
            })
        })
    }

    /// Writes packets that are framed already and how many they are, when nothing is on its way, and keeps what `pick` gives beside
    /// them until then; `None`, with nothing done, when something is, or `pick` has none for the connection's parser.
    pub(crate) fn send_run<'a, N>(
        &self,
        pick: impl FnOnce(Parser) -> Option<(&'a Bytes, usize, N)>,
    ) -> Option<Result<(), Error>> {
        self.write_through(UNLESS_CORKED, |wire, parser, metrics| {
            pick(parser).map(|(run, packets, _noting)| Ok(wire.write_run(run, packets, metrics)))
        })
    }

    /// Encodes a short event with the connection's parser and writes it on this thread, when nothing is on its way; `note` is told
    /// of its first message before: whether it is text, and its bytes. What it gives is kept until the kernel has them. `None`,
    /// with nothing done, when something is on its way or the event is not [short](is_short).
    pub(crate) fn send_now<N>(
        &self,
        event: Event<'_>,
        note: impl FnOnce(bool, &[u8]) -> N,
    ) -> Option<Result<(), Error>> {
        let mut bytes = 0;
        event.2.binaries(|binary| bytes += binary.len());
        if !is_short(bytes) {
            return None;
        }
        let limits = self.shared.limits.packet();
        self.write_through(UNLESS_CORKED, |wire, parser, metrics| {
            Some(wire.write_event(parser, event, limits, note, metrics))
        })
    }

    /// Lets `write` write to the WebSocket when nothing is on its way; `None` when something is, or will be as the task collects
    /// answers for one write and `corked` does not let the newest frame go ahead of these, or when `write` has nothing to write.
    fn write_through(
        &self,
        corked: bool,
        write: impl FnOnce(&mut Wire, Parser, &Metrics) -> Option<Result<Flushed, Error>>,
    ) -> Option<Result<(), Error>> {
        let mut core = self.lock_bare();
        if core.corked && !corked {
            return None;
        }
        let (parser, wire) = (core.through?, core.wire.as_mut()?);
        let flushed = match write(wire, parser, self.metrics())? {
            Ok(flushed) => flushed,
            Err(error) => return Some(Err(error)),
        };
        if flushed == Flushed::Empty {
            return Some(Ok(()));
        }
        core.through = None;
        core.asked |= flushed == Flushed::Waiting;
        drop(core);
        self.wake.notify_one();
        Some(if flushed == Flushed::Broken { Err(Error::Closed) } else { Ok(()) })
    }

    /// The kernel has the last answer to a GET; the next GET may be answered.
    pub(crate) fn answer_taken(&self) {
        let mut core = self.lock();
        core.answering = false;
        if core.poll.is_some() {
            core.write(self.now(), self.metrics());
            drop(core);
            self.wake.notify_one();
        }
    }

    /// Ends the connection. `reason` is what the sockets are told.
    pub(crate) fn close(&self, reason: CloseReason) {
        let mut core = self.lock();
        core.close(self.now(), reason, self.metrics());
        drop(core);
        self.wake.notify_one();
    }

    /// Whether a latest frame would be taken now and be the only thing on its way.
    pub(crate) fn ready(&self) -> bool {
        // Asked for each client at each tick, and nearly always so.
        if self.lock_bare().through.is_some() {
            return true;
        }
        self.lock().ready()
    }

    /// Refuses what the queue would never take.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub(crate) fn check_len(&self, messages: impl Iterator<Item = Message>) -> Result<(), Error> {
        let bytes = messages.map(|message| message.len() + Limits::PACKET_COST).sum();
        let limit = self.shared.config.max_queue_bytes;
        if bytes > limit { Err(Error::TooLarge { bytes, limit }) } else { Ok(()) }
    }

    /// Remembers that somebody was told to wait, so that drain handlers run when nothing is on its way.
    pub(crate) fn ask(&self) {
        self.lock().asked = true;
    }

    /// Packets and bytes on their way.
    pub(crate) fn depth(&self) -> (usize, usize) {
        let core = self.lock();
        let (packets, bytes) = core.wire.as_ref().map_or((0, 0), Wire::waiting);
        (packets + core.engine.queued_packets(), bytes + core.engine.queued_bytes())
    }

    /// Takes a latest frame if nothing else is on its way, and writes it on this thread.
    pub(crate) fn send_frame(&self, event: &FrameEvent, chunks: &[Bytes]) -> bool {
        let written = self.write_through(ALSO_CORKED, |wire, parser, metrics| {
            let len = chunks.iter().map(Bytes::len).sum();
            metrics.packets_out.fetch_add(FrameEvent::packet_count(parser), Relaxed);
            Some(Ok(wire.write_frame(&event.parts(parser, len), chunks, metrics)))
        });
        let taken = written.map_or_else(|| self.queue_frame(event, chunks), |written| written.is_ok());
        if taken {
            self.metrics().frames_out.fetch_add(1, Relaxed);
        }
        taken
    }

    /// Queues a latest frame where nothing is on its way, for the GET that waits for packets or for a revision whose frames are
    /// not the prepared ones.
    fn queue_frame(&self, event: &FrameEvent, chunks: &[Bytes]) -> bool {
        let mut core = self.lock();
        if !core.ready() {
            return false;
        }
        let Some(parser) = core.sio.parser() else { return false };
        let encoded = event.messages(parser, chunks);
        if let Err(error) = self.check_len(encoded.messages()) {
            tracing::warn!(session = %self.sid, %error, "a frame cannot be sent by long-polling");
            return false;
        }
        let sent = encoded.messages().try_for_each(|m| core.engine.send(m));
        let taken = sent.is_ok() && core.pump(self.now(), self.metrics()).is_ok();
        if !taken {
            core.close(self.now(), CloseReason::QueueFull, self.metrics());
        }
        let wake = core.needs_task();
        drop(core);
        if wake {
            self.wake.notify_one();
        }
        taken
    }
}

impl Core {
    /// Moves packets along as far as they go: from the Socket.IO machine to the Engine.IO machine, from there into the wire
    /// or the open GET, and from the wire to the kernel.
    ///
    /// # Errors
    /// [`Error::QueueFull`] when the client's queue reached its bound; the connection is closed then.
    pub(crate) fn pump(&mut self, now: Duration, metrics: &Metrics) -> Result<(), Error> {
        let result = self.hand_over(now, metrics);
        self.write(now, metrics);
        result
    }

    /// Moves packets from the bounded queue as far as they go.
    fn write(&mut self, now: Duration, metrics: &Metrics) {
        if let Some(wire) = &mut self.wire {
            let codec = self.engine.codec(Transport::WebSocket);
            loop {
                let (mut taken, mut all) = (0, false);
                while wire.cost() < REFILL {
                    let Some(packet) = self.engine.poll_transmit(Transport::WebSocket) else {
                        all = true;
                        break;
                    };
                    wire.add(&codec.frame(&packet));
                    taken += 1;
                }
                metrics.packets_out.fetch_add(taken, Relaxed);
                match wire.flush(metrics) {
                    Flushed::Empty if all => break,
                    // More may wait behind what was in the wire already.
                    Flushed::Empty => {}
                    Flushed::Waiting => {
                        self.asked = true;
                        break;
                    }
                    Flushed::Broken => {
                        self.engine.handle_transport_lost(now, Transport::WebSocket, true);
                        break;
                    }
                }
            }
        }
        let queued = self.engine.queued_packets();
        if self.poll.is_some()
            && !self.answering
            && let Some(body) = self.engine.take_payload()
            && let Some(poll) = self.poll.take()
        {
            // The noop that answers a poll behind an upgrade was never queued.
            metrics.packets_out.fetch_add((queued - self.engine.queued_packets()).max(1) as u64, Relaxed);
            metrics.bytes_out.fetch_add(body.len() as u64, Relaxed);
            // A client that gave the request up is noticed by the request's guard.
            self.answering = poll.send(body).is_ok();
        }
    }

    /// Moves messages from the Socket.IO machine into the bounded queue.
    ///
    /// # Errors
    /// As [`pump`](Self::pump).
    pub(crate) fn hand_over(&mut self, now: Duration, metrics: &Metrics) -> Result<(), Error> {
        while let Some(message) = self.sio.poll_transmit() {
            self.enqueue(now, message, metrics)?;
        }
        Ok(())
    }

    /// Queues one message behind all others. Where the queue is full the client has to take something first: it may take all, and
    /// only so much was sent at once.
    ///
    /// # Errors
    /// As [`pump`](Self::pump).
    pub(crate) fn enqueue(&mut self, now: Duration, message: Message, metrics: &Metrics) -> Result<(), Error> {
        if !self.takes(message.len()) {
            self.write(now, metrics);
        }
        let len = message.len();
        let sent = if self.takes(len) { self.engine.send(message).map_err(drop) } else { Err(()) };
        if sent.is_ok() || self.engine.is_closed() {
            return sent.map_err(|()| Error::Closed);
        }
        let packets = self.engine.queued_packets() + 1;
        let bytes = self.engine.queued_bytes() + self.in_wire() + len + Limits::PACKET_COST;
        self.close(now, CloseReason::QueueFull, metrics);
        Err(Error::QueueFull { bytes, packets })
    }

    fn takes(&self, len: usize) -> bool {
        self.engine.takes(len, self.in_wire())
    }

    /// What has left the queue and waits for the kernel still takes memory. Of a latest frame no more counts than of packets.
    fn in_wire(&self) -> usize {
        self.wire.as_ref().map_or(0, |wire| wire.cost().min(REFILL))
    }

    /// Closes the engine with `reason`, or with the machine's word for it.
    pub(crate) fn close(&mut self, now: Duration, reason: CloseReason, metrics: &Metrics) {
        if self.engine.is_closed() {
            return;
        }
        self.reason = Some(reason);
        // Answers and DISCONNECT packets that the application wrote before the end still leave.
        while let Some(message) = self.sio.poll_transmit() {
            if !self.takes(message.len()) {
                self.write(now, metrics);
            }
            if self.engine.send(message).is_err() {
                break;
            }
        }
        self.engine.close(now, reason.to_engine());
    }

    /// Whether a latest frame would be taken now. A `false` is remembered for [`take_drained`](Self::take_drained).
    pub(crate) fn ready(&mut self) -> bool {
        let ready = match self.engine.transport() {
            Transport::WebSocket => self.writes_through(),
            Transport::Polling => {
                let empty = self.engine.queued_packets() == 0 && !self.sio.has_output();
                self.engine.is_open() && self.poll.is_some() && !self.answering && empty
            }
        };
        self.asked |= !ready;
        ready
    }

    /// Whether frames may be written to the WebSocket right now without overtaking anything.
    fn writes_through(&self) -> bool {
        self.engine.can_write_through() && !self.sio.has_output() && self.wire.as_ref().is_some_and(Wire::is_clear)
    }

    /// True once after somebody was told to wait and the wait is over.
    pub(crate) fn take_drained(&mut self) -> bool {
        if !self.asked {
            return false;
        }
        let ready = self.ready();
        self.asked = !ready;
        ready
    }

    /// When a machine wants to be called next, since the server's start.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        [self.engine.poll_timeout(), self.sio.poll_timeout()].into_iter().flatten().min()
    }

    /// Whether bytes wait for the kernel.
    pub(crate) fn wants_write(&self) -> bool {
        self.wire.as_ref().is_some_and(|wire| wire.waiting().1 > 0)
    }

    fn needs_task(&self) -> bool {
        self.engine.is_closed() || self.wants_write()
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("engine", &self.engine).finish_non_exhaustive()
    }
}
