//! Namespaces made on demand: a pattern says which names there may be, and lends its children what decides and listens.

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;
use socketio::{Args, Value};

use super::gate::Gate;
use super::handle::{Namespace, Socket, lock};
use super::refusal::Refusal;
use crate::error::Error;

/// Namespaces that come into being when the first client asks for them; see
/// [`Server::namespace_matching`](crate::Server::namespace_matching). Clones are handles to the same one.
///
/// What is put on the pattern (`pattern.middleware(..)`, `pattern.on_connect(..)`, `pattern.on(..)`) is put on every child that
/// is made after that. A child goes when its last socket has left it, but for one that the application got by
/// [`Server::namespace`](crate::Server::namespace) before it was a child: that one is the same each time it is entered again, with what was on the pattern the first time.
#[derive(Clone)]
pub struct NamespacePattern {
    inner: Arc<Inner>,
}

type Matches = dyn Fn(&str, &Value) -> bool + Send + Sync;

struct Inner {
    matches: Box<Matches>,
    gate: Gate<Socket>,
    max: usize,
    children: Mutex<HashMap<Box<str>, Child>>,
}

/// What there is by the name of a child that is to be made.
pub(super) enum Found {
    /// Nothing that the pattern may take.
    Nothing,
    /// A namespace that becomes the child, and how many are inside.
    Child(Namespace, usize),
    /// The application's own, which is entered.
    Own(Namespace),
}

struct Child {
    namespace: Namespace,
    /// Sockets in it, and those being decided about.
    inside: usize,
}

impl Child {
    /// Until when it waits for the last of its clients, where nobody is in it but those whose clients are waited for.
    fn deserted_until(&self) -> Option<Duration> {
        let (absent, until) = self.namespace.waits_for()?;
        (absent == self.inside).then_some(until)
    }
}

impl NamespacePattern {
    pub(super) fn new(matches: impl Fn(&str, &Value) -> bool + Send + Sync + 'static, max: usize) -> Self {
        let inner = Inner { matches: Box::new(matches), gate: Gate::default(), max, children: Mutex::default() };
        Self { inner: Arc::new(inner) }
    }

    /// The namespaces there are now.
    pub fn children(&self) -> Vec<Namespace> {
        lock(&self.inner.children).values().map(|child| child.namespace.clone()).collect()
    }

    /// The namespace `name`, while there is somebody in it.
    pub fn child(&self, name: &str) -> Option<Namespace> {
        lock(&self.inner.children).get(name).map(|child| child.namespace.clone())
    }

    /// Sends `event` to all sockets of all children; returns how many took it.
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data, or a name that Socket.IO reserves.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<usize, Error> {
        let args = Args::from_serialize(args)?;
        self.children().iter().map(|child| child.all().emit_args(event, args.clone())).sum()
    }

    /// Whether both are handles to the same one.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// Asks the application's predicate about a client that asks for `name`.
    pub(super) fn matches(&self, name: &str, auth: &Value) -> bool {
        (self.inner.matches)(name, auth)
    }

    /// The child `name` for a client; where none is open it is what `find` finds, or a new one. The client counts as inside
    /// until [`exit`](Self::exit).
    ///
    /// # Errors
    /// A refusal where there are as many children as there may be.
    pub(super) fn enter(&self, name: &str, find: impl FnOnce() -> Found) -> Result<Namespace, Refusal> {
        let mut children = lock(&self.inner.children);
        if let Some(child) = children.get_mut(name) {
            child.inside += 1;
            return Ok(child.namespace.clone());
        }
        // Those in which nobody is go when this one's client has been let in; until then there may be as many beside.
        let full = |children: usize| children >= self.inner.max;
        if full(children.len()) && full(children.values().filter(|child| child.deserted_until().is_none()).count()) {
            return Err(Refusal::new(format!("more than {} namespaces", self.inner.max)));
        }
        let (namespace, inside) = match find() {
            Found::Own(namespace) => return Ok(namespace),
            Found::Child(namespace, inside) => (namespace, inside),
            Found::Nothing => (Namespace::with_gate(name, self.inner.gate.copy()), 0),
        };
        children.insert(name.into(), Child { namespace: namespace.clone(), inside: inside + 1 });
        Ok(namespace)
    }

    /// Whether this namespace is a child.
    pub(super) fn has(&self, namespace: &Namespace) -> bool {
        lock(&self.inner.children).get(namespace.name()).is_some_and(|child| child.namespace.is(namespace))
    }

    /// Where there are more children than there may be: of those in which nobody is the one that has been so for the longest.
    pub(super) fn deserted(&self) -> Option<Namespace> {
        let children = lock(&self.inner.children);
        if children.len() <= self.inner.max {
            return None;
        }
        let deserted = children.values().filter_map(|child| Some((child.deserted_until()?, &child.namespace)));
        deserted.min_by_key(|(until, _)| *until).map(|(_, namespace)| namespace.clone())
    }

    /// A client has left `namespace`, or was not let in.
    pub(super) fn exit(&self, namespace: &Namespace) {
        let mut children = lock(&self.inner.children);
        let Some(child) = children.get_mut(namespace.name()).filter(|child| child.namespace.is(namespace)) else {
            return;
        };
        child.inside -= 1;
        if child.inside == 0 {
            let gone = children.remove(namespace.name());
            drop(children);
            drop(gone);
        }
    }
}

impl Deref for NamespacePattern {
    type Target = Gate<Socket>;

    fn deref(&self) -> &Gate<Socket> {
        &self.inner.gate
    }
}

impl fmt::Debug for NamespacePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamespacePattern").field("children", &self.children()).finish_non_exhaustive()
    }
}
