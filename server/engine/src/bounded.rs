//! Lists with an end.

use std::collections::VecDeque;

/// Appends. When the list is full, the oldest goes, and is returned.
pub(crate) fn push_bounded<T>(list: &mut VecDeque<T>, item: T, limit: usize) -> Option<T> {
    let oldest = if list.len() == limit { list.pop_front() } else { None };
    list.push_back(item);
    oldest
}
