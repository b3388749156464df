//! One client in one namespace. A [`Socket`] is a handle that any thread may use; it owns nothing of the connection but a
//! share in it.

use std::any::Any;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use socketio::Args;

use crate::ack::{Ack, AckError};
use crate::broadcast::{Broadcast, Prepared};
use crate::conn::{Conn, Core};
use crate::error::{CloseReason, Error};
use crate::frame::FrameEvent;
use crate::handlers::Handlers;
use crate::id::SocketId;
use crate::namespace::Namespace;

/// The client is being decided about.
const JOINING: u8 = 0;
/// The client is in.
const JOINED: u8 = 1;
/// The client has left, or was never let in.
const LEFT: u8 = 2;

/// A client in a namespace. Cheap to clone; usable from any thread, also after the client has gone.
#[derive(Clone)]
pub struct Socket {
    inner: Arc<Inner>,
}

struct Inner {
    id: SocketId,
    namespace: Namespace,
    conn: Arc<Conn>,
    phase: AtomicU8,
    /// What was sent while the client was being decided about: it follows the answer.
    early: Mutex<Vec<Early>>,
    handlers: Handlers,
    data: Mutex<Option<Arc<dyn Any + Send + Sync>>>,
    /// The application's reason to end it, where there is one.
    reason: OnceLock<CloseReason>,
}

type Early = Box<dyn FnOnce(&Socket) -> Result<(), Error> + Send>;

/// Packets and bytes on their way to a client, the latest frame included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueDepth {
    /// Packets not yet with the kernel, or in no polling response yet.
    pub packets: usize,
    /// Their bytes.
    pub bytes: usize,
}

impl Socket {
    pub(crate) fn new(id: SocketId, namespace: Namespace, conn: Arc<Conn>) -> Self {
        let inner = Inner {
            id,
            namespace,
            conn,
            phase: AtomicU8::new(JOINING),
            early: Mutex::default(),
            handlers: Handlers::default(),
            data: Mutex::default(),
            reason: OnceLock::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The socket's id, which is also a room of its own.
    pub fn id(&self) -> SocketId {
        self.inner.id
    }

    /// The namespace it is in.
    pub fn namespace(&self) -> &Namespace {
        &self.inner.namespace
    }

    /// Address of the TCP connection that opened the session: the proxy's where there is one.
    pub fn remote_addr(&self) -> SocketAddr {
        self.inner.conn.peer
    }

    /// Whether the client is in its namespace.
    pub fn is_connected(&self) -> bool {
        self.inner.phase.load(Ordering::Acquire) == JOINED
    }

    /// Handles `event`. The handler runs in the connection's task, in the order of the packets, and must not block. A panic in
    /// it closes this connection alone.
    pub fn on(&self, event: &str, handler: impl Fn(&Socket, &Args, Option<Ack>) + Send + Sync + 'static) {
        self.inner.handlers.on(event, Arc::new(handler));
    }

    /// Handles every event without a handler.
    pub fn on_any(&self, handler: impl Fn(&Socket, &str, &Args, Option<Ack>) + Send + Sync + 'static) {
        self.inner.handlers.on_any(Arc::new(handler));
    }

    /// Runs once when the socket has left after it was let in, whoever ended it.
    pub fn on_disconnect(&self, handler: impl Fn(&Socket, CloseReason) + Send + Sync + 'static) {
        self.inner.handlers.on_disconnect(Arc::new(handler));
    }

    /// Runs in the connection's task when the socket, after it was not [`ready`](Self::ready) or had to queue, has become so.
    pub fn on_drain(&self, handler: impl Fn(&Socket) + Send + Sync + 'static) {
        self.inner.handlers.on_drain(Arc::new(handler));
    }

    /// Sends `event`. A tuple or an array is the list of arguments, `()` none, anything else one argument; `bytes::Bytes`
    /// inside travel as binary.
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data, [`Error::Closed`] after the end, and [`Error::QueueFull`] when the
    /// client takes too little: it is disconnected then.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<(), Error> {
        self.emit_args(event, encode(args)?)
    }

    /// Sends `event` with arguments made before. Binary values among them are shared, where [`emit`](Self::emit) has to copy
    /// them.
    ///
    /// # Errors
    /// As [`emit`](Self::emit).
    pub fn emit_args(&self, event: &str, args: Args) -> Result<(), Error> {
        if self.is_connected() {
            return self.emit_now(event, args);
        }
        let event = event.to_owned();
        self.send(move |socket| socket.emit_now(&event, args))
    }

    /// Sends `event` and asks for an acknowledgement. `answer` runs once, in the connection's task: with the client's
    /// arguments, or with the reason that none came. It does not run when this returns an error.
    ///
    /// # Errors
    /// As [`emit`](Self::emit), and [`Error::TooManyAcks`].
    pub fn emit_with_ack<T: Serialize + ?Sized>(
        &self,
        event: &str,
        args: &T,
        timeout: Duration,
        answer: impl FnOnce(Result<Args, AckError>) + Send + 'static,
    ) -> Result<(), Error> {
        let args = encode(args)?;
        let event = event.to_owned();
        self.send(move |socket| {
            socket.change(|core, now, id| {
                let ack = core.sio.emit_with_ack(now, id, &event, args, Some(timeout))?;
                core.acks.insert((id.clone(), ack), Box::new(answer));
                Ok(())
            })
        })
    }

    /// Joins a room of its namespace.
    pub fn join(&self, room: &str) {
        self.inner.namespace.rooms().join(&self.inner.id, room);
    }

    /// Leaves a room of its namespace.
    pub fn leave(&self, room: &str) {
        self.inner.namespace.rooms().leave(&self.inner.id, room);
    }

    /// The rooms it has joined, without its own.
    pub fn rooms(&self) -> Vec<Arc<str>> {
        self.inner.namespace.rooms().of(&self.inner.id)
    }

    /// The sockets in `room` but this one.
    pub fn to(&self, room: &str) -> Broadcast {
        self.broadcast().to(room)
    }

    /// All sockets of the namespace but this one.
    pub fn broadcast(&self) -> Broadcast {
        self.inner.namespace.except(self.inner.id.as_str())
    }

    /// Takes the client out: of its namespace, or with `close` ends the whole connection. What was sent before still leaves.
    pub fn disconnect(&self, close: bool, reason: CloseReason) {
        let _ = self.inner.reason.set(reason);
        // An error means that the client is gone already.
        let _ = self.send(move |socket| {
            if close {
                let ended = socket.inner.conn.transmit(|core, now| {
                    let joined: Vec<_> = core.sio.namespaces().cloned().collect();
                    for namespace in joined {
                        core.sio.disconnect(&namespace)?;
                    }
                    core.close(now, reason);
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

    /// Whether [`send_frame`](Self::send_frame) would take a frame now: the client is in, and nothing else is on its way; with
    /// long-polling, its GET waits. After a `false`, `on_drain` tells when it becomes true.
    pub fn ready(&self) -> bool {
        self.is_connected() && self.inner.conn.ready()
    }

    /// Sends a latest frame: `event` with one binary argument, the concatenation of `chunks`, whose bytes are shared and
    /// written on this thread as far as the kernel takes them. False, with nothing sent, when the socket is not
    /// [`ready`](Self::ready), or is of another namespace than the event.
    pub fn send_frame(&self, event: &FrameEvent, chunks: &[Bytes]) -> bool {
        self.is_connected()
            && event.namespace() == self.inner.namespace.id()
            && self.inner.conn.send_frame(event, chunks)
    }

    /// Stores a value with the socket, in place of one stored before.
    pub fn set_data<T: Any + Send + Sync>(&self, value: T) {
        let old = lock(&self.inner.data).replace(Arc::new(value));
        drop(old);
    }

    /// The value stored, if it is of this type.
    pub fn data<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        lock(&self.inner.data).clone()?.downcast().ok()
    }

    pub(crate) fn handlers(&self) -> &Handlers {
        &self.inner.handlers
    }

    pub(crate) fn own_reason(&self) -> Option<CloseReason> {
        self.inner.reason.get().copied()
    }

    pub(crate) fn deliver(&self, message: &Prepared) -> Result<(), Error> {
        if self.is_connected() {
            return self.pass(message);
        }
        let message = message.clone();
        self.send(move |socket| socket.pass(&message))
    }

    fn pass(&self, message: &Prepared) -> Result<(), Error> {
        self.inner.conn.transmit(|core, now| {
            // What the machine holds was sent earlier.
            core.hand_over(now)?;
            let parser = core.sio.parser().ok_or(Error::Closed)?;
            message.of(parser).messages().try_for_each(|m| core.enqueue(now, m))
        })
    }

    /// The client is let in: what was sent meanwhile follows.
    pub(crate) fn joined(&self) {
        let mut early = lock(&self.inner.early);
        for send in std::mem::take(&mut *early) {
            if let Err(e) = send(self) {
                tracing::debug!(socket = %self.id(), error = %e, "packet sent on joining was lost");
            }
        }
        self.inner.phase.store(JOINED, Ordering::Release);
    }

    /// The client has left, or was refused. Handlers and what they hold are dropped.
    pub(crate) fn left(&self) {
        let lost = {
            let mut early = lock(&self.inner.early);
            self.inner.phase.store(LEFT, Ordering::Release);
            std::mem::take(&mut *early)
        };
        drop(lost);
        let gone = self.inner.namespace.rooms().remove(&self.inner.id);
        drop(gone);
    }

    /// Runs `send` now, or after the client has been let in.
    fn send(&self, send: impl FnOnce(&Socket) -> Result<(), Error> + Send + 'static) -> Result<(), Error> {
        match self.inner.phase.load(Ordering::Acquire) {
            JOINED => return send(self),
            LEFT => return Err(Error::Closed),
            _ => {}
        }
        let mut early = lock(&self.inner.early);
        match self.inner.phase.load(Ordering::Acquire) {
            JOINING => {
                early.push(Box::new(send));
                Ok(())
            }
            JOINED => {
                drop(early);
                send(self)
            }
            _ => Err(Error::Closed),
        }
    }

    fn emit_now(&self, event: &str, args: Args) -> Result<(), Error> {
        self.change(|core, _, id| Ok(core.sio.emit(id, event, args)?))
    }

    fn change(
        &self,
        change: impl FnOnce(&mut Core, Duration, &socketio::Namespace) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.inner.conn.transmit(|core, now| change(core, now, self.inner.namespace.id()))
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("id", &self.inner.id).field("namespace", &self.inner.namespace).finish()
    }
}

impl PartialEq for Socket {
    fn eq(&self, other: &Self) -> bool {
        self.inner.id == other.inner.id
    }
}

impl Eq for Socket {}

fn encode<T: Serialize + ?Sized>(args: &T) -> Result<Args, Error> {
    Ok(Args::from_serialize(args)?)
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
