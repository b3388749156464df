//! Who may join a namespace, and the listeners of those who did. What a socket is does not matter here: it is the type `S`.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};

use socketio::Value;

use super::list::{List, ListenerId};
use super::listeners::Listeners;
use super::outcome::Outcome;
use super::refusal::Refusal;

type Decide<S> = dyn Fn(&S, &Value) -> Result<(), Refusal> + Send + Sync;

/// Decides who may join a [`Namespace`](crate::Namespace), which lends it as it lends its [`Listeners`]:
/// `namespace.on_connect(..)`.
pub struct Gate<S> {
    listeners: Listeners<S>,
    deciding: RwLock<Deciding<S>>,
}

struct Deciding<S> {
    middlewares: List<Decide<S>>,
    connect: List<Decide<S>>,
}

impl<S: 'static> Gate<S> {
    /// Adds a middleware: `decide` gets the socket of a client that wants to join and what it sent as `auth` (null if
    /// nothing). The middlewares run in the order they were added, before [`on_connect`](Self::on_connect); the first
    /// [`Refusal`] is told to the client and ends the matter. They run in the connection's task and must not block.
    pub fn middleware<R: Outcome<Refusal>>(
        &self,
        decide: impl Fn(&S, &Value) -> R + Send + Sync + 'static,
    ) -> ListenerId {
        self.change(|deciding| deciding.middlewares.push(decision(decide)))
    }

    /// Runs for every client that wants to join, after the middlewares: `handler` gets its socket and what it sent as `auth`
    /// (null if nothing), and may still refuse it. What it emits and the rooms it joins take effect after the client has been
    /// told that it is in. Without a handler every client is let in that the middlewares let through.
    pub fn on_connect<R: Outcome<Refusal>>(
        &self,
        handler: impl Fn(&S, &Value) -> R + Send + Sync + 'static,
    ) -> ListenerId {
        self.change(|deciding| deciding.connect.push(decision(handler)))
    }

    /// Asks everybody; of a client that comes back `unasked`, only the connect handlers.
    ///
    /// # Errors
    /// The first refusal.
    pub(crate) fn decide(&self, socket: &S, auth: &Value, unasked: bool) -> Result<(), Refusal> {
        let lists = {
            let deciding = self.deciding.read().unwrap_or_else(PoisonError::into_inner);
            let middlewares = if unasked { List::default() } else { deciding.middlewares.clone() };
            [middlewares, deciding.connect.clone()]
        };
        lists.iter().flat_map(List::iter).try_for_each(|entry| (entry.call)(socket, auth))
    }

    /// The same middlewares and listeners for another namespace; what is added to one later is not added to the other.
    pub(super) fn copy(&self) -> Self {
        let deciding = self.deciding.read().unwrap_or_else(PoisonError::into_inner);
        let copied = Deciding { middlewares: deciding.middlewares.clone(), connect: deciding.connect.clone() };
        Self { listeners: self.listeners.copy(), deciding: RwLock::new(copied) }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Deciding<S>) -> T) -> T {
        change(&mut self.deciding.write().unwrap_or_else(PoisonError::into_inner))
    }
}

fn decision<S: 'static, R: Outcome<Refusal>>(
    decide: impl Fn(&S, &Value) -> R + Send + Sync + 'static,
) -> Arc<Decide<S>> {
    Arc::new(move |socket: &S, auth: &Value| decide(socket, auth).into_result())
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
        let deciding = Deciding { middlewares: List::default(), connect: List::default() };
        Self { listeners: Listeners::default(), deciding: RwLock::new(deciding) }
    }
}

impl<S> fmt::Debug for Gate<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}
