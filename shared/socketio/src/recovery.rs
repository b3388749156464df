//! Connection state recovery, as far as it needs no clock: what was sent to one socket, under offsets by which its client says
//! what it has seen. Owns the bounded log; who is parked for how long is the transport's.

use std::{collections::VecDeque, fmt, str::FromStr, sync::Arc};

use crate::{Encoded, Value};

/// The place of an event among all events of a namespace. Clients get it as text, as the last argument of the event, and give
/// the newest one back when they reconnect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Offset {
    /// Tells one run of a server from another, so that an offset of another run is known as foreign.
    pub run: u32,
    /// Counts the events.
    pub number: u64,
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.{:x}", self.run, self.number)
    }
}

impl FromStr for Offset {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (run, number) = text.split_once('.').ok_or(())?;
        let offset = Self {
            run: u32::from_str_radix(run, 16).map_err(|_| ())?,
            number: u64::from_str_radix(number, 16).map_err(|_| ())?,
        };
        // Any other spelling of the same numbers is none of ours.
        if offset.to_string() == text { Ok(offset) } else { Err(()) }
    }
}

/// What a client that reconnects says of its former connection, in the data of its CONNECT packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The private id it was told.
    pub pid: &'a str,
    /// The newest offset it has seen; `None` when it has seen no event.
    pub offset: Option<&'a str>,
}

impl<'a> Claim<'a> {
    /// Reads a claim. `None` where there is none, or it is not made of texts.
    pub fn of(auth: &'a Value) -> Option<Self> {
        let Some(Value::Str(pid)) = auth.get("pid") else { return None };
        let offset = match auth.get("offset") {
            Some(Value::Str(offset)) => Some(&**offset),
            None | Some(Value::Null) => None,
            Some(_) => return None,
        };
        Some(Self { pid, offset })
    }
}

/// An event in the log: the same one in the logs of all its receivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Its place.
    pub offset: Offset,
    /// Its messages.
    pub event: Encoded,
}

impl Noted {
    fn cost(&self) -> usize {
        self.event.len() + MissedLog::ENTRY_COST
    }
}

/// The newest events that were sent to one socket, or would have been while it was away.
///
/// What noting looks at stands first and is little, as a broadcast does it for thousands in a row.
#[derive(Debug)]
#[repr(C)]
pub struct MissedLog {
    /// Each with its cost, so that dropping an old one does not read it.
    entries: VecDeque<(Arc<Noted>, usize)>,
    /// Bytes of all entries, each with [`ENTRY_COST`](Self::ENTRY_COST).
    bytes: usize,
    /// Some entry has been dropped.
    cut: bool,
    /// The first offset that an event of this socket could have.
    start: Offset,
}

impl MissedLog {
    /// What one entry counts beside its bytes.
    pub const ENTRY_COST: usize = 64;

    /// The log of a socket that joins when `start` is the next offset.
    pub const fn new(start: Offset) -> Self {
        Self { start, entries: VecDeque::new(), bytes: 0, cut: false }
    }

    /// Notes an event; the oldest ones go when there are more than `max_events`, or than `max_bytes` in all.
    pub fn push(&mut self, event: Arc<Noted>, max_events: usize, max_bytes: usize) {
        let cost = event.cost();
        self.bytes += cost;
        // First out, then in: a full log goes on in the place that has just been left.
        while self.entries.len() >= max_events || self.bytes > max_bytes {
            let Some((_, cost)) = self.entries.pop_front() else {
                self.bytes = 0;
                self.cut = true;
                return;
            };
            self.bytes -= cost;
            self.cut = true;
        }
        self.entries.push_back((event, cost));
    }

    /// The events behind `seen`, oldest first. `None` where they are not all there, or `seen` is no offset of ours.
    pub fn behind(&self, seen: Option<&str>) -> Option<impl Iterator<Item = &Encoded>> {
        let from = match seen.map(str::parse::<Offset>) {
            None => self.whole()?,
            Some(Err(())) => return None,
            Some(Ok(seen)) if seen.run != self.start.run => return None,
            // Several threads may send at a time, so numbers need not ascend.
            Some(Ok(seen)) => match self.entries.iter().rposition(|(noted, _)| noted.offset == seen) {
                Some(at) => at + 1,
                // The client has it from a former life, and has seen nothing of this one.
                None if seen.number < self.start.number => self.whole()?,
                None => return None,
            },
        };
        Some(self.entries.range(from..).map(|(noted, _)| &noted.event))
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
    use super::*;
    use crate::{Args, Namespace, Parser};

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
        log.behind(seen).map(|events| events.cloned().collect())
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
    fn bytes_are_bounded_too() {
        let mut log = MissedLog::new(offset(0));
        let cost = event(1).len() + MissedLog::ENTRY_COST;
        (0..9).for_each(|number| log.push(noted(number), 100, 2 * cost));
        assert_eq!(log.len(), 2);
        log.push(noted(9), 100, cost - 1);
        assert!(log.is_empty(), "an event beyond the bound is not kept");
        assert_eq!(behind(&log, None), None);
    }

    #[test]
    fn a_claim_is_made_of_texts() {
        let map =
            |pairs: Vec<(&str, Value)>| Value::Map(pairs.into_iter().map(|(key, value)| (key.into(), value)).collect());
        let claim = map(vec![("pid", "p".into()), ("offset", "o".into())]);
        assert_eq!(Claim::of(&claim), Some(Claim { pid: "p", offset: Some("o") }));
        assert_eq!(Claim::of(&map(vec![("pid", "p".into()), ("offset", Value::Null)])).map(|c| c.offset), Some(None));
        for bad in
            [map(vec![("pid", Value::Int(1))]), map(vec![("pid", "p".into()), ("offset", Value::Int(1))]), Value::Null]
        {
            assert_eq!(Claim::of(&bad), None);
        }
    }
}
