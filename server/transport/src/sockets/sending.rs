//! What a socket sends: events, latest frames, and the end. While its client is being decided about, what is sent waits.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use socketio::{Args, Behind};

use super::early::Room;
use super::handle::{JOINED, JOINING, LEFT, PARKED, Socket, lock};
use super::prepared::{Prepared, Ready};
use crate::conn::Core;
use crate::error::{CloseReason, Error};
use crate::frame::FrameEvent;

/// Packets and bytes on their way to a client, the latest frame included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueDepth {
    /// Packets not yet with the kernel, or in no polling response yet.
    pub packets: usize,
    /// Their bytes.
    pub bytes: usize,
}

impl Socket {
    /// Sends `event`. A tuple or an array is the list of arguments, as are [`Args`], `()` none, and anything else is one argument, a
    /// `Vec`, a slice and `None` too. `bytes::Bytes` inside travel as binary.
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data, [`Error::TooLarge`] for more of them than
    /// [`Config::max_queue_bytes`](crate::Config::max_queue_bytes), [`Error::Closed`] after the end, also where the event is kept for a
    /// client that may come back, and [`Error::QueueFull`] when the client takes too little: it is disconnected then.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), Error> {
        self.emit_args(event, encode(args)?)
    }

    /// Sends `event` with arguments made before. Binary values among them are shared, where [`emit`](Self::emit) has to copy
    /// them.
    ///
    /// # Errors
    /// As [`emit`](Self::emit).
    pub fn emit_args(&self, event: &str, args: Args) -> Result<(), Error> {
        let Some(trail) = self.inner.trail.as_deref() else { return self.send_args(event, args) };
        self.overhear(event, &args);
        let namespace = &self.inner.namespace;
        let offset = namespace.inner.course.offset();
        if let Some(kept) = offset.filter(|_| self.is_connected()) {
            let note = |text, head: &[u8]| {
                let mut noting = trail.noting();
                noting.note_own(kept, (text, head), &args);
                noting
            };
            let behind = Behind::Offset(kept);
            if let Some(sent) = self.inner.conn.send_now((namespace.id(), event, &args, behind), note) {
                return sent;
            }
        }
        self.deliver(&Prepared::event(namespace.id(), event, args, offset)?.for_one())
    }

    /// Sends an event that nobody keeps for a client that is gone.
    pub(super) fn send_args(&self, event: &str, args: Args) -> Result<(), Error> {
        self.overhear(event, &args);
        let behind = self.inner.trail.as_ref().map(|_| Behind::without_offset(&args)).unwrap_or_default();
        let id = self.inner.namespace.id();
        if self.is_connected()
            && let Some(sent) = self.inner.conn.send_now((id, event, &args, behind), |_, _| {})
        {
            return sent;
        }
        self.deliver(&Prepared::event(id, event, args, None)?.for_one())
    }

    /// Takes the client out: of its namespace, or with `close` ends the whole connection. What was sent before still leaves.
    pub fn disconnect(&self, close: bool, reason: CloseReason) {
        let _ = self.inner.reason.set(reason);
        if self.inner.phase.load(Ordering::Acquire) == PARKED {
            return self.unpark();
        }
        // An error means that the client is gone already.
        let _ = self.send((1, 0), move |socket| {
            // What others send from now on would follow the DISCONNECT.
            socket.inner.phase.store(LEFT, Ordering::Release);
            if close {
                let ended = socket.inner.conn.transmit(|core, now| {
                    let joined: Vec<_> = core.sio.namespaces().cloned().collect();
                    for namespace in joined {
                        core.sio.disconnect(&namespace)?;
                    }
                    core.close(now, reason, &socket.inner.conn.shared.metrics);
                    Ok(())
                });
                socket.inner.conn.wake.notify_one();
                return ended;
            }
            let left = socket.change(|core, _, id| Ok(core.sio.disconnect(id)?));
            socket.inner.conn.wake.notify_one();
            left
        });
    }

    /// Packets and bytes on their way to the client.
    pub fn queue_depth(&self) -> QueueDepth {
        let (packets, bytes) = self.inner.conn.depth();
        QueueDepth { packets, bytes }
    }

    /// Whether what is sent now leaves at once, and [`send_frame`](Self::send_frame) would take a frame: the client is in, and
    /// nothing else is on its way; with long-polling, its GET waits. After a `false`, `on_drain` tells when it becomes true.
    pub fn writable(&self) -> bool {
        self.can_send() && self.inner.conn.ready()
    }

    /// Whether the client is in. A `false` is remembered: drain handlers run when it has been let in.
    fn can_send(&self) -> bool {
        if !self.is_connected() {
            self.inner.conn.ask();
        }
        self.is_connected()
    }

    /// Waits until the socket is [`writable`](Self::writable). Another sender may be faster than whoever waits here.
    ///
    /// # Errors
    /// [`Error::Closed`] at the socket's end.
    pub async fn drained(&self) -> Result<(), Error> {
        loop {
            let mut drained = std::pin::pin!(self.inner.drained.notified());
            drained.as_mut().enable();
            if self.inner.phase.load(Ordering::Acquire) == LEFT {
                return Err(Error::Closed);
            }
            if self.writable() {
                return Ok(());
            }
            drained.await;
        }
    }

    /// The same as [`writable`](Self::writable).
    pub fn ready(&self) -> bool {
        self.writable()
    }

    /// Reads what sending to it looks at first. Called for several sockets before the first of them is sent to, it makes their
    /// ways from memory overlap; broadcasts do it by themselves.
    pub fn fetch(&self) {
        std::hint::black_box(self.inner.phase.load(Ordering::Relaxed));
        std::hint::black_box(Arc::as_ptr(&self.inner.conn.shared));
        std::hint::black_box(self.inner.trail.as_ref().map(|trail| trail.fetch()));
    }

    /// Sends a latest frame: `event` with one binary argument, the concatenation of `chunks`, whose bytes are shared and
    /// written on this thread as far as the kernel takes them. False, with nothing sent, when the socket is not
    /// [`ready`](Self::ready), or is of another namespace than the event.
    pub fn send_frame(&self, event: &FrameEvent, chunks: &[Bytes]) -> bool {
        self.can_send() && event.namespace() == self.inner.namespace.id() && self.inner.conn.send_frame(event, chunks)
    }

    /// The client is let in: what was sent meanwhile follows, before anything that is sent from now on.
    pub(crate) fn joined(&self) {
        loop {
            let batch = {
                let mut early = lock(&self.inner.early);
                if !self.is_joining() {
                    return;
                }
                if early.is_empty() {
                    self.inner.phase.store(JOINED, Ordering::Release);
                    early.end();
                    break;
                }
                early.take()
            };
            for send in batch {
                // One of them may have been the end: nothing follows a DISCONNECT.
                if !self.is_joining() {
                    return;
                }
                if let Err(e) = send(self) {
                    tracing::debug!(socket = %self.id(), error = %e, "packet sent on joining was lost");
                }
            }
        }
        self.wake_up();
    }

    pub(super) fn is_joining(&self) -> bool {
        self.inner.phase.load(Ordering::Acquire) == JOINING
    }

    /// The queue is empty: whoever waits for that has its turn.
    pub(crate) fn wake_up(&self) {
        self.produce();
        self.inner.drained.notify_waiters();
    }

    /// The client has left, or was refused. Handlers and what they hold are dropped.
    pub(crate) fn left(&self) {
        let lost = {
            let mut early = lock(&self.inner.early);
            self.inner.phase.store(LEFT, Ordering::Release);
            early.end()
        };
        drop(lost);
        self.drop_producers();
        self.inner.drained.notify_waiters();
        if let Some(trail) = &self.inner.trail {
            lock(&self.inner.namespace.inner.parking).forget(&trail.pid);
        }
        let gone = self.inner.namespace.members().remove(&self.inner.id);
        drop(gone);
    }

    pub(crate) fn deliver(&self, message: &Prepared) -> Result<(), Error> {
        loop {
            match self.inner.phase.load(Ordering::Acquire) {
                JOINED => return self.pass(message),
                JOINING => {
                    let waiting = message.clone();
                    // Where it has been let in or lost again meanwhile, that decides.
                    let Ok(waits) = self.wait(self.weigh(message)?, move |socket| socket.pass(&waiting)) else {
                        continue;
                    };
                    if let (Err(_), Some(trail), true) = (&waits, &self.inner.trail, message.may_be_missed()) {
                        trail.spoil();
                    }
                    return waits;
                }
                _ => return self.miss(message),
            }
        }
    }

    /// Packets of an event and their bytes.
    ///
    /// # Errors
    /// Where it cannot be encoded for the client.
    pub(super) fn weigh(&self, message: &Prepared) -> Result<(usize, usize), Error> {
        let (conn, trail) = (&self.inner.conn, self.inner.trail.as_deref());
        let parser = conn.lock().sio.parser().ok_or(Error::Closed)?;
        let ready = message.of(parser, trail.is_some(), || conn.shared.limits.packet()).as_ref();
        let Ready { encoded, .. } = ready.map_err(Clone::clone)?;
        Ok((1 + encoded.attachments.len(), encoded.len()))
    }

    /// Keeps `send`, which sends packets and bytes of that `weight`, until the client has been let in; it is closed where too much
    /// waits. Gives `send` back where nothing is to be decided about the client.
    fn wait<F>(&self, weight: (usize, usize), send: F) -> Result<Result<(), Error>, F>
    where
        F: FnOnce(&Self) -> Result<(), Error> + Send + 'static,
    {
        let mut early = lock(&self.inner.early);
        if self.inner.phase.load(Ordering::Acquire) != JOINING {
            return Err(send);
        }
        let waits = early.push(weight, Box::new(send), self.room());
        drop(early);
        Ok(waits.inspect_err(|_| self.inner.conn.close(CloseReason::QueueFull)))
    }

    /// Room for what waits until the client has been let in. What one that is back has missed shares it.
    fn room(&self) -> Room {
        let config = &self.inner.conn.shared.config;
        let room = Room { packets: config.max_queue_packets, bytes: config.max_queue_bytes };
        if self.recovered() { room.half() } else { room }
    }

    fn pass(&self, message: &Prepared) -> Result<(), Error> {
        let (conn, trail) = (&self.inner.conn, self.inner.trail.as_deref());
        let noted = Cell::new(false);
        let sent = conn.send_many(|parser| {
            let ready = message.of(parser, trail.is_some(), || conn.shared.limits.packet());
            let Ready { encoded, run, noted: kept } = ready.as_ref().map_err(Clone::clone)?;
            // Under the connection's lock: what is noted has the order of what is sent.
            if let Some((trail, event)) = trail.zip(kept.as_ref()).filter(|_| !noted.replace(true)) {
                trail.noting().note(event);
            }
            Ok((encoded, run.as_ref()))
        });
        // The connection is gone and its socket not told yet.
        if sent.is_err() && !noted.get() { self.miss(message).or(sent) } else { sent }
    }

    /// Runs `send`, which sends packets and bytes of that `weight`, now or after the client has been let in.
    pub(super) fn send<F>(&self, weight: (usize, usize), send: F) -> Result<(), Error>
    where
        F: FnOnce(&Self) -> Result<(), Error> + Send + 'static,
    {
        let send = match self.inner.phase.load(Ordering::Acquire) {
            JOINED => return send(self),
            _ => self.wait(weight, send),
        };
        match send {
            Ok(waits) => waits,
            Err(send) if self.is_connected() => send(self),
            Err(_) => Err(Error::Closed),
        }
    }

    pub(super) fn change(
        &self,
        change: impl FnOnce(&mut Core, Duration, &socketio::Namespace) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.inner.conn.transmit(|core, now| change(core, now, self.inner.namespace.id()))
    }
}

fn encode<T: Serialize + ?Sized>(args: &T) -> Result<Args, Error> {
    Ok(Args::from_serialize(args)?)
}
