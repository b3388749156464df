//! The data of sockets and namespaces. A namespace lists its sockets and its handlers take them, and a socket names its
//! namespace: so the two stand together. What is done with them is in `socket`, `sending` and `namespace`.

use std::any::Any;
use std::fmt;
use std::sync::atomic::AtomicU8;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use socketio::Value;

use super::handlers::Handlers;
use super::refusal::Refusal;
use super::rooms::Rooms;
use crate::conn::Conn;
use crate::error::{CloseReason, Error};
use crate::id::SocketId;

pub(super) type OnConnect = Arc<dyn Fn(&Socket, &Value) -> Result<(), Refusal> + Send + Sync>;

/// A namespace of a [`Server`](crate::Server). Clones are handles to the same one.
#[derive(Clone)]
pub struct Namespace {
    pub(super) inner: Arc<NamespaceInner>,
}

pub(super) struct NamespaceInner {
    pub(super) id: socketio::Namespace,
    pub(super) on_connect: Mutex<Option<OnConnect>>,
    pub(super) handlers: Handlers<Socket>,
    pub(super) rooms: Mutex<Rooms<Socket>>,
}

/// The client is being decided about.
pub(super) const JOINING: u8 = 0;
/// The client is in.
pub(super) const JOINED: u8 = 1;
/// The client has left, or was never let in.
pub(super) const LEFT: u8 = 2;

/// A client in a namespace. Cheap to clone; usable from any thread, also after the client has gone.
#[derive(Clone)]
pub struct Socket {
    pub(super) inner: Arc<SocketInner>,
}

pub(super) struct SocketInner {
    pub(super) id: SocketId,
    pub(super) namespace: Namespace,
    pub(super) conn: Arc<Conn>,
    pub(super) phase: AtomicU8,
    /// What was sent while the client was being decided about: it follows the answer.
    pub(super) early: Mutex<Vec<Early>>,
    pub(super) handlers: Handlers<Socket>,
    pub(super) data: Mutex<Option<Arc<dyn Any + Send + Sync>>>,
    /// The application's reason to end it, where there is one.
    pub(super) reason: OnceLock<CloseReason>,
}

pub(super) type Early = Box<dyn FnOnce(&Socket) -> Result<(), Error> + Send>;

impl Namespace {
    pub(crate) fn new(name: &str) -> Self {
        let inner = NamespaceInner {
            id: socketio::Namespace::new(name),
            on_connect: Mutex::default(),
            handlers: Handlers::default(),
            rooms: Mutex::new(Rooms::of_namespace(name)),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The name, with its slash.
    pub fn name(&self) -> &str {
        self.inner.id.as_str()
    }

    pub(crate) fn id(&self) -> &socketio::Namespace {
        &self.inner.id
    }

    pub(crate) fn handlers(&self) -> &Handlers<Socket> {
        &self.inner.handlers
    }

    pub(crate) fn rooms(&self) -> MutexGuard<'_, Rooms<Socket>> {
        lock(&self.inner.rooms)
    }
}

impl Socket {
    pub(crate) fn new(id: SocketId, namespace: Namespace, conn: Arc<Conn>) -> Self {
        let inner = SocketInner {
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

    pub(crate) fn handlers(&self) -> &Handlers<Socket> {
        &self.inner.handlers
    }

    pub(crate) fn own_reason(&self) -> Option<CloseReason> {
        self.inner.reason.get().copied()
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
