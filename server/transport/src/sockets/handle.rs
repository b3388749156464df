//! The data of sockets and namespaces. A namespace lists its sockets and its handlers take them, and a socket names its
//! namespace: so the two stand together. What is done with them is in `socket`, `sending` and `namespace`. Both lend their
//! listeners: they are handles to shared state, and what is called on the handle is meant for what it refers to.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::AtomicU8;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use socketio::{Args, Value};
use tokio::sync::Notify;

use super::calls::Calls;
use super::early::Early;
use super::gate::Gate;
use super::lanes::Lanes;
use super::listeners::Listeners;
use super::parking::Parking;
use super::rooms::Rooms;
use super::trail::{Course, Trail};
use crate::conn::Conn;
use crate::error::CloseReason;
use crate::id::SocketId;

/// A namespace of a [`Server`](crate::Server). Clones are handles to the same one.
#[derive(Clone)]
pub struct Namespace {
    pub(super) inner: Arc<NamespaceInner>,
}

pub(super) struct NamespaceInner {
    pub(super) id: socketio::Namespace,
    pub(super) gate: Gate<Socket>,
    pub(super) rooms: Mutex<Rooms<Socket>>,
    pub(super) course: Course,
    pub(super) parking: Mutex<Parking<Parked>>,
}

/// The client is being decided about.
pub(super) const JOINING: u8 = 0;
/// The client is in.
pub(super) const JOINED: u8 = 1;
/// The client has left, or was never let in.
pub(super) const LEFT: u8 = 2;
/// The client was in, is gone, and may come back.
pub(super) const PARKED: u8 = 3;

/// The client was in and is gone, which handlers are being told: until they have been nobody can come back.
pub(super) const AWAY: u8 = 4;

/// A client in a namespace. Cheap to clone; usable from any thread, also after the client has gone.
#[derive(Clone)]
pub struct Socket {
    pub(super) inner: Arc<SocketInner>,
}

/// What a broadcast looks at stands first and in one cache line, as in [`Conn`].
#[repr(C, align(64))]
pub(super) struct SocketInner {
    pub(super) conn: Arc<Conn>,
    pub(super) namespace: Namespace,
    /// What is kept for a client that may come back.
    pub(super) trail: Option<Box<Trail<Socket>>>,
    pub(super) phase: AtomicU8,
    pub(super) listeners: Listeners<Socket>,
    pub(super) id: SocketId,
    /// What the client sent when it joined, where that is kept.
    pub(super) auth: Option<Box<Value>>,
    /// What was sent while the client was being decided about: it follows the answer.
    pub(super) early: Mutex<Early<Socket>>,
    pub(super) data: Mutex<Option<Arc<dyn Any + Send + Sync>>>,
    /// Producers of the latest-value lane.
    pub(super) lanes: Mutex<Lanes>,
    /// Wakes those who wait for the queue to be empty, or for the end.
    pub(super) drained: Notify,
    /// The application's reason to end it, where there is one.
    pub(super) reason: OnceLock<CloseReason>,
}

/// A socket that is waited for.
pub(super) struct Parked {
    pub(super) socket: Socket,
    /// Whatever counts it as waited for; dropped when it is not any more.
    pub(super) _stay: Box<dyn Send>,
}

impl Namespace {
    /// An empty namespace whose clients come through `gate`.
    pub(super) fn with_gate(name: &str, gate: Gate<Socket>) -> Self {
        let rooms = Mutex::new(Rooms::of_namespace(name));
        let (course, parking) = (Course::default(), Mutex::default());
        let inner = NamespaceInner { id: socketio::Namespace::new(name), gate, rooms, course, parking };
        Self { inner: Arc::new(inner) }
    }

    /// The name, with its slash.
    pub fn name(&self) -> &str {
        self.inner.id.as_str()
    }

    pub(crate) fn id(&self) -> &socketio::Namespace {
        &self.inner.id
    }

    /// Whether both are handles to the same one.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    pub(crate) fn members(&self) -> MutexGuard<'_, Rooms<Socket>> {
        lock(&self.inner.rooms)
    }
}

impl Socket {
    pub(crate) fn new(id: SocketId, namespace: Namespace, conn: Arc<Conn>, auth: Option<Box<Value>>) -> Self {
        Self::with_trail(id, namespace, conn, auth, None, None)
    }

    /// The same with what a client may find again, or has found again.
    pub(super) fn with_trail(
        id: SocketId,
        namespace: Namespace,
        conn: Arc<Conn>,
        auth: Option<Box<Value>>,
        trail: Option<Trail<Self>>,
        data: Option<Arc<dyn Any + Send + Sync>>,
    ) -> Self {
        let inner = SocketInner {
            id,
            namespace,
            conn,
            auth,
            trail: trail.map(Box::new),
            phase: AtomicU8::new(JOINING),
            early: Mutex::default(),
            listeners: Listeners::default(),
            data: Mutex::new(data),
            lanes: Mutex::default(),
            drained: Notify::new(),
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

    /// What listens to it.
    pub(crate) fn calls(&self) -> Calls<'_, Socket> {
        let SocketInner { id, namespace, listeners, .. } = &*self.inner;
        Calls { socket: self, id: *id, shared: &namespace.inner.gate, own: listeners }
    }

    /// Whether anybody listens to what is sent to it.
    pub(super) fn is_overheard(&self) -> bool {
        self.inner.listeners.has_outgoing() || self.inner.namespace.has_outgoing()
    }

    /// Tells those who listen what is about to be sent.
    pub(super) fn overhear(&self, event: &str, args: &Args) {
        if self.is_overheard() && self.calls().outgoing(event, args).is_err() {
            self.inner.conn.close(CloseReason::HandlerPanic);
        }
    }

    /// The application's reason, once it has disconnected the socket.
    pub(crate) fn own_reason(&self) -> Option<CloseReason> {
        self.inner.reason.get().copied()
    }
}

impl Deref for Namespace {
    type Target = Gate<Socket>;

    fn deref(&self) -> &Gate<Socket> {
        &self.inner.gate
    }
}

impl Deref for Socket {
    type Target = Listeners<Socket>;

    fn deref(&self) -> &Listeners<Socket> {
        &self.inner.listeners
    }
}

impl fmt::Debug for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Namespace").field(&self.name()).finish()
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("id", &self.inner.id).field("namespace", &self.inner.namespace).finish()
    }
}

impl PartialEq for Socket {
    fn eq(&self, other: &Self) -> bool {
        // A client of Engine.IO 3 has the same id in all its namespaces.
        self.inner.id == other.inner.id && self.inner.namespace.id() == other.inner.namespace.id()
    }
}

impl Eq for Socket {}

pub(super) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
