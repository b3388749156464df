//! One connection: the two protocol machines, the wire and the long-polling requests, behind one lock that is never held
//! across a handler or an await. Any thread may send; what arrives is handled by the connection's [task](crate::task).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use engineio::{Frame, Message, Packet, Transport};
use socketio::{AckId, Args};
use tokio::sync::{Notify, oneshot};

use crate::error::{AckError, CloseReason, Error};
use crate::frame::FrameEvent;
use crate::handshake::Opening;
use crate::id::SocketId;
use crate::io::{Flushed, Reader, Wire};
use crate::metrics::Metrics;
use crate::shared::Shared;

/// Bytes taken from the bounded queue into the wire at a time: enough for one write to fill a socket buffer.
const REFILL: usize = 64 * 1024;

/// One connection. Lives as long as a handle to one of its sockets does.
#[derive(Debug)]
pub(crate) struct Conn {
    pub(crate) sid: SocketId,
    pub(crate) peer: SocketAddr,
    pub(crate) shared: Arc<Shared>,
    /// Wakes the task: input of long-polling, bytes the kernel refused, a new timer, the end.
    pub(crate) wake: Notify,
    /// The request that opened it; set before its task begins.
    pub(crate) opening: OnceLock<Opening>,
    core: Mutex<Core>,
}

/// What the lock guards.
pub(crate) struct Core {
    pub(crate) engine: engineio::ServerSession,
    pub(crate) sio: socketio::ServerSession,
    /// The stream of the WebSocket, also of one that probes.
    pub(crate) wire: Option<Wire>,
    /// Answers the open GET.
    pub(crate) poll: Option<oneshot::Sender<Vec<u8>>>,
    /// The packets of the open POST.
    pub(crate) post: Option<Post>,
    /// The WebSocket of an upgrade, on its way to the task.
    pub(crate) newcomer: Option<Box<Reader>>,
    /// Callbacks of acknowledgements the client owes.
    pub(crate) acks: HashMap<(socketio::Namespace, AckId), OnAck>,
    /// The reason of the application or of this crate, where the machines know only a wider one.
    pub(crate) reason: Option<CloseReason>,
    /// Set while the task works through input, so that the answers leave in one write.
    pub(crate) corked: bool,
    /// Somebody was told to wait; when the wait is over the drain handlers run.
    asked: bool,
}

/// Called once with a client's answer, or with the reason that none came.
pub(crate) type OnAck = Box<dyn FnOnce(Result<Args, AckError>) + Send>;

/// A POST whose packets the task works through.
pub(crate) struct Post {
    pub(crate) packets: Vec<Packet>,
    pub(crate) done: oneshot::Sender<()>,
}

impl Conn {
    pub(crate) fn new(sid: SocketId, peer: SocketAddr, shared: Arc<Shared>, transport: Transport) -> Arc<Self> {
        let now = shared.now();
        let core = Core {
            engine: engineio::ServerSession::new(now, &shared.engine, sid.as_str(), transport),
            sio: socketio::ServerSession::new(now, shared.limits.clone()),
            wire: None,
            poll: None,
            post: None,
            newcomer: None,
            acks: HashMap::new(),
            reason: None,
            corked: false,
            asked: false,
        };
        Arc::new(Self { sid, peer, shared, wake: Notify::new(), opening: OnceLock::new(), core: Mutex::new(core) })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Duration {
        self.shared.now()
    }

    fn metrics(&self) -> &Metrics {
        &self.shared.metrics
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
            return core.hand_over(now).and(changed);
        }
        let pumped = core.pump(now, self.metrics());
        let wake = core.needs_task() || core.timeout() != timer;
        drop(core);
        if wake {
            self.wake.notify_one();
        }
        pumped.and(changed)
    }

    /// Ends the connection. `reason` is what the sockets are told.
    pub(crate) fn close(&self, reason: CloseReason) {
        let mut core = self.lock();
        core.close(self.now(), reason);
        drop(core);
        self.wake.notify_one();
    }

    /// Whether a latest frame would be taken now and be the only thing on its way.
    pub(crate) fn ready(&self) -> bool {
        self.lock().ready()
    }

    /// Packets and bytes on their way.
    pub(crate) fn depth(&self) -> (usize, usize) {
        let core = self.lock();
        let (packets, bytes) = core.wire.as_ref().map_or((0, 0), Wire::waiting);
        (packets + core.engine.queued_packets(), bytes + core.engine.queued_bytes())
    }

    /// Takes a latest frame if nothing else is on its way, and writes it on this thread.
    pub(crate) fn send_frame(&self, event: &FrameEvent, chunks: &[Bytes]) -> bool {
        let mut core = self.lock();
        if !core.ready() {
            return false;
        }
        let Some(parser) = core.sio.parser() else { return false };
        let metrics = self.metrics();
        let flushed = if core.engine.transport() == Transport::WebSocket {
            let Some(wire) = core.wire.as_mut() else { return false };
            let len = chunks.iter().map(Bytes::len).sum();
            metrics.packets_out.fetch_add(FrameEvent::packet_count(parser), Relaxed);
            wire.write_frame(&event.parts(parser, len), chunks, metrics)
        } else {
            let sent = event.messages(parser, chunks).messages().try_for_each(|m| core.engine.send(m));
            if sent.is_err() || core.pump(self.now(), metrics).is_err() {
                core.close(self.now(), CloseReason::QueueFull);
                Flushed::Broken
            } else {
                Flushed::Empty
            }
        };
        core.asked |= flushed == Flushed::Waiting;
        drop(core);
        if flushed != Flushed::Empty {
            self.wake.notify_one();
        }
        if flushed != Flushed::Broken {
            metrics.frames_out.fetch_add(1, Relaxed);
        }
        flushed != Flushed::Broken
    }
}

impl Core {
    /// Moves packets along as far as they go: from the Socket.IO machine to the Engine.IO machine, from there into the wire
    /// or the open GET, and from the wire to the kernel.
    ///
    /// # Errors
    /// [`Error::QueueFull`] when the client's queue reached its bound; the connection is closed then.
    pub(crate) fn pump(&mut self, now: Duration, metrics: &Metrics) -> Result<(), Error> {
        let result = self.hand_over(now);
        if let Some(wire) = &mut self.wire {
            loop {
                let mut taken = 0;
                while wire.waiting().1 < REFILL {
                    let Some(packet) = self.engine.poll_transmit(Transport::WebSocket) else { break };
                    wire.add(&Frame::encode(&packet));
                    taken += 1;
                }
                metrics.packets_out.fetch_add(taken, Relaxed);
                match wire.flush(metrics) {
                    Flushed::Empty if taken > 0 => {}
                    Flushed::Empty => break,
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
        if self.poll.is_some()
            && let Some(body) = self.engine.take_payload()
            && let Some(poll) = self.poll.take()
        {
            metrics.packets_out.fetch_add(1 + body.iter().filter(|b| **b == 0x1e).count() as u64, Relaxed);
            metrics.bytes_out.fetch_add(body.len() as u64, Relaxed);
            // A client that gave the request up is noticed by the request's guard.
            let _ = poll.send(body);
        }
        result
    }

    /// Moves messages from the Socket.IO machine into the bounded queue.
    ///
    /// # Errors
    /// As [`pump`](Self::pump).
    pub(crate) fn hand_over(&mut self, now: Duration) -> Result<(), Error> {
        while let Some(message) = self.sio.poll_transmit() {
            self.enqueue(now, message)?;
        }
        Ok(())
    }

    /// Queues one message behind all others.
    ///
    /// # Errors
    /// As [`pump`](Self::pump).
    pub(crate) fn enqueue(&mut self, now: Duration, message: Message) -> Result<(), Error> {
        match self.engine.send(message) {
            Ok(()) => Ok(()),
            Err(engineio::Error::QueueFull { queued, .. }) => {
                let packets = self.engine.queued_packets();
                self.close(now, CloseReason::QueueFull);
                Err(Error::QueueFull { bytes: queued, packets })
            }
            Err(_) => Err(Error::Closed),
        }
    }

    /// Closes the engine with `reason`, or with the machine's word for it.
    pub(crate) fn close(&mut self, now: Duration, reason: CloseReason) {
        if self.engine.is_closed() {
            return;
        }
        self.reason = Some(reason);
        // Answers and DISCONNECT packets that the application wrote before the end still leave.
        while let Some(message) = self.sio.poll_transmit() {
            if self.engine.send(message).is_err() {
                break;
            }
        }
        self.engine.close(now, reason.to_engine());
    }

    /// Whether a latest frame would be taken now. A `false` is remembered for [`take_drained`](Self::take_drained).
    pub(crate) fn ready(&mut self) -> bool {
        let ready = match self.engine.transport() {
            Transport::WebSocket => self.engine.can_write_through() && self.wire.as_ref().is_some_and(Wire::is_clear),
            Transport::Polling => self.engine.is_open() && self.poll.is_some() && self.engine.queued_packets() == 0,
        };
        self.asked |= !ready;
        ready
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
