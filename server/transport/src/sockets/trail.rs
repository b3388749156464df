//! What a socket leaves behind for the case that its client loses the connection: the events of late, and the private id by
//! which the client finds them again. What a socket is does not matter here: it is the type `S`.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
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

/// The trail of one socket. What a broadcast looks at stands first, as in [`Conn`](crate::conn::Conn).
#[derive(Debug)]
#[repr(C, align(128))]
pub(super) struct Trail<S> {
    max_events: usize,
    max_bytes: usize,
    log: Mutex<MissedLog>,
    pub(super) pid: SocketId,
    /// The client has been here before.
    pub(super) recovered: bool,
    /// The client's parser; the log is in its form.
    pub(super) parser: Parser,
    /// What its client has to hear before it is told that it is back.
    pub(super) missed: Mutex<Vec<Encoded>>,
    /// Who has taken its place.
    pub(super) heir: OnceLock<S>,
}

impl<S> Trail<S> {
    pub(super) fn new(pid: SocketId, parser: Parser, start: Offset, bounds: &Recovery) -> Self {
        let (max_events, max_bytes) = (bounds.max_events, bounds.max_bytes);
        let log = Mutex::new(MissedLog::new(start));
        let (missed, heir) = (Mutex::default(), OnceLock::new());
        Self { pid, recovered: false, max_events, max_bytes, log, parser, missed, heir }
    }

    /// Looks at what [`note`](Self::note) needs, beside the lock: an address and the bounds.
    pub(super) fn fetch(&self) -> usize {
        self.max_events + usize::from(self.recovered)
    }

    /// Notes an event.
    pub(super) fn note(&self, event: &Arc<Noted>) {
        self.log().push(event.clone(), self.max_events, self.max_bytes);
    }

    /// Notes an event that nobody else gets: its first message, which is text or binary, and the arguments with its attachments.
    pub(super) fn note_own(&self, offset: Offset, head: (bool, &[u8]), args: &Args) {
        self.log().push_own(offset, head, args, (self.max_events, self.max_bytes));
    }

    /// Notes an event of an absent client, unless somebody has taken its place: then it is the heir's.
    pub(super) fn note_absent(&self, event: impl FnOnce(Parser) -> Option<Arc<Noted>>) -> Option<&S> {
        let mut log = self.log();
        if let Some(heir) = self.heir.get() {
            return Some(heir);
        }
        if let Some(event) = event(self.parser) {
            log.push(event, self.max_events, self.max_bytes);
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
        let Self { pid, max_events, max_bytes, parser, .. } = *self;
        let heir = OnceLock::new();
        let heir = make(Self { pid, recovered: true, max_events, max_bytes, log: noted, parser, missed, heir });
        let _ = self.heir.set(heir.clone());
        Some(heir)
    }

    fn log(&self) -> MutexGuard<'_, MissedLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
