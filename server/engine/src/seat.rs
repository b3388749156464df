//! One seat: the numbers of its actions, and everything that only it is told.

use std::collections::VecDeque;

use wire::{ActionSeq, Event, Receipt, SeatUpdate, Tick};

use crate::ViewId;
use crate::bounded::push_bounded;
use crate::events::Events;

/// Most receipts kept for a seat until it acknowledges them; the oldest go first.
const MAX_RECEIPTS: usize = 512;
/// Most private events kept for a seat until it acknowledges them; the oldest go first.
const MAX_EVENTS: usize = 256;

#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) view: ViewId,
    /// Highest number taken in. What is not above it is stale.
    pub(crate) submitted: ActionSeq,
    /// Highest number decided.
    pub(crate) applied: ActionSeq,
    applied_at: Tick,
    /// Actions in the inbox.
    pub(crate) waiting: usize,
    columns: Vec<i32>,
    changed: Vec<Tick>,
    receipts: VecDeque<Receipt>,
    events: VecDeque<Event>,
    /// The newest frame that the client says it has applied.
    acknowledged: Tick,
    /// The newest receipt or event that had to go before it was acknowledged.
    dropped: Tick,
    // Scratch for encoding, so that a frame allocates nothing but its bytes.
    column_list: Vec<(usize, i32)>,
    receipt_list: Vec<Receipt>,
    event_list: Vec<Event>,
    missed_list: Vec<Event>,
}

impl Seat {
    pub(crate) fn new(view: ViewId, columns: usize) -> Self {
        Self {
            view,
            submitted: ActionSeq(0),
            applied: ActionSeq(0),
            applied_at: Tick(0),
            waiting: 0,
            columns: vec![0; columns],
            changed: vec![Tick(0); columns],
            receipts: VecDeque::new(),
            events: VecDeque::new(),
            acknowledged: Tick(0),
            dropped: Tick(0),
            column_list: Vec::new(),
            receipt_list: Vec::new(),
            event_list: Vec::new(),
            missed_list: Vec::new(),
        }
    }

    pub(crate) fn set_columns(&mut self, columns: &[i32], tick: Tick) {
        for (place, value) in columns.iter().enumerate() {
            if self.columns[place] != *value {
                self.columns[place] = *value;
                self.changed[place] = tick;
            }
        }
    }

    pub(crate) fn push_receipt(&mut self, receipt: Receipt) {
        if receipt.seq > self.applied {
            (self.applied, self.applied_at) = (receipt.seq, receipt.tick);
        }
        if let Some(oldest) = push_bounded(&mut self.receipts, receipt, MAX_RECEIPTS) {
            self.dropped = self.dropped.max(oldest.tick);
        }
    }

    pub(crate) fn push_event(&mut self, event: Event) {
        if let Some(oldest) = push_bounded(&mut self.events, event, MAX_EVENTS) {
            self.dropped = self.dropped.max(oldest.tick);
        }
    }

    /// The client has everything up to `tick`: it will not be told again, also not after a keyframe.
    pub(crate) fn acknowledge(&mut self, tick: Tick) {
        self.acknowledged = self.acknowledged.max(tick);
        while self.receipts.pop_front_if(|receipt| receipt.tick <= tick).is_some() {}
        while self.events.pop_front_if(|event| event.tick <= tick).is_some() {}
    }

    /// What is new since `told`; without it, everything not acknowledged yet. `base` is the frame it goes with, `None` for a
    /// keyframe, which must make up for events of the seat's `view` too.
    pub(crate) fn update(&mut self, base: Option<Tick>, told: Option<Tick>, view: &Events) -> SeatUpdate<'_> {
        let since = told.unwrap_or(self.acknowledged);
        self.column_list.clear();
        let columns = self.columns.iter().zip(&self.changed).enumerate();
        let wanted = columns.filter(|(_, (value, changed))| base.map_or(**value != 0, |base| **changed > base));
        self.column_list.extend(wanted.map(|(place, (value, _))| (place, *value)));
        self.receipt_list.clear();
        self.receipt_list.extend(self.receipts.iter().filter(|receipt| receipt.tick > since));
        self.event_list.clear();
        self.event_list.extend(self.events.iter().filter(|event| event.tick > since));
        self.missed_list.clear();
        if base.is_none() && told.is_some() {
            self.missed_list.extend(view.reliable_since(since));
        }
        let applied = self.applied > ActionSeq(0) && base.is_none_or(|base| self.applied_at > base);
        SeatUpdate {
            applied: applied.then_some(self.applied),
            columns: &self.column_list,
            receipts: &self.receipt_list,
            events: &self.event_list,
            missed: &self.missed_list,
            lost: self.dropped > since || (told.is_some() && view.dropped() > since),
        }
    }
}
