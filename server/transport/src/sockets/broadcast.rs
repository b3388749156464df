//! One event to many sockets: encoded once per parser, its bytes shared by all receivers.

use serde::Serialize;
use socketio::Args;

use super::handle::{Namespace, Socket};
use super::room_names::RoomNames;
use super::trail::Noting;
use crate::error::Error;

/// A choice of sockets of one namespace.
#[derive(Debug, Clone)]
pub struct Broadcast {
    pub(super) namespace: Namespace,
    pub(super) to: Vec<Box<str>>,
    /// Whether rooms were chosen, if only none.
    pub(super) narrowed: bool,
    pub(super) except: Vec<Box<str>>,
    volatile: bool,
}

impl Broadcast {
    pub(crate) fn new(namespace: Namespace) -> Self {
        Self { namespace, to: Vec::new(), narrowed: false, except: Vec::new(), volatile: false }
    }

    /// Adds the sockets of `rooms`; a socket's id is a room of its own. An empty list adds none; where rooms were never
    /// chosen, all sockets are.
    #[must_use]
    pub fn to(mut self, rooms: impl RoomNames) -> Self {
        self.narrowed = true;
        rooms.each(&mut |room| self.to.push(room.into()));
        self
    }

    /// The same as [`to`](Self::to).
    #[must_use]
    pub fn in_(self, rooms: impl RoomNames) -> Self {
        self.to(rooms)
    }

    /// Takes out the sockets of `rooms`; a socket's id is a room of its own.
    #[must_use]
    pub fn except(mut self, rooms: impl RoomNames) -> Self {
        rooms.each(&mut |room| self.except.push(room.into()));
        self
    }

    /// What is sent is dropped for clients that do not take it at once; see [`Socket::volatile`].
    #[must_use]
    pub fn volatile(mut self) -> Self {
        self.volatile = true;
        self
    }

    /// The sockets of this server only. There is one server: they are all there are.
    #[must_use]
    pub fn local(self) -> Self {
        self
    }

    pub(super) fn is_volatile(&self) -> bool {
        self.volatile
    }

    /// Sends `event` to the chosen sockets, with arguments as for [`Socket::emit`]; returns how many took it. A socket whose queue
    /// is full is closed. What is larger than [`Config::max_queue_bytes`](crate::Config::max_queue_bytes) in the form of a client's
    /// parser is logged, and that client does not take it: what is too large for all is no error but `Ok(0)`.
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data, or a name that Socket.IO reserves.
    pub fn emit<T: Serialize + ?Sized>(&self, event: &str, args: &T) -> Result<usize, Error> {
        self.emit_args(event, Args::from_serialize(args)?)
    }

    /// Sends `event` with arguments made before. Binary values among them are shared, where [`emit`](Self::emit) has to copy
    /// them.
    ///
    /// # Errors
    /// As [`emit`](Self::emit).
    pub fn emit_args(&self, event: &str, args: Args) -> Result<usize, Error> {
        self.emit_all([(event, args)])
    }

    /// Sends each of the chosen sockets an event of its own, with the arguments that `args` makes for it; returns how many took
    /// it. A socket whose queue is full is closed. Costs less than a loop over [`sockets`](Self::sockets) that calls
    /// [`Socket::emit_args`].
    pub fn emit_each(&self, event: &str, mut args: impl FnMut(&Socket) -> Args) -> usize {
        let sockets = self.chosen();
        let takes = |socket: &&Socket| match self.volatile {
            true => socket.volatile().emit_args(event, args(socket)).is_ok_and(|sent| sent),
            false => socket.emit_args(event, args(socket)).is_ok(),
        };
        in_blocks(&sockets).filter(takes).count()
    }
}

/// Sockets that are looked at together before anything is sent to them.
const BLOCK: usize = 16;

/// The sockets, each block [fetched](Socket::fetch) before its first one. What the kernel does for one socket drives the others
/// out of the caches near the core; so their misses overlap, where each send would wait for its own.
pub(super) fn in_blocks(sockets: &[Socket]) -> impl Iterator<Item = &Socket> {
    sockets.chunks(BLOCK).inspect(|block| fetch(block)).flatten()
}

fn fetch(block: &[Socket]) {
    block.iter().for_each(Socket::fetch);
    // The logs are read with all their locks held: taking or giving back a lock waits for what was read before.
    let mut held: [_; BLOCK] = std::array::from_fn(|_| None);
    for (held, socket) in held.iter_mut().zip(block) {
        *held = socket.inner.trail.as_ref().and_then(|trail| trail.try_noting());
    }
    std::hint::black_box(held.iter().flatten().map(Noting::fetch_ends).fold(0, |all, one| all ^ one));
    std::hint::black_box(held.iter().flatten().map(Noting::fetch).sum::<u64>());
}
