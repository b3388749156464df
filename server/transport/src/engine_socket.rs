//! A session without Socket.IO, as its application sees it.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engineio::{Message, Revision, Transport};

use crate::conn::Conn;
use crate::error::{CloseReason, Error};
use crate::id::SocketId;

pub(crate) type OnMessage = Arc<dyn Fn(&EngineSocket, &Message) + Send + Sync>;
pub(crate) type OnClose = Arc<dyn Fn(&EngineSocket, CloseReason) + Send + Sync>;

/// A client of an [`EngineServer`](crate::EngineServer). Cheap to clone; usable from any thread, also after the client has gone.
#[derive(Clone)]
pub struct EngineSocket {
    conn: Arc<Conn>,
    handlers: Arc<Mutex<Handlers>>,
}

#[derive(Default)]
struct Handlers {
    message: Option<OnMessage>,
    close: Option<OnClose>,
}

impl EngineSocket {
    pub(crate) fn new(conn: Arc<Conn>) -> Self {
        Self { conn, handlers: Arc::default() }
    }

    /// The session's id. Whoever knows it can poll in the client's place: it is not for other clients.
    pub fn id(&self) -> SocketId {
        self.conn.sid
    }

    /// Address of the TCP connection that opened the session: the proxy's where there is one.
    pub fn remote_addr(&self) -> SocketAddr {
        self.conn.peer
    }

    /// The transport messages travel on now.
    pub fn transport(&self) -> Transport {
        self.conn.ways().0
    }

    /// The revision of Engine.IO the client speaks.
    pub fn revision(&self) -> Revision {
        self.conn.ways().1
    }

    /// Handles messages, in their order, in place of a handler set before. It runs in the connection's task and must not
    /// block; a panic in it closes this connection alone.
    pub fn on_message(&self, handler: impl Fn(&Self, &Message) + Send + Sync + 'static) {
        let old = self.handlers().message.replace(Arc::new(handler));
        drop(old);
    }

    /// Runs once when the session has ended, whoever ended it.
    pub fn on_close(&self, handler: impl Fn(&Self, CloseReason) + Send + Sync + 'static) {
        let old = self.handlers().close.replace(Arc::new(handler));
        drop(old);
    }

    /// Sends a message. Its bytes are shared, never copied.
    ///
    /// # Errors
    /// [`Error::Closed`] after the end, [`Error::TooLarge`] for more than [`Config::max_queue_bytes`](crate::Config::max_queue_bytes), and
    /// [`Error::QueueFull`] when the client takes too little: it is disconnected then.
    pub fn send(&self, message: Message) -> Result<(), Error> {
        self.conn.check_len(std::iter::once(message.clone()))?;
        self.conn.transmit(|core, now| core.enqueue(now, message, &self.conn.shared.metrics))
    }

    /// Ends the session. What was sent before still leaves.
    pub fn close(&self) {
        self.conn.close(CloseReason::ForcedClose);
    }

    pub(crate) fn message_handler(&self) -> Option<OnMessage> {
        self.handlers().message.clone()
    }

    pub(crate) fn close_handler(&self) -> Option<OnClose> {
        self.handlers().close.clone()
    }

    /// Drops the handlers, and with them whatever they hold: a handler may hold its own socket.
    pub(crate) fn clear(&self) {
        let handlers = std::mem::take(&mut *self.handlers());
        drop(handlers);
    }

    fn handlers(&self) -> MutexGuard<'_, Handlers> {
        self.handlers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for EngineSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EngineSocket").field(&self.id()).finish()
    }
}
