//! The server: its namespaces and its sessions. Owns no listener; see [`serve`](crate::serve).

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::address::counted;
use crate::config::Config;
use crate::conn::Conn;
use crate::error::{CloseReason, Error};
use crate::id::SocketId;
use crate::metrics::Metrics;
use crate::sessions::{Full, Sessions};
use crate::shared::Shared;
use crate::sockets::{Broadcast, Namespace};

/// A Socket.IO server. Clones are handles to the same one.
#[derive(Clone)]
pub struct Server {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    closing: AtomicBool,
    sessions: Mutex<Sessions<Arc<Conn>>>,
    namespaces: Mutex<HashMap<Box<str>, Namespace>>,
}

impl Server {
    /// A server with the namespace `/`; [`namespace`](Self::namespace) makes others.
    ///
    /// # Errors
    /// [`Error::Config`] for settings that cannot work.
    pub fn new(config: Config) -> Result<Self, Error> {
        config.validate()?;
        let sessions = Sessions::new(config.max_sessions, config.max_sessions_per_ip);
        let inner = Inner {
            shared: Arc::new(Shared::new(config)),
            closing: AtomicBool::new(false),
            sessions: Mutex::new(sessions),
            namespaces: Mutex::new(HashMap::from([(Box::from("/"), Namespace::new("/"))])),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.inner.shared.config
    }

    /// The counters.
    pub fn metrics(&self) -> &Metrics {
        &self.inner.shared.metrics
    }

    /// The namespace `name` (`/`, or `/` and a word), made if it is new. Clients that ask for one never made are refused.
    pub fn namespace(&self, name: &str) -> Namespace {
        lock(&self.inner.namespaces).entry(name.into()).or_insert_with(|| Namespace::new(name)).clone()
    }

    /// Sockets of the namespace `/` in `room`, which may also be a socket's id.
    pub fn to(&self, room: &str) -> Broadcast {
        self.namespace("/").to(room)
    }

    /// Sends `event` to every socket of the namespace `/`; returns to how many.
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data.
    pub fn emit<T: serde::Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<usize, Error> {
        self.namespace("/").emit(event, args)
    }

    /// Refuses new sessions and ends all open ones with [`CloseReason::ServerShuttingDown`]. Returns at once.
    pub fn close(&self) {
        self.inner.closing.store(true, Ordering::SeqCst);
        let open = lock(&self.inner.sessions).all();
        for conn in open {
            conn.close(CloseReason::ServerShuttingDown);
        }
    }

    /// Waits until every task of the server has ended.
    pub async fn closed(&self) {
        self.inner.shared.tasks.ended().await;
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    pub(crate) fn session(&self, id: &SocketId) -> Option<Arc<Conn>> {
        lock(&self.inner.sessions).get(id)
    }

    /// Lists a session.
    ///
    /// # Errors
    /// The bound in the way; a server that is closing has no room.
    pub(crate) fn admit(&self, conn: &Arc<Conn>) -> Result<(), Full> {
        let mut sessions = lock(&self.inner.sessions);
        if self.inner.closing.load(Ordering::SeqCst) {
            return Err(Full::Server);
        }
        sessions.add(conn.sid, counted(conn.peer.ip()), conn.clone())?;
        self.inner.shared.metrics.sessions.fetch_add(1, Ordering::Relaxed);
        self.inner.shared.metrics.sessions_total.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Forgets a session that [`admit`](Self::admit) has listed.
    pub(crate) fn dismiss(&self, id: &SocketId) {
        if lock(&self.inner.sessions).remove(id) {
            self.inner.shared.metrics.sessions.fetch_sub(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn find_namespace(&self, name: &str) -> Option<Namespace> {
        lock(&self.inner.namespaces).get(name).cloned()
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("config", self.config()).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
