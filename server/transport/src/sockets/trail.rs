//! What a socket leaves behind for the case that its client loses the connection: the events of late, and the private id by
//! which the client finds them again. What a socket is does not matter here: it is the type `S`.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::mem::offset_of;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use socketio::{Args, Encoded, MissedLog, Noted, Offset, Parser};

use crate::id::SocketId;
use crate::recovery::Recovery;

/// Numbers the events of a namespace.
#[derive(Debug)]
pub(super) struct Course {
    run: u32,
    next: AtomicU64,
    /// Somebody keeps events, so that they need an offset.
    kept: AtomicBool,
}

impl Default for Course {
    fn default() -> Self {
        // Need not be a secret: it tells this namespace's offsets from those of a server that ran before.
        let run = RandomState::new().build_hasher().finish() as u32;
        Self { run, next: AtomicU64::new(0), kept: AtomicBool::new(false) }
    }
}

impl Course {
    /// The offset of the next event, where anybody keeps any.
    pub(super) fn offset(&self) -> Option<Offset> {
        let number = || self.next.fetch_add(1, Relaxed);
        self.kept.load(Relaxed).then(|| Offset { run: self.run, number: number() })
    }

    /// Where a socket that joins now begins.
    pub(super) fn start(&self) -> Offset {
        self.kept.store(true, Relaxed);
        Offset { run: self.run, number: self.next.load(Relaxed) }
    }
}

/// The trail of one socket. What a broadcast looks at stands first, as in [`Conn`](crate::conn::Conn): on two cache lines, of
/// which each has something that can be read beside the lock.
#[derive(Debug)]
#[repr(C, align(128))]
pub(super) struct Trail<S> {
    bounds: Bounds,
    log: Mutex<MissedLog>,
    /// The client's parser; the log is in its form.
    pub(super) parser: Parser,
    /// The client has been here before.
    pub(super) recovered: bool,
    pub(super) pid: SocketId,
    /// What its client has to hear before it is told that it is back.
    pub(super) missed: Mutex<Vec<Encoded>>,
    /// Who has taken its place.
    pub(super) heir: OnceLock<S>,
}

const _: () = assert!(offset_of!(Trail<()>, recovered) >= 64 && offset_of!(Trail<()>, recovered) < 128);

/// Most events of a log and most bytes.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    events: u32,
    bytes: u32,
}

/// The log, held to note what is sent. Whoever holds it until the kernel has the event waits less: giving a lock back waits for
/// all that was written, and of that the log's end is in no cache.
#[must_use]
pub(super) struct Noting<'a> {
    log: MutexGuard<'a, MissedLog>,
    bounds: Bounds,
}

impl Noting<'_> {
    /// See [`MissedLog::fetch_ends`].
    pub(super) fn fetch_ends(&self) -> usize {
        self.log.fetch_ends()
    }

    /// See [`MissedLog::fetch`].
    pub(super) fn fetch(&self) -> u64 {
        self.log.fetch()
    }

    /// Notes an event.
    pub(super) fn note(&mut self, event: &Arc<Noted>) {
        let Bounds { events, bytes } = self.bounds;
        self.log.push(event.clone(), events as usize, bytes as usize);
    }

    /// Notes an event that nobody else gets: its first message, which is text or binary, and the arguments with its attachments.
    pub(super) fn note_own(&mut self, offset: Offset, head: (bool, &[u8]), args: &Args) {
        let Bounds { events, bytes } = self.bounds;
        self.log.push_own(offset, head, args, (events as usize, bytes as usize));
    }
}

impl<S> Trail<S> {
    pub(super) fn new(pid: SocketId, parser: Parser, start: Offset, bounds: &Recovery) -> Self {
        let most = |bound: usize| u32::try_from(bound).unwrap_or(u32::MAX);
        let bounds = Bounds { events: most(bounds.max_events), bytes: most(bounds.max_bytes) };
        let log = Mutex::new(MissedLog::new(start));
        let (missed, heir) = (Mutex::default(), OnceLock::new());
        Self { bounds, log, parser, recovered: false, pid, missed, heir }
    }

    /// Looks at what [noting](Self::noting) needs, beside the lock.
    pub(super) fn fetch(&self) -> u32 {
        self.bounds.events + u32::from(self.recovered)
    }

    /// Holds the log to note what is sent.
    pub(super) fn noting(&self) -> Noting<'_> {
        Noting { log: self.log(), bounds: self.bounds }
    }

    /// The same where nobody else holds it.
    pub(super) fn try_noting(&self) -> Option<Noting<'_>> {
        Some(Noting { log: self.log.try_lock().ok()?, bounds: self.bounds })
    }

    /// Notes an event of an absent client, unless somebody has taken its place: then it is the heir's.
    pub(super) fn note_absent(&self, event: impl FnOnce(Parser) -> Option<Arc<Noted>>) -> Option<&S> {
        let mut noting = self.noting();
        if let Some(heir) = self.heir.get() {
            return Some(heir);
        }
        if let Some(event) = event(self.parser) {
            noting.note(&event);
        }
        None
    }

    /// Something was not noted that should have been: the client begins anew when it is back.
    pub(super) fn spoil(&self) {
        self.log().spoil();
    }

    /// Hands the log on: `make` makes the heir of a trail with all that was noted, and nothing is noted here from then on. `None`
    /// where what the client has missed is not all there.
    pub(super) fn bequeath(&self, seen: Option<&str>, make: impl FnOnce(Self) -> S) -> Option<S>
    where
        S: Clone,
    {
        let mut log = self.log();
        if self.heir.get().is_some() {
            return None;
        }
        let missed = Mutex::new(log.behind(seen)?);
        let empty = MissedLog::new(Offset { run: 0, number: 0 });
        let noted = Mutex::new(std::mem::replace(&mut *log, empty));
        let Self { bounds, parser, pid, .. } = *self;
        let heir = OnceLock::new();
        let heir = make(Self { bounds, log: noted, parser, recovered: true, pid, missed, heir });
        let _ = self.heir.set(heir.clone());
        Some(heir)
    }

    fn log(&self) -> MutexGuard<'_, MissedLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
