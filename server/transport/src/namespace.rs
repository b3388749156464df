//! A namespace: who may join it, the handlers its sockets share, and its rooms.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use socketio::{Args, Value};

use crate::ack::Ack;
use crate::broadcast::Broadcast;
use crate::error::{CloseReason, Error};
use crate::handlers::Handlers;
use crate::rooms::Rooms;
use crate::socket::Socket;

pub(crate) type OnConnect = Arc<dyn Fn(&Socket, &Value) -> Result<(), Refusal> + Send + Sync>;

/// A namespace of a [`Server`](crate::Server). Clones are handles to the same one.
#[derive(Clone)]
pub struct Namespace {
    inner: Arc<Inner>,
}

struct Inner {
    id: socketio::Namespace,
    on_connect: Mutex<Option<OnConnect>>,
    handlers: Handlers,
    rooms: Mutex<Rooms>,
}

/// Why a client may not join; it is told as CONNECT_ERROR, and its connection stays.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    pub(crate) message: String,
    pub(crate) data: Option<Value>,
}

impl Refusal {
    /// A refusal in words.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), data: None }
    }

    /// A refusal in words and data. Data that cannot be serialized is left out.
    pub fn with_data<T: Serialize + ?Sized>(message: impl Into<String>, data: &T) -> Self {
        Self { message: message.into(), data: socketio::to_value(data).ok() }
    }
}

impl Namespace {
    pub(crate) fn new(name: &str) -> Self {
        let inner = Inner {
            id: socketio::Namespace::new(name),
            on_connect: Mutex::default(),
            handlers: Handlers::default(),
            rooms: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The name, with its slash.
    pub fn name(&self) -> &str {
        self.inner.id.as_str()
    }

    /// Decides about every client that wants to join: `handler` gets its socket and what it sent as `auth` (null if
    /// nothing). What it emits and the rooms it joins take effect after the client has been told that it is in. Without a
    /// handler every client is let in.
    pub fn on_connect(&self, handler: impl Fn(&Socket, &Value) -> Result<(), Refusal> + Send + Sync + 'static) {
        *lock(&self.inner.on_connect) = Some(Arc::new(handler));
    }

    /// Handles `event` for all sockets of the namespace that have no handler of their own for it.
    pub fn on(&self, event: &str, handler: impl Fn(&Socket, &Args, Option<Ack>) + Send + Sync + 'static) {
        self.inner.handlers.on(event, Arc::new(handler));
    }

    /// Handles every event without a handler.
    pub fn on_any(&self, handler: impl Fn(&Socket, &str, &Args, Option<Ack>) + Send + Sync + 'static) {
        self.inner.handlers.on_any(Arc::new(handler));
    }

    /// Runs when a socket that was let in has left, whoever ended it.
    pub fn on_disconnect(&self, handler: impl Fn(&Socket, CloseReason) + Send + Sync + 'static) {
        self.inner.handlers.on_disconnect(Arc::new(handler));
    }

    /// Runs when a socket that was not [`ready`](Socket::ready), or had to queue, has become so.
    pub fn on_drain(&self, handler: impl Fn(&Socket) + Send + Sync + 'static) {
        self.inner.handlers.on_drain(Arc::new(handler));
    }

    /// All sockets, to be narrowed down.
    pub fn all(&self) -> Broadcast {
        Broadcast::new(self.clone())
    }

    /// The sockets in `room`, which may also be a socket's id.
    pub fn to(&self, room: &str) -> Broadcast {
        self.all().to(room)
    }

    /// All sockets but those in `room`.
    pub fn except(&self, room: &str) -> Broadcast {
        self.all().except(room)
    }

    /// Sends `event` to all sockets; returns to how many.
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<usize, Error> {
        self.all().emit(event, args)
    }

    /// All sockets.
    pub fn sockets(&self) -> Vec<Socket> {
        self.all().sockets()
    }

    /// How many sockets there are.
    pub fn len(&self) -> usize {
        self.rooms().len()
    }

    /// Whether there is no socket.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn id(&self) -> &socketio::Namespace {
        &self.inner.id
    }

    pub(crate) fn handlers(&self) -> &Handlers {
        &self.inner.handlers
    }

    pub(crate) fn rooms(&self) -> MutexGuard<'_, Rooms> {
        lock(&self.inner.rooms)
    }

    pub(crate) fn select(&self, to: &[Box<str>], except: &[Box<str>]) -> Vec<Socket> {
        self.rooms().select(to, except)
    }

    pub(crate) fn decide(&self, socket: &Socket, auth: &Value) -> Result<(), Refusal> {
        let handler = lock(&self.inner.on_connect).clone();
        handler.map_or(Ok(()), |handler| handler(socket, auth))
    }
}

impl fmt::Debug for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Namespace").field(&self.name()).finish()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
