//! What was sent to one socket, under offsets by which its client says what it has seen.

use std::{collections::VecDeque, sync::Arc};

use super::offset::Offset;
use super::ring::Ring;
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
/// Noting reads and writes little, as it is done for thousands of logs in a row.
#[derive(Debug)]
pub struct MissedLog {
    /// All events, oldest first.
    entries: VecDeque<Entry>,
    /// The bytes of those that nobody shares, in the same order.
    own: Ring,
    /// Bytes of all events, each message with [`MESSAGE_COST`](Self::MESSAGE_COST).
    bytes: usize,
    /// The number of the newest event, also of one too long to be kept: who has seen it has missed nothing.
    newest: Option<u64>,
    /// The number of the first offset that an event of this socket could have.
    start: u64,
    /// Of all offsets.
    run: u32,
    /// Some event has been dropped.
    cut: bool,
    /// Some event was not noted at all.
    spoiled: bool,
}

/// What dropping an event has to know stands here, so that it reads nothing of the event itself.
#[derive(Debug)]
struct Entry {
    /// The event, where others have it too.
    shared: Option<Arc<Noted>>,
    /// What it counts.
    cost: u32,
    /// Its bytes in the ring.
    own: u32,
}

/// Where an event is.
enum Place<'a> {
    Shared(&'a Encoded),
    /// So many bytes of the ring, from there.
    Own(usize, usize),
}

impl MissedLog {
    /// What one message of an event counts beside its bytes.
    pub const MESSAGE_COST: usize = 96;

    /// The log of a socket that joins when `start` is the next offset.
    pub fn new(start: Offset) -> Self {
        Self {
            entries: VecDeque::new(),
            own: Ring::default(),
            bytes: 0,
            newest: None,
            start: start.number,
            run: start.run,
            cut: false,
            spoiled: false,
        }
    }

    /// Notes an event; the oldest ones go when there are more than `max_events`, or than `max_bytes` in all.
    pub fn push(&mut self, event: Arc<Noted>, max_events: usize, max_bytes: usize) {
        let cost = event.event.len() + (1 + event.event.attachments.len()) * Self::MESSAGE_COST;
        if self.make_room(event.offset.number, cost, max_events, max_bytes) {
            self.entries.push_back(Entry { shared: Some(event), cost: cost as u32, own: 0 });
        }
    }

    /// Notes an event that nobody else gets, with a copy of its bytes: `head` is its first message, which is `text` or binary,
    /// and `args` has the attachments of a text. Of the offset the number counts, as all of a log have the same run.
    pub fn push_own(&mut self, offset: Offset, (text, head): (bool, &[u8]), args: &Args, bounds: (usize, usize)) {
        let (messages, len) = Ring::size_of(text, head, args);
        let cost = len + messages * Self::MESSAGE_COST;
        if self.make_room(offset.number, cost, bounds.0, bounds.1) {
            self.own.push(len, offset.number, (text, head), args);
            self.entries.push_back(Entry { shared: None, cost: cost as u32, own: len as u32 });
        }
    }

    /// Reads what [`fetch`](Self::fetch) goes by. What it returns is of no use.
    pub fn fetch_ends(&self) -> usize {
        let oldest = self.entries.front().map_or(0, |entry| entry.cost);
        let newest = self.entries.back().map_or(0, |entry| entry.own);
        oldest as usize ^ newest as usize ^ self.own.fetch_block()
    }

    /// Reads where noting an event like the newest one would write. Done for several logs before the first event is noted, after
    /// [`fetch_ends`](Self::fetch_ends) for all of them, it makes their ways from memory overlap. What it returns is of no use.
    pub fn fetch(&self) -> u64 {
        self.own.fetch(self.entries.back().map_or(0, |entry| entry.own as usize))
    }

    /// Whether there is room for a new event. The oldest go first, so a full log goes on in the place that has just been left.
    fn make_room(&mut self, number: u64, cost: usize, max_events: usize, max_bytes: usize) -> bool {
        self.newest = Some(number);
        self.bytes += cost;
        while self.len() >= max_events || self.bytes > max_bytes || cost > u32::MAX as usize {
            self.cut = true;
            let Some(oldest) = self.entries.pop_front() else {
                self.bytes = 0;
                return false;
            };
            self.bytes -= oldest.cost as usize;
            if oldest.shared.is_none() {
                self.own.drop_first(oldest.own as usize);
            }
        }
        true
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
            Some(Ok(seen)) if seen.run != self.run => return None,
            // Several threads may send at a time, so numbers need not ascend.
            Some(Ok(seen)) => match all.iter().rposition(|(number, _)| *number == seen.number) {
                Some(at) => at + 1,
                None if self.newest == Some(seen.number) => all.len(),
                // The client has it from a former life, and has seen nothing of this one.
                None if seen.number < self.start => self.whole()?,
                None => return None,
            },
        };
        let event = |(_, place): &(_, Place<'_>)| match *place {
            Place::Shared(event) => event.clone(),
            Place::Own(at, len) => self.own.read(at, len),
        };
        Some(all[from..].iter().map(event).collect())
    }

    /// All events, oldest first: offset's number and place.
    fn places<'a>(&'a self) -> Vec<(u64, Place<'a>)> {
        let mut next = 0;
        let place = |entry: &'a Entry| match &entry.shared {
            Some(event) => (event.offset.number, Place::Shared(&event.event)),
            None => {
                let (at, len) = (next, entry.own as usize);
                next += len;
                (self.own.number(at), Place::Own(at, len))
            }
        };
        self.entries.iter().map(place).collect()
    }

    fn whole(&self) -> Option<usize> {
        (!self.cut).then_some(0)
    }

    /// How many events are there.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{Behind, Limits, Namespace, Parser, Value};

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
                let limits = Limits::default().packet();
                parser.write_event(&mut head, &Namespace::ROOT, "e", (&args, Behind::Nothing), limits).unwrap();
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
