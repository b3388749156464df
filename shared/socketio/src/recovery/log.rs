//! What was sent to one socket, under offsets by which its client says what it has seen.

use std::{collections::VecDeque, sync::Arc};

use super::offset::Offset;
use super::ring::{Heading, Ring};
use crate::{Args, Encoded};

/// An event in the logs of all its receivers, which share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Its place.
    pub offset: Offset,
    /// Its messages.
    pub event: Encoded,
}

/// The newest events that were sent to one socket, or would have been while it was away.
///
/// What noting looks at stands first and is little, as a broadcast does it for thousands in a row.
#[derive(Debug)]
#[repr(C)]
pub struct MissedLog {
    /// Bytes of all events, each message with [`MESSAGE_COST`](Self::MESSAGE_COST).
    bytes: usize,
    /// The number of the newest event, also of one too long to be kept: who has seen it has missed nothing.
    newest: Option<u64>,
    /// Of the next event. It wraps, so orders are compared by how far they lie before this one.
    order: u32,
    /// Some event has been dropped.
    cut: bool,
    /// Some event was not noted at all.
    spoiled: bool,
    /// Events that nobody shares, in their order.
    own: Ring,
    /// The others, in their order.
    shared: VecDeque<Entry>,
    /// The first offset that an event of this socket could have.
    start: Offset,
}

#[derive(Debug)]
struct Entry {
    event: Arc<Noted>,
    order: u32,
    /// Stands here so that dropping an old event does not read it.
    cost: u32,
}

/// Where an event is.
enum Place<'a> {
    Shared(&'a Encoded),
    /// So many bytes of the ring, from there.
    Own(usize, u32),
}

impl MissedLog {
    /// What one message of an event counts beside its bytes.
    pub const MESSAGE_COST: usize = 96;

    /// The log of a socket that joins when `start` is the next offset.
    pub const fn new(start: Offset) -> Self {
        let shared = VecDeque::new();
        Self { bytes: 0, newest: None, order: 0, cut: false, spoiled: false, own: Ring::new(), shared, start }
    }

    /// Notes an event; the oldest ones go when there are more than `max_events`, or than `max_bytes` in all.
    pub fn push(&mut self, event: Arc<Noted>, max_events: usize, max_bytes: usize) {
        let cost = event.event.len() + (1 + event.event.attachments.len()) * Self::MESSAGE_COST;
        if let Some(order) = self.make_room(event.offset.number, cost, max_events, max_bytes) {
            self.shared.push_back(Entry { event, order, cost: cost as u32 });
        }
    }

    /// Notes an event that nobody else gets, with a copy of its bytes: `head` is its first message, which is `text` or binary,
    /// and `args` has the attachments of a text. Of the offset the number counts, as all of a log have the same run.
    pub fn push_own(&mut self, offset: Offset, (text, head): (bool, &[u8]), args: &Args, bounds: (usize, usize)) {
        let (messages, len) = Ring::size_of(text, head, args);
        let (cost, number) = (len + messages * Self::MESSAGE_COST, offset.number);
        if let Some(order) = self.make_room(number, cost, bounds.0, bounds.1) {
            self.own.push(Heading { len: len as u32, cost: cost as u32, order, number }, text, head, args);
        }
    }

    /// The order of a new event, where there is room for it. The oldest go first, so a full log goes on in the place that has
    /// just been left.
    fn make_room(&mut self, number: u64, cost: usize, max_events: usize, max_bytes: usize) -> Option<u32> {
        self.newest = Some(number);
        self.bytes += cost;
        while self.len() >= max_events || self.bytes > max_bytes || cost > u32::MAX as usize {
            self.cut = true;
            let Some(cost) = self.drop_oldest() else {
                self.bytes = 0;
                return None;
            };
            self.bytes -= cost;
        }
        self.order = self.order.wrapping_add(1);
        Some(self.order.wrapping_sub(1))
    }

    /// Drops the oldest event; returns what it counted.
    fn drop_oldest(&mut self) -> Option<usize> {
        let age = |order| self.order.wrapping_sub(order);
        let (own, shared) = (self.own.first(), self.shared.front());
        if let Some(own) = own.filter(|own| shared.is_none_or(|shared| age(own.order) > age(shared.order))) {
            self.own.drop_first(own);
            return Some(own.cost as usize);
        }
        Some(self.shared.pop_front()?.cost as usize)
    }

    /// An event could not be noted: nobody who comes back has missed only what is here.
    pub fn spoil(&mut self) {
        self.spoiled = true;
    }

    /// The events behind `seen`, oldest first. `None` where they are not all there, or `seen` is no offset of ours.
    pub fn behind(&self, seen: Option<&str>) -> Option<Vec<Encoded>> {
        if self.spoiled {
            return None;
        }
        let all = self.places();
        let from = match seen.map(str::parse::<Offset>) {
            None => self.whole()?,
            Some(Err(())) => return None,
            Some(Ok(seen)) if seen.run != self.start.run => return None,
            // Several threads may send at a time, so numbers need not ascend.
            Some(Ok(seen)) => match all.iter().rposition(|(_, number, _)| *number == seen.number) {
                Some(at) => at + 1,
                None if self.newest == Some(seen.number) => all.len(),
                // The client has it from a former life, and has seen nothing of this one.
                None if seen.number < self.start.number => self.whole()?,
                None => return None,
            },
        };
        let event = |(_, _, place): &(_, _, Place<'_>)| match *place {
            Place::Shared(event) => event.clone(),
            Place::Own(at, len) => self.own.read(at, len as usize),
        };
        Some(all[from..].iter().map(event).collect())
    }

    /// All events, oldest first: age, offset's number and place.
    fn places(&self) -> Vec<(u32, u64, Place<'_>)> {
        let age = |order| self.order.wrapping_sub(order);
        let shared = self.shared.iter().map(|e| (age(e.order), e.event.offset.number, Place::Shared(&e.event.event)));
        let own = self.own.headings().map(|(own, at)| (age(own.order), own.number, Place::Own(at, own.len)));
        let mut all: Vec<_> = shared.chain(own).collect();
        all.sort_unstable_by_key(|(age, ..)| std::cmp::Reverse(*age));
        all
    }

    fn whole(&self) -> Option<usize> {
        (!self.cut).then_some(0)
    }

    /// How many events are there.
    pub fn len(&self) -> usize {
        self.shared.len() + self.own.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{Namespace, Parser, Value};

    fn offset(number: u64) -> Offset {
        Offset { run: 0xabc, number }
    }

    fn event(number: u64) -> Encoded {
        Parser::Json.encode_event(&Namespace::ROOT, "e", &Args::from(vec![Value::UInt(number)]), None)
    }

    fn noted(number: u64) -> Arc<Noted> {
        Arc::new(Noted { offset: offset(number), event: event(number) })
    }

    fn log(numbers: std::ops::Range<u64>, max_events: usize) -> MissedLog {
        let mut log = MissedLog::new(offset(10));
        numbers.for_each(|number| log.push(noted(number), max_events, 10_000));
        log
    }

    fn behind(log: &MissedLog, seen: Option<&str>) -> Option<Vec<Encoded>> {
        log.behind(seen)
    }

    #[test]
    fn everything_behind_what_was_seen_comes_again_once_and_in_order() {
        let log = log(10..14, 10);
        assert_eq!(behind(&log, Some("abc.b")), Some(vec![event(12), event(13)]));
        assert_eq!(behind(&log, Some("abc.d")), Some(vec![]));
        assert_eq!(behind(&log, None).map(|all| all.len()), Some(4), "nothing was seen");
        assert_eq!(behind(&log, Some("abc.9")).map(|all| all.len()), Some(4), "seen in a former life");
    }

    #[test]
    fn what_cannot_be_told_for_certain_is_no_recovery() {
        let whole = log(10..14, 10);
        for foreign in ["abd.b", "abc.e", "b", "", "abc.", "ABC.b", "abc.0b", "+abc.b", "abc.ffffffffffffffffff"] {
            assert_eq!(behind(&whole, Some(foreign)), None, "{foreign}");
        }
        let cut = log(10..14, 3);
        assert_eq!(cut.len(), 3);
        assert_eq!(behind(&cut, None), None);
        assert_eq!(behind(&cut, Some("abc.a")), None);
        assert_eq!(behind(&cut, Some("abc.b")).map(|all| all.len()), Some(2));
    }

    #[test]
    fn a_log_that_lacks_an_event_gives_nobody_anything() {
        let mut log = log(10..14, 10);
        log.spoil();
        log.push(noted(15), 10, 10_000);
        assert_eq!((behind(&log, None), behind(&log, Some("abc.d")), behind(&log, Some("abc.f"))), (None, None, None));
    }

    #[test]
    fn bytes_are_bounded_too() {
        let mut log = MissedLog::new(offset(0));
        let cost = event(1).len() + MissedLog::MESSAGE_COST;
        (0..9).for_each(|number| log.push(noted(number), 100, 2 * cost));
        assert_eq!(log.len(), 2);
        log.push(noted(9), 100, cost - 1);
        assert!(log.is_empty(), "an event beyond the bound is not kept");
        assert_eq!(behind(&log, None), None);
        assert_eq!(behind(&log, Some("abc.8")), None, "the client lacks the one that was not kept");
        assert_eq!(behind(&log, Some("abc.9")), Some(vec![]), "the client has even that one");
    }

    /// Notes events 10 and on, of which each third has an attachment and each second is nobody else's.
    fn mixed(parser: Parser, count: u64, max_events: usize) -> (MissedLog, Vec<Encoded>) {
        let (mut log, mut all) = (MissedLog::new(offset(10)), Vec::new());
        for number in 10..10 + count {
            let mut args = Args::from(vec![Value::UInt(number)]);
            if number % 3 == 0 {
                args.push(Value::Bin(Bytes::from(vec![number as u8; number as usize * 7])));
                args.push(Value::Bin(Bytes::new()));
            }
            let event = parser.encode_event(&Namespace::ROOT, "e", &args, None);
            if number % 2 == 0 {
                let mut head = Vec::new();
                parser.write_event(&mut head, &Namespace::ROOT, "e", &args, 10).unwrap();
                log.push_own(offset(number), (parser == Parser::Json, &head), &args, (max_events, 1_000_000));
            } else {
                log.push(Arc::new(Noted { offset: offset(number), event: event.clone() }), max_events, 1_000_000);
            }
            all.push(event);
        }
        (log, all)
    }

    #[test]
    fn events_that_nobody_shares_come_back_as_they_were_among_the_others() {
        for parser in [Parser::Json, Parser::MessagePack] {
            for (count, max_events) in [(1, 8), (7, 8), (9, 8), (100, 8), (101, 1)] {
                let (log, all) = mixed(parser, count, max_events);
                let kept = max_events.min(all.len());
                for seen in 1..=kept {
                    let last = offset(10 + count - seen as u64).to_string();
                    assert_eq!(log.behind(Some(&last)), Some(all[all.len() - seen + 1..].to_vec()), "{count} {seen}");
                }
                assert_eq!(log.behind(None), (count <= 8).then_some(all));
            }
        }
    }
}
