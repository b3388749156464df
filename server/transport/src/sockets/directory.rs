//! The namespaces of a server, by name: those the application has made, and those its patterns make on demand.

use std::collections::HashMap;
use std::sync::Mutex;

use socketio::Value;

use super::handle::{Namespace, lock};
use super::pattern::{Found, NamespacePattern};
use super::refusal::Refusal;

/// Where both are needed, the lock of `named` is taken before that of a pattern's children, so that no child of a name is made
/// while the application makes that name its own. Nothing of the application's runs under either.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    named: Mutex<HashMap<Box<str>, Named>>,
    patterns: Mutex<Vec<NamespacePattern>>,
}

/// A namespace that the application has asked for by name.
#[derive(Debug)]
struct Named {
    namespace: Namespace,
    /// The pattern whose child it is for good. None while it is the application's own, or nobody's yet.
    owner: Option<NamespacePattern>,
    /// Sockets in it, and those being decided about, while it has no owner: it takes them along.
    inside: usize,
}

impl Named {
    fn new(name: &str) -> Self {
        Self { namespace: Namespace::with_gate(name, Default::default()), owner: None, inside: 0 }
    }

    /// Whether no pattern has a say: it is `/`, or the application has put something on it.
    fn is_own(&self) -> bool {
        self.owner.is_none() && (self.namespace.id().is_root() || self.namespace.is_set())
    }

    fn enter(&mut self) -> Namespace {
        self.inside += 1;
        self.namespace.clone()
    }

    /// Makes it the child of a pattern that matches, unless the application was faster or it is another's.
    fn adopt(&mut self, pattern: &NamespacePattern) -> Found {
        match &self.owner {
            Some(owner) if !owner.is(pattern) => return Found::Nothing,
            None if !self.namespace.fill(pattern) => return Found::Own(self.enter()),
            owner => self.owner = Some(owner.as_ref().unwrap_or(pattern).clone()),
        }
        Found::Child(self.namespace.clone(), std::mem::take(&mut self.inside))
    }
}

impl Directory {
    /// The namespace `name`: an open child of a pattern, or one of the application's, made if it is new.
    pub(crate) fn of(&self, name: &str) -> Namespace {
        let id = socketio::Namespace::new(name);
        let patterns = self.patterns();
        let mut named = lock(&self.named);
        if let Some(child) = patterns.iter().find_map(|pattern| pattern.child(id.as_str())) {
            return child;
        }
        named.entry(id.as_str().into()).or_insert_with(|| Named::new(id.as_str())).namespace.clone()
    }

    /// Adds a pattern that makes at most `max` namespaces at a time.
    pub(crate) fn add(
        &self,
        matches: impl Fn(&str, &Value) -> bool + Send + Sync + 'static,
        max: usize,
    ) -> NamespacePattern {
        let pattern = NamespacePattern::new(matches, max);
        lock(&self.patterns).push(pattern.clone());
        pattern
    }

    /// The namespace for a client that asks for `name`. Each call that succeeds is to be followed by one of
    /// [`exit`](Self::exit). Runs the patterns' predicates, which are the application's.
    ///
    /// # Errors
    /// A refusal where there is no such namespace, or no room for it.
    pub(crate) fn enter(&self, name: &str, auth: &Value) -> Result<Namespace, Refusal> {
        if let Some(own) = lock(&self.named).get_mut(name).filter(|named| named.is_own()) {
            return Ok(own.enter());
        }
        let patterns = self.patterns();
        if let Some(pattern) = patterns.iter().find(|pattern| pattern.matches(name, auth)) {
            return self.enter_child(pattern, name);
        }
        // Whom no pattern lets in might be let in here past the middlewares of the one that would have this name.
        let mut named = lock(&self.named);
        let unset = named.get_mut(name).filter(|_| patterns.is_empty()).map(Named::enter);
        unset.ok_or_else(|| Refusal::new(socketio::ServerSession::INVALID_NAMESPACE))
    }

    /// A client has been let in: of its pattern's children those go for whom there is no more room, as nobody is in them. Not
    /// before, as who is refused must not cost others what they come back for.
    pub(crate) fn make_room(&self, namespace: &Namespace) {
        for pattern in self.patterns().iter().filter(|pattern| pattern.has(namespace)) {
            while let Some(deserted) = pattern.deserted() {
                deserted.forget_parked();
            }
        }
    }

    /// The child `name` of a pattern that matches.
    fn enter_child(&self, pattern: &NamespacePattern, name: &str) -> Result<Namespace, Refusal> {
        let mut named = lock(&self.named);
        pattern.enter(name, || named.get_mut(name).map_or(Found::Nothing, |named| named.adopt(pattern)))
    }

    /// A client has left `namespace`, or was not let in.
    pub(crate) fn exit(&self, namespace: &Namespace) {
        if let Some(named) = lock(&self.named).get_mut(namespace.name())
            && named.owner.is_none()
            && named.namespace.is(namespace)
        {
            named.inside -= 1;
            return;
        }
        self.patterns().iter().for_each(|pattern| pattern.exit(namespace));
    }

    /// All namespaces there are now.
    pub(crate) fn all(&self) -> Vec<Namespace> {
        let mut all: Vec<_> = lock(&self.named).values().map(|named| named.namespace.clone()).collect();
        all.extend(self.patterns().iter().flat_map(NamespacePattern::children));
        all
    }

    fn patterns(&self) -> Vec<NamespacePattern> {
        lock(&self.patterns).clone()
    }
}
