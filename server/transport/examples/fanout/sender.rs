//! What a tick sends: payloads with their send time, to all clients.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::ticker::Tick;
use bytes::Bytes;
use transport::{Args, FrameEvent, Namespace, Socket, SocketId, Value};

/// The room of all clients.
pub(crate) const ROOM: &str = "arena";

/// The event's name, the same in all servers of the comparison.
const EVENT: &str = "frame";

/// Bytes before the filling: send time in nanoseconds of the monotonic clock (u64), tick (u32), [`MARK`] (u32), little-endian.
const STAMP: usize = 16;

/// Tells a payload from whatever surrounds it in a packet.
const MARK: u32 = 0x7e51_c0de;

/// How events travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// One event to a room: encoded once.
    Broadcast,
    /// An event for each client.
    Each,
    /// A latest frame for each client.
    Frames {
        /// With bytes of its own.
        per_client: bool,
    },
}

/// The clients that are in.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    listed: Mutex<Listed>,
}

#[derive(Debug, Default)]
struct Listed {
    sockets: HashMap<SocketId, Socket>,
    changes: u64,
}

impl Clients {
    /// A client is let in.
    pub(crate) fn add(&self, socket: &Socket) {
        let mut listed = self.lock();
        listed.changes += 1;
        listed.sockets.insert(socket.id(), socket.clone());
    }

    /// A client has left.
    pub(crate) fn remove(&self, socket: &Socket) {
        let mut listed = self.lock();
        listed.changes += 1;
        listed.sockets.remove(&socket.id());
    }

    fn lock(&self) -> MutexGuard<'_, Listed> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends ticks.
#[derive(Debug)]
pub(crate) struct Sender {
    namespace: Namespace,
    clients: std::sync::Arc<Clients>,
    lane: Lane,
    /// Each event in a write of its own.
    single: bool,
    event: FrameEvent,
    template: Vec<u8>,
    /// The clients as of the change of that number, so that a tick holds no lock.
    sockets: Vec<Socket>,
    seen: u64,
}

impl Sender {
    /// Sends payloads of `len` bytes on `lane`, each tick on its own where that is `single`.
    pub(crate) fn new(
        namespace: Namespace,
        clients: std::sync::Arc<Clients>,
        (lane, single): (Lane, bool),
        len: usize,
    ) -> Self {
        let template = (0..len.max(STAMP)).map(|i| (i * 31 % 251) as u8).collect();
        let event = FrameEvent::new(namespace.name(), EVENT);
        Self { namespace, clients, lane, single, event, template, sockets: Vec::new(), seen: 0 }
    }

    /// Sends `ticks`.
    pub(crate) fn send(&mut self, ticks: &[Tick]) {
        if self.lane != Lane::Broadcast || self.single || ticks.len() == 1 {
            return ticks.iter().for_each(|tick| self.send_one(tick.number, tick.time));
        }
        let payload = |tick: &Tick| Value::Bin(self.payload(tick.number, tick.time, None));
        let events = ticks.iter().map(|tick| (EVENT, Args::from(vec![payload(tick)])));
        // No argument but bytes: they can be encoded.
        let _ = self.namespace.to(ROOM).emit_all(events);
    }

    fn send_one(&mut self, tick: u32, time: u64) {
        if self.lane == Lane::Broadcast {
            let payload = self.payload(tick, time, None);
            let _ = self.namespace.to(ROOM).emit(EVENT, &payload);
            return;
        }
        if self.lane == Lane::Each {
            let mut number = 0..;
            self.namespace.to(ROOM).emit_each(EVENT, |_| {
                let mut args = Args::new();
                args.push(Value::Bin(self.payload(tick, time, number.next())));
                args
            });
            return;
        }
        self.look();
        let shared = (self.lane == Lane::Frames { per_client: false }).then(|| self.payload(tick, time, None));
        for (index, socket) in self.sockets.iter().enumerate() {
            let payload = shared.clone().unwrap_or_else(|| self.payload(tick, time, Some(index as u32)));
            // A client that is not ready misses this frame: the next one is newer.
            let _ = socket.send_frame(&self.event, &[payload]);
        }
    }

    fn look(&mut self) {
        let listed = self.clients.lock();
        if self.seen != listed.changes {
            self.seen = listed.changes;
            self.sockets.clear();
            self.sockets.extend(listed.sockets.values().cloned());
        }
    }

    fn payload(&self, tick: u32, time: u64, client: Option<u32>) -> Bytes {
        let mut payload = self.template.clone();
        payload[..8].copy_from_slice(&time.to_le_bytes());
        payload[8..12].copy_from_slice(&tick.to_le_bytes());
        payload[12..STAMP].copy_from_slice(&MARK.to_le_bytes());
        if let (Some(client), Some(own)) = (client, payload.get_mut(STAMP..STAMP + 4)) {
            own.copy_from_slice(&client.to_le_bytes());
        }
        Bytes::from(payload)
    }
}
