//! A list of handlers of one kind. It is copied when it changes, so that the handlers of an event run without a lock.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Names one handler, to take it out again. No other handler of the process has the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListenerId(u64);

/// One handler.
pub(super) struct Entry<F: ?Sized> {
    pub(super) id: ListenerId,
    /// It is taken out before its first call.
    pub(super) once: bool,
    pub(super) call: Arc<F>,
}

/// Handlers in the order they run in. Clones share them.
pub(super) struct List<F: ?Sized>(Option<Arc<[Entry<F>]>>);

impl<F: ?Sized> List<F> {
    /// Adds a handler behind the others.
    pub(super) fn push(&mut self, call: Arc<F>) -> ListenerId {
        self.insert(self.len(), false, call)
    }

    /// Adds a handler before the others.
    pub(super) fn prepend(&mut self, call: Arc<F>) -> ListenerId {
        self.insert(0, false, call)
    }

    /// Adds a handler behind the others that runs once.
    pub(super) fn push_once(&mut self, call: Arc<F>) -> ListenerId {
        self.insert(self.len(), true, call)
    }

    fn insert(&mut self, at: usize, once: bool, call: Arc<F>) -> ListenerId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = ListenerId(NEXT.fetch_add(1, Relaxed));
        let mut entries: Vec<_> = self.iter().cloned().collect();
        entries.insert(at, Entry { id, once, call });
        self.0 = Some(entries.into());
        id
    }

    fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |entries| entries.len())
    }

    /// Takes the handler out. It is given back to be dropped where no lock is held: what it holds may have code of its own.
    pub(super) fn remove(&mut self, id: ListenerId) -> Option<Box<dyn Any>>
    where
        F: 'static,
    {
        let gone = self.iter().find(|entry| entry.id == id).cloned()?;
        let left: Vec<_> = self.iter().filter(|entry| entry.id != id).cloned().collect();
        self.0 = (!left.is_empty()).then(|| left.into());
        Some(Box::new(gone))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry<F>> {
        self.0.iter().flat_map(|entries| entries.iter())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

// Derived, these would ask for more of the handler.
impl<F: ?Sized> Default for List<F> {
    fn default() -> Self {
        Self(None)
    }
}

impl<F: ?Sized> Clone for List<F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<F: ?Sized> Clone for Entry<F> {
    fn clone(&self) -> Self {
        Self { id: self.id, once: self.once, call: self.call.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_keep_their_order_and_go_by_their_id() {
        let mut list: List<dyn Fn() -> u8> = List::default();
        let ids = [list.push(Arc::new(|| 1)), list.push(Arc::new(|| 2)), list.prepend(Arc::new(|| 3))];
        let before = list.clone();
        let order = |list: &List<dyn Fn() -> u8>| list.iter().map(|entry| (entry.call)()).collect::<Vec<_>>();
        assert_eq!(order(&list), [3, 1, 2]);
        assert!(list.remove(ids[0]).is_some() && list.remove(ids[0]).is_none());
        assert_eq!(order(&list), [3, 2]);
        assert_eq!(order(&before), [3, 1, 2], "a copy taken before keeps what it had");
        assert!(list.remove(ids[1]).is_some());
        assert!(list.remove(ids[2]).is_some());
        assert!(list.is_empty());
    }
}
