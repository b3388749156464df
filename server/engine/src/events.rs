//! The events of one view, kept for clients that are behind: what must be told as long as there is room, what is only for
//! show as long as a base may lack it.

use std::collections::VecDeque;

use wire::{Event, Tick};

use crate::bounded::push_bounded;
use crate::ring::RING;

/// Most reliable events a view keeps; a client that has not been told older ones is told that it has missed some.
pub(crate) const MAX_RELIABLE: usize = 4_096;
/// Most cosmetic events a view keeps; the oldest go first.
pub(crate) const MAX_COSMETIC: usize = 256;

/// Events with their place in the order of all.
#[derive(Debug, Default)]
pub(crate) struct Events {
    reliable: VecDeque<(u64, Event)>,
    cosmetic: VecDeque<(u64, Event)>,
    pushed: u64,
    /// The newest reliable event that had to go.
    dropped: Tick,
}

impl Events {
    pub(crate) fn push(&mut self, event: Event, cosmetic: bool) {
        let entry = (self.pushed, event);
        self.pushed += 1;
        if cosmetic {
            push_bounded(&mut self.cosmetic, entry, MAX_COSMETIC);
        } else if let Some((_, oldest)) = push_bounded(&mut self.reliable, entry, MAX_RELIABLE) {
            self.dropped = oldest.tick;
        }
    }

    /// Drops what no base in the ring lacks and is only for show.
    pub(crate) fn forget(&mut self, now: Tick) {
        while self.cosmetic.pop_front_if(|(_, event)| now.since(event.tick) >= RING).is_some() {}
    }

    /// Everything after `base`, in order.
    pub(crate) fn since(&self, base: Tick, into: &mut Vec<(u64, Event)>) {
        into.clear();
        for list in [&self.reliable, &self.cosmetic] {
            let first = list.partition_point(|(_, event)| event.tick <= base);
            into.extend(list.range(first..));
        }
        into.sort_unstable_by_key(|(place, _)| *place);
    }

    /// Reliable events after `tick` that are still there, in order.
    pub(crate) fn reliable_since(&self, tick: Tick) -> impl Iterator<Item = Event> + '_ {
        let first = self.reliable.partition_point(|(_, event)| event.tick <= tick);
        self.reliable.range(first..).map(|(_, event)| *event)
    }

    /// The tick of the newest reliable event that had to go.
    pub(crate) const fn dropped(&self) -> Tick {
        self.dropped
    }
}
