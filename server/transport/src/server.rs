//! The server: its namespaces, sessions, counters and tasks. Owns no listener; see [`serve`](crate::serve).

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::broadcast::Broadcast;
use crate::config::Config;
use crate::conn::Conn;
use crate::error::{CloseReason, Error};
use crate::id::SocketId;
use crate::metrics::Metrics;
use crate::namespace::Namespace;

/// A Socket.IO server. Clones are handles to the same one.
#[derive(Debug, Clone)]
pub struct Server {
    pub(crate) shared: Arc<Shared>,
}

/// What every connection reaches.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) engine: engineio::ServerConfig,
    pub(crate) limits: socketio::Limits,
    pub(crate) metrics: Metrics,
    pub(crate) tasks: Tasks,
    pub(crate) closing: AtomicBool,
    started: Instant,
    sessions: Mutex<HashMap<SocketId, Arc<Conn>>>,
    namespaces: Mutex<HashMap<Box<str>, Namespace>>,
}

impl Server {
    /// A server with the namespace `/`; [`namespace`](Self::namespace) makes others.
    ///
    /// # Errors
    /// [`Error::Config`] for settings that cannot work.
    pub fn new(config: Config) -> Result<Self, Error> {
        config.validate()?;
        let shared = Shared {
            engine: config.engine(),
            limits: config.socket(),
            config,
            metrics: Metrics::default(),
            tasks: Tasks::default(),
            closing: AtomicBool::new(false),
            started: Instant::now(),
            sessions: Mutex::default(),
            namespaces: Mutex::new(HashMap::from([(Box::from("/"), Namespace::new("/"))])),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// The counters.
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// The namespace `name` (`/`, or `/` and a word), made if it is new. Clients that ask for one never made are refused.
    pub fn namespace(&self, name: &str) -> Namespace {
        lock(&self.shared.namespaces).entry(name.into()).or_insert_with(|| Namespace::new(name)).clone()
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
        self.shared.closing.store(true, Ordering::SeqCst);
        let open: Vec<_> = lock(&self.shared.sessions).values().cloned().collect();
        for conn in open {
            conn.close(CloseReason::ServerShuttingDown);
        }
    }

    /// Waits until every task of the server has ended.
    pub async fn closed(&self) {
        self.shared.tasks.ended().await;
    }
}

impl Shared {
    /// Time since the server's start: the machines' clock.
    pub(crate) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// The machines' time as the runtime's timers want it.
    pub(crate) fn instant(&self, at: Duration) -> tokio::time::Instant {
        tokio::time::Instant::from_std(
            self.started.checked_add(at).unwrap_or(self.started + Duration::from_secs(86_400)),
        )
    }

    pub(crate) fn session(&self, id: &SocketId) -> Option<Arc<Conn>> {
        lock(&self.sessions).get(id).cloned()
    }

    /// Lists a session, unless the server is full or closing.
    pub(crate) fn admit(&self, conn: &Arc<Conn>) -> bool {
        let mut sessions = lock(&self.sessions);
        if sessions.len() >= self.config.max_sessions || self.closing.load(Ordering::SeqCst) {
            return false;
        }
        sessions.insert(conn.sid, conn.clone());
        self.metrics.sessions.fetch_add(1, Ordering::Relaxed);
        self.metrics.sessions_total.fetch_add(1, Ordering::Relaxed);
        true
    }

    /// Forgets a session that [`admit`](Self::admit) has listed.
    pub(crate) fn dismiss(&self, id: &SocketId) {
        if lock(&self.sessions).remove(id).is_some() {
            self.metrics.sessions.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Whether a further session would be admitted.
    pub(crate) fn has_room(&self) -> bool {
        !self.closing.load(Ordering::SeqCst) && lock(&self.sessions).len() < self.config.max_sessions
    }

    pub(crate) fn find_namespace(&self, name: &str) -> Option<Namespace> {
        lock(&self.namespaces).get(name).cloned()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("config", &self.config).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts the server's tasks, so that a shutdown can wait for the last one.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    running: AtomicUsize,
    idle: Notify,
}

impl Tasks {
    /// Runs `task` on the runtime this is called from.
    pub(crate) fn spawn(shared: &Arc<Shared>, task: impl Future<Output = ()> + Send + 'static) {
        shared.tasks.running.fetch_add(1, Ordering::SeqCst);
        let running = Running(shared.clone());
        tokio::spawn(async move {
            let _running = running;
            task.await;
        });
    }

    async fn ended(&self) {
        loop {
            let idle = self.idle.notified();
            if self.running.load(Ordering::SeqCst) == 0 {
                return;
            }
            idle.await;
        }
    }
}

/// One running task; it ends also by a panic.
struct Running(Arc<Shared>);

impl Drop for Running {
    fn drop(&mut self) {
        if self.0.tasks.running.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.tasks.idle.notify_waiters();
        }
    }
}
