//! The namespaces of a server, by name: those the application has made, and those its patterns make on demand.

use std::collections::HashMap;
use std::sync::Mutex;

use socketio::Value;

use super::handle::{Namespace, lock};
use super::pattern::NamespacePattern;
use super::refusal::Refusal;

#[derive(Debug, Default)]
pub(crate) struct Directory {
    fixed: Mutex<HashMap<Box<str>, Namespace>>,
    patterns: Mutex<Vec<NamespacePattern>>,
}

impl Directory {
    /// The namespace `name`: an open child of a pattern, or one of the application's, made if it is new.
    pub(crate) fn of(&self, name: &str) -> Namespace {
        let id = socketio::Namespace::new(name);
        if let Some(child) = self.patterns().iter().find_map(|pattern| pattern.child(id.as_str())) {
            return child;
        }
        let fresh = || Namespace::with_gate(id.as_str(), Default::default());
        lock(&self.fixed).entry(id.as_str().into()).or_insert_with(fresh).clone()
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
        if let Some(fixed) = lock(&self.fixed).get(name) {
            return Ok(fixed.clone());
        }
        let found = self.patterns().iter().find_map(|pattern| pattern.enter(name, auth));
        found.unwrap_or_else(|| Err(Refusal::new(socketio::ServerSession::INVALID_NAMESPACE)))
    }

    /// A client has left `namespace`, or was not let in.
    pub(crate) fn exit(&self, namespace: &Namespace) {
        self.patterns().iter().for_each(|pattern| pattern.exit(namespace));
    }

    /// All namespaces there are now.
    pub(crate) fn all(&self) -> Vec<Namespace> {
        let mut all: Vec<_> = lock(&self.fixed).values().cloned().collect();
        all.extend(self.patterns().iter().flat_map(NamespacePattern::children));
        all
    }

    fn patterns(&self) -> Vec<NamespacePattern> {
        lock(&self.patterns).clone()
    }
}
