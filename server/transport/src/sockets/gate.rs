//! Who may join a namespace, and the listeners of those who did. What a socket is does not matter here: it is the type `S`.

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};

use socketio::Value;

use super::list::{List, ListenerId};
use super::listeners::Listeners;
use super::outcome::Outcome;
use super::refusal::Refusal;

/// A decision that is waited for.
pub(crate) type Pending = Pin<Box<dyn Future<Output = Result<(), Refusal>> + Send>>;

type OnConnect<S> = dyn Fn(&S, &Value) -> Result<(), Refusal> + Send + Sync;

/// A middleware.
enum Decide<S> {
    Now(Box<OnConnect<S>>),
    Later(Box<dyn Fn(S, Value) -> Pending + Send + Sync>),
}

/// What the middlewares together have decided.
pub(crate) enum Decision {
    /// It is made.
    Made(Result<(), Refusal>),
    /// A middleware waits for something.
    Awaited(Pending),
}

/// Decides who may join a [`Namespace`](crate::Namespace), which lends it as it lends its [`Listeners`]:
/// `namespace.on_connect(..)`.
pub struct Gate<S> {
    listeners: Listeners<S>,
    deciding: RwLock<Deciding<S>>,
}

struct Deciding<S> {
    middlewares: List<Decide<S>>,
    connect: List<OnConnect<S>>,
    /// Something was put here, though it may have been taken out again.
    set: bool,
}

impl<S: Clone + Send + Sync + 'static> Gate<S> {
    /// Adds a middleware: `decide` gets the socket of a client that wants to join and what it sent as `auth` (null if
    /// nothing). The middlewares run in the order they were added, before [`on_connect`](Self::on_connect); the first
    /// [`Refusal`] is told to the client and ends the matter. They run in the connection's task and must not block.
    pub fn middleware<R: Outcome<Refusal>>(
        &self,
        decide: impl Fn(&S, &Value) -> R + Send + Sync + 'static,
    ) -> ListenerId {
        let now = move |socket: &S, auth: &Value| decide(socket, auth).into_result();
        self.change(|deciding| deciding.middlewares.push(Arc::new(Decide::Now(Box::new(now)))))
    }

    /// As [`middleware`](Self::middleware), for one that has to wait, say for a database: its future runs in a task of its own,
    /// and the middlewares behind it run there too. Meanwhile the client waits, its connection goes on, and its socket is in no
    /// list, and for others in no room: those it joins are remembered, and it is in them from [`on_connect`](Self::on_connect)
    /// on. When the client goes away, or asks again, the future is dropped.
    ///
    /// ```
    /// # async fn look_up(token: &str) -> Option<String> { Some(token.to_owned()) }
    /// # let server = transport::Server::new(transport::Config::default()).unwrap();
    /// server.async_middleware(|socket, auth| async move {
    ///     let token = auth.get("token").and_then(|token| token.as_str()).unwrap_or_default();
    ///     let user = look_up(token).await.ok_or_else(|| transport::Refusal::new("unknown token"))?;
    ///     socket.set_data(user);
    ///     Ok(())
    /// });
    /// ```
    pub fn async_middleware<R: Outcome<Refusal>, F: Future<Output = R> + Send + 'static>(
        &self,
        decide: impl Fn(S, Value) -> F + Send + Sync + 'static,
    ) -> ListenerId {
        let later = move |socket: S, auth: Value| -> Pending {
            let decision = decide(socket, auth);
            Box::pin(async move { decision.await.into_result() })
        };
        self.change(|deciding| deciding.middlewares.push(Arc::new(Decide::Later(Box::new(later)))))
    }

    /// Runs for every client that wants to join, after the middlewares: `handler` gets its socket and what it sent as `auth`
    /// (null if nothing), and may still refuse it. What it emits and the rooms it joins take effect after the client has been
    /// told that it is in. Without a handler every client is let in that the middlewares let through.
    pub fn on_connect<R: Outcome<Refusal>>(
        &self,
        handler: impl Fn(&S, &Value) -> R + Send + Sync + 'static,
    ) -> ListenerId {
        let call = move |socket: &S, auth: &Value| handler(socket, auth).into_result();
        self.change(|deciding| deciding.connect.push(Arc::new(call)))
    }

    /// Asks the middlewares, up to the first refusal.
    pub(crate) fn decide(&self, socket: &S, auth: &Value) -> Decision {
        let middlewares = self.read(|deciding| deciding.middlewares.clone());
        let mut steps = middlewares.iter().map(|entry| &entry.call);
        while let Some(step) = steps.next() {
            match &**step {
                Decide::Now(decide) => {
                    if let Err(refusal) = decide(socket, auth) {
                        return Decision::Made(Err(refusal));
                    }
                }
                Decide::Later(decide) => {
                    let first = decide(socket.clone(), auth.clone());
                    let rest = steps.cloned().collect();
                    return Decision::Awaited(Box::pin(decide_rest(first, rest, socket.clone(), auth.clone())));
                }
            }
        }
        Decision::Made(Ok(()))
    }

    /// Runs the handlers for a client that the middlewares let through.
    ///
    /// # Errors
    /// The first refusal.
    pub(crate) fn connect(&self, socket: &S, auth: &Value) -> Result<(), Refusal> {
        let handlers = self.read(|deciding| deciding.connect.clone());
        handlers.iter().try_for_each(|entry| (entry.call)(socket, auth))
    }

    /// The same middlewares and listeners for another namespace; what is added to one later is not added to the other.
    pub(super) fn copy(&self) -> Self {
        let copied = self.read(|deciding| {
            let (middlewares, connect) = (deciding.middlewares.clone(), deciding.connect.clone());
            Deciding { middlewares, connect, set: deciding.set }
        });
        Self { listeners: self.listeners.copy(), deciding: RwLock::new(copied) }
    }

    /// Whether anything was ever put on it: a middleware, a handler or a listener.
    pub(super) fn is_set(&self) -> bool {
        self.read(|deciding| deciding.set) || self.listeners.is_set()
    }

    /// Takes the middlewares and listeners of another namespace; false, with nothing taken, where anything was ever put here.
    pub(super) fn fill(&self, other: &Self) -> bool {
        let Self { listeners, deciding } = other.copy();
        // Held meanwhile, so that nobody puts anything here between the question and the change.
        let mut held = self.deciding.write().unwrap_or_else(PoisonError::into_inner);
        if held.set || !self.listeners.fill(listeners) {
            return false;
        }
        *held = deciding.into_inner().unwrap_or_else(PoisonError::into_inner);
        true
    }

    fn read<T>(&self, read: impl FnOnce(&Deciding<S>) -> T) -> T {
        read(&self.deciding.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Deciding<S>) -> T) -> T {
        let mut deciding = self.deciding.write().unwrap_or_else(PoisonError::into_inner);
        deciding.set = true;
        change(&mut deciding)
    }
}

/// Asks those behind a middleware that waits.
async fn decide_rest<S: Clone + Send + Sync>(
    first: Pending,
    rest: Vec<Arc<Decide<S>>>,
    socket: S,
    auth: Value,
) -> Result<(), Refusal> {
    first.await?;
    for step in rest {
        match &*step {
            Decide::Now(decide) => decide(&socket, &auth)?,
            Decide::Later(decide) => decide(socket.clone(), auth.clone()).await?,
        }
    }
    Ok(())
}

impl<S> Deref for Gate<S> {
    type Target = Listeners<S>;

    fn deref(&self) -> &Listeners<S> {
        &self.listeners
    }
}

// Derived, it would ask for a default socket.
impl<S> Default for Gate<S> {
    fn default() -> Self {
        let deciding = Deciding { middlewares: List::default(), connect: List::default(), set: false };
        Self { listeners: Listeners::default(), deciding: RwLock::new(deciding) }
    }
}

impl<S> fmt::Debug for Gate<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}
