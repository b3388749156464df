//! The server: its namespaces and its sessions. Owns no listener; see [`serve`](crate::serve).

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::config::Config;
use crate::conn::Conn;
use crate::engine_socket::EngineSocket;
use crate::error::{CloseReason, Error};
use crate::id::SocketId;
use crate::metrics::Metrics;
use crate::shared::Shared;
use crate::sockets::{Broadcast, Namespace};

/// A Socket.IO server. Clones are handles to the same one.
#[derive(Clone)]
pub struct Server {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    /// Takes the place of Socket.IO where it is set.
    raw: OnceLock<Raw>,
    closing: AtomicBool,
    sessions: Mutex<HashMap<SocketId, Arc<Conn>>>,
    namespaces: Mutex<HashMap<Box<str>, Namespace>>,
}

/// What an application without Socket.IO does with a new session.
type Raw = Mutex<Option<OnConnection>>;
type OnConnection = Arc<dyn Fn(&EngineSocket) + Send + Sync>;

impl Server {
    /// A server with the namespace `/`; [`namespace`](Self::namespace) makes others.
    ///
    /// # Errors
    /// [`Error::Config`] for settings that cannot work.
    pub fn new(config: Config) -> Result<Self, Error> {
        config.validate()?;
        let inner = Inner {
            shared: Arc::new(Shared::new(config)),
            raw: OnceLock::new(),
            closing: AtomicBool::new(false),
            sessions: Mutex::default(),
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
        let open: Vec<_> = lock(&self.inner.sessions).values().cloned().collect();
        for conn in open {
            conn.close(CloseReason::ServerShuttingDown);
        }
    }

    /// Waits until every task of the server has ended.
    pub async fn closed(&self) {
        self.inner.shared.tasks.ended().await;
    }

    /// From now on sessions are handed to the application as they are, without Socket.IO.
    pub(crate) fn replace_socket_io(&self) {
        self.inner.raw.get_or_init(Raw::default);
    }

    /// Whether sessions go without Socket.IO.
    pub(crate) fn is_raw(&self) -> bool {
        self.inner.raw.get().is_some()
    }

    pub(crate) fn set_on_connection(&self, handler: impl Fn(&EngineSocket) + Send + Sync + 'static) {
        let old = lock(self.inner.raw.get_or_init(Raw::default)).replace(Arc::new(handler));
        drop(old);
    }

    pub(crate) fn on_connection(&self) -> Option<OnConnection> {
        self.inner.raw.get().and_then(|raw| lock(raw).clone())
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    pub(crate) fn session(&self, id: &SocketId) -> Option<Arc<Conn>> {
        lock(&self.inner.sessions).get(id).cloned()
    }

    /// Lists a session, unless the server is full or closing.
    pub(crate) fn admit(&self, conn: &Arc<Conn>) -> bool {
        let mut sessions = lock(&self.inner.sessions);
        if sessions.len() >= self.inner.shared.config.max_sessions || self.inner.closing.load(Ordering::SeqCst) {
            return false;
        }
        sessions.insert(conn.sid, conn.clone());
        self.inner.shared.metrics.sessions.fetch_add(1, Ordering::Relaxed);
        self.inner.shared.metrics.sessions_total.fetch_add(1, Ordering::Relaxed);
        true
    }

    /// Forgets a session that [`admit`](Self::admit) has listed.
    pub(crate) fn dismiss(&self, id: &SocketId) {
        if lock(&self.inner.sessions).remove(id).is_some() {
            self.inner.shared.metrics.sessions.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Whether a further session would be admitted.
    pub(crate) fn has_room(&self) -> bool {
        !self.inner.closing.load(Ordering::SeqCst)
            && lock(&self.inner.sessions).len() < self.inner.shared.config.max_sessions
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
