//! The server: its namespaces and its sessions. Owns no listener; see [`serve`](crate::serve).

use std::fmt;
use std::ops::Deref;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, Once, OnceLock, PoisonError};

use socketio::Value;
use tokio::sync::Notify;

use crate::address::counted;
use crate::config::Config;
use crate::conn::Conn;
use crate::engine_socket::EngineSocket;
use crate::error::{CloseReason, Error};
use crate::handshake::HandshakeRequest;
use crate::hooks::{ConnectionError, Hooks};
use crate::http::{ClientFiles, Strangers};
use crate::id::SocketId;
use crate::metrics::Metrics;
use crate::sessions::{Full, Sessions};
use crate::shared::Shared;
use crate::sockets::{Directory, Namespace, NamespacePattern, Outcome};

/// A Socket.IO server. Clones are handles to the same one. It lends its main namespace: `server.on_connect(..)`,
/// `server.emit(..)` and the like are those of [`Namespace`] `/`.
#[derive(Clone)]
pub struct Server {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    main: Namespace,
    /// Takes the place of Socket.IO where it is set.
    raw: OnceLock<Raw>,
    /// Told when the last session has ended.
    emptied: Notify,
    sessions: Mutex<Sessions<Arc<Conn>>>,
    namespaces: Directory,
    hooks: Hooks,
    /// Whose refusal has been logged.
    strangers: Strangers,
    client_files: Option<ClientFiles>,
    /// Told of once: another accept loop than [`serve`](crate::serve) brings requests.
    misplaced: Once,
}

/// What an application without Socket.IO does with a new session.
type Raw = Mutex<Option<OnConnection>>;
type OnConnection = Arc<dyn Fn(&EngineSocket) + Send + Sync>;

impl Server {
    /// A server with the namespace `/`; [`namespace`](Self::namespace) makes others.
    ///
    /// # Errors
    /// [`Error::Config`] for settings that cannot work, [`Error::Io`] for client files that cannot be read.
    pub fn new(config: Config) -> Result<Self, Error> {
        config.validate()?;
        let client_files = config.client_files.as_deref().map(ClientFiles::load).transpose()?;
        let namespaces = Directory::default();
        let sessions = Sessions::new(config.max_sessions, config.max_sessions_per_ip);
        let inner = Inner {
            shared: Arc::new(Shared::new(config)),
            raw: OnceLock::new(),
            emptied: Notify::new(),
            sessions: Mutex::new(sessions),
            main: namespaces.of("/"),
            namespaces,
            hooks: Hooks::default(),
            strangers: Strangers::default(),
            client_files,
            misplaced: Once::new(),
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

    /// The namespace `name` (`/`, or `/` and a word), made if it is new. Clients that ask for one never made, and that no
    /// pattern matches, are refused. Nobody can join one whose name has a comma, which ends a name on the wire, or is longer than
    /// [`Config::max_namespace_bytes`].
    ///
    /// Whatever is put on it, a middleware, a handler or a listener, makes it the application's own, in which patterns have no
    /// say. Asked for only to send to it, it belongs to the first [pattern](Self::namespace_matching) that matches when a client
    /// comes: from then on it is that pattern's child, also for those who hold it, and lets nobody in whom no pattern lets in.
    /// On a server that has patterns nobody else is let in: put an [`on_connect`](crate::Gate::on_connect) on a namespace that is only sent to.
    /// On one without, everybody is. While a pattern's child is open, this is that child.
    pub fn namespace(&self, name: &str) -> Namespace {
        self.inner.namespaces.of(name)
    }

    /// Namespaces made on demand: a client that asks for one that is not the application's own is let into a child of the first pattern whose
    /// `matches` is true for the name, with its slash, and for what the client sent as `auth` (null if nothing). It is asked
    /// about every client, also where the child is there already, in the connection's task. At most
    /// [`Config::max_child_namespaces`] are open at a time, and a child goes with its last socket. One that the application has
    /// asked for by [`namespace`](Self::namespace), and put nothing on, becomes the child.
    ///
    /// ```
    /// # let server = transport::Server::new(transport::Config::default()).unwrap();
    /// let games = server.namespace_matching(|name, _auth| name.starts_with("/game-"));
    /// games.on("move", |socket, args, _ack| {
    ///     socket.broadcast().emit_args("moved", args.clone())?;
    ///     Ok(())
    /// });
    /// ```
    pub fn namespace_matching(
        &self,
        matches: impl Fn(&str, &Value) -> bool + Send + Sync + 'static,
    ) -> NamespacePattern {
        self.inner.namespaces.add(matches, self.config().max_child_namespaces)
    }

    /// Asks `allow` about every request that would open a session, before anything is kept of it: by headers, query or
    /// address. An error is told to the client, with status 403 and code 4 for long-polling. It runs in the request's task,
    /// must not block, and takes the place of the one set before.
    ///
    /// ```
    /// # let server = transport::Server::new(transport::Config::default()).unwrap();
    /// server.allow_request(|request| match request.header("x-api-key") {
    ///     Some("secret") => Ok(()),
    ///     _ => Err("no key".to_owned()),
    /// });
    /// ```
    pub fn allow_request<R: Outcome<String>>(
        &self,
        allow: impl Fn(&HandshakeRequest<'_>) -> R + Send + Sync + 'static,
    ) {
        self.inner.hooks.set_allow(Arc::new(move |request: &HandshakeRequest<'_>| allow(request).into_result()));
    }

    /// Runs for every request that the endpoint refuses, in the request's task, in place of the hook set before. It has to
    /// copy the headers of all requests; without it they are not copied.
    pub fn on_connection_error(&self, hook: impl Fn(&ConnectionError<'_>) + Send + Sync + 'static) {
        self.inner.hooks.set_refused(Arc::new(hook));
    }

    /// Refuses new sessions, from now on and for good, and ends all open ones with [`CloseReason::ServerShuttingDown`].
    /// [`serve`](crate::serve) ends by it too. Returns at once.
    pub fn close(&self) {
        self.inner.shared.close();
        let open = lock(&self.inner.sessions).all();
        for conn in open {
            conn.close(CloseReason::ServerShuttingDown);
        }
        for namespace in self.inner.namespaces.all() {
            namespace.forget_parked();
        }
    }

    /// Waits until there is no session.
    pub(crate) async fn emptied(&self) {
        loop {
            let mut emptied = std::pin::pin!(self.inner.emptied.notified());
            emptied.as_mut().enable();
            if self.inner.shared.metrics.sessions.load(Ordering::Relaxed) == 0 {
                return;
            }
            emptied.await;
        }
    }

    /// Waits until every task of the server has ended. Has no bound: a handler that blocks for ever is waited for as long.
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
        lock(&self.inner.sessions).get(id)
    }

    /// Lists a session.
    ///
    /// # Errors
    /// The bound in the way; a server that is closing has no room.
    pub(crate) fn admit(&self, conn: &Arc<Conn>) -> Result<(), Full> {
        let mut sessions = lock(&self.inner.sessions);
        if self.inner.shared.is_closing() {
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
            self.inner.emptied.notify_waiters();
        }
    }

    /// What the application has put on requests.
    pub(crate) fn hooks(&self) -> &Hooks {
        &self.inner.hooks
    }

    /// The pages of other origins that were refused.
    pub(crate) fn strangers(&self) -> &Strangers {
        &self.inner.strangers
    }

    /// Logs, the first time, that another accept loop brings requests.
    pub(crate) fn tell_misplaced(&self, why: &str) {
        self.inner.misplaced.call_once(|| tracing::error!("{why}: requests are answered with 500"));
    }

    /// The browser client's bundles, where they are served.
    pub(crate) fn client_files(&self) -> Option<&ClientFiles> {
        self.inner.client_files.as_ref()
    }

    /// The namespaces by name.
    pub(crate) fn directory(&self) -> &Directory {
        &self.inner.namespaces
    }
}

impl Deref for Server {
    type Target = Namespace;

    fn deref(&self) -> &Namespace {
        &self.inner.main
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
