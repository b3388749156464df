//! One seat: the numbers of its actions, and everything that only it is told.

use std::collections::VecDeque;

use wire::{ActionSeq, Event, Receipt, SeatUpdate, Tick};

use crate::ViewId;

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
    // Scratch for encoding, so that a frame allocates nothing but its bytes.
    column_list: Vec<(usize, i32)>,
    receipt_list: Vec<Receipt>,
    event_list: Vec<Event>,
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
            column_list: Vec::new(),
            receipt_list: Vec::new(),
            event_list: Vec::new(),
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
        push_bounded(&mut self.receipts, receipt, MAX_RECEIPTS);
    }

    pub(crate) fn push_event(&mut self, event: Event) {
        push_bounded(&mut self.events, event, MAX_EVENTS);
    }

    /// The client has everything up to `tick`: it will not be told again, also not after a keyframe.
    pub(crate) fn acknowledge(&mut self, tick: Tick) {
        while self.receipts.pop_front_if(|receipt| receipt.tick <= tick).is_some() {}
        while self.events.pop_front_if(|event| event.tick <= tick).is_some() {}
    }

    /// What is new since `base`; without one, everything not acknowledged yet. A base says which frame the client has,
    /// so what came with it is not repeated.
    pub(crate) fn update(&mut self, base: Option<Tick>) -> SeatUpdate<'_> {
        let new = |tick: Tick| base.is_none_or(|base| tick > base);
        self.column_list.clear();
        let columns = self.columns.iter().zip(&self.changed).enumerate();
        let wanted = columns.filter(|(_, (value, changed))| if base.is_none() { **value != 0 } else { new(**changed) });
        self.column_list.extend(wanted.map(|(place, (value, _))| (place, *value)));
        self.receipt_list.clear();
        self.receipt_list.extend(self.receipts.iter().filter(|receipt| new(receipt.tick)));
        self.event_list.clear();
        self.event_list.extend(self.events.iter().filter(|event| new(event.tick)));
        SeatUpdate {
            applied: (self.applied > ActionSeq(0) && new(self.applied_at)).then_some(self.applied),
            columns: &self.column_list,
            receipts: &self.receipt_list,
            events: &self.event_list,
            ..SeatUpdate::default()
        }
    }
}

/// Appends, dropping the oldest when the list is full.
pub(crate) fn push_bounded<T>(list: &mut VecDeque<T>, item: T, limit: usize) {
    if list.len() == limit {
        list.pop_front();
    }
    list.push_back(item);
}
