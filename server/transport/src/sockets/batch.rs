//! Events to many sockets, one or several, in one write for each: what a tick has to say leaves together.

use std::sync::OnceLock;

use bytes::Bytes;
use socketio::{Args, PacketLimits, Parser};

use super::broadcast::{Broadcast, in_blocks};
use super::handle::Socket;
use super::prepared::{Prepared, Ready, form};
use crate::conn::LONGEST_RUN;
use crate::error::Error;

/// Events on their way to many, in their order.
struct Batch {
    events: Vec<Prepared>,
    /// For each parser, without and with offsets: the frames of all and how many they are.
    runs: [OnceLock<Option<Run>>; 4],
}

#[derive(Debug, Clone)]
struct Run {
    bytes: Bytes,
    packets: usize,
}

impl Broadcast {
    /// Sends several events, in their order, to the chosen sockets; returns how many sockets took them all. A socket whose queue
    /// is full is closed; an event that no queue would take is left out and logged, and nobody is closed for it. Of no events
    /// nobody takes any. A client that is not behind is sent all of them in one write as long as they have at most 65,536 bytes
    /// together, which costs hardly more than a single event: for a tick with more than one, and for ticks to catch up on.
    ///
    /// # Errors
    /// [`Error::Encode`] for a name that Socket.IO reserves; nothing is sent then.
    pub fn emit_all<'a>(&self, events: impl IntoIterator<Item = (&'a str, Args)>) -> Result<usize, Error> {
        let id = self.namespace.id();
        let offset = || if self.is_volatile() { None } else { self.namespace.inner.course.offset() };
        let events = events.into_iter().map(|(event, args)| Prepared::event(id, event, args, offset()));
        let batch = Batch { events: events.collect::<Result<_, _>>()?, runs: Default::default() };
        let sockets = if batch.events.is_empty() { Default::default() } else { self.chosen() };
        let overheard = self.namespace.has_outgoing();
        let takes = |socket: &&Socket| {
            if self.is_volatile() && !socket.takes_volatile() {
                return false;
            }
            if overheard || socket.has_outgoing() {
                batch.events.iter().for_each(|event| socket.overhear(event.name(), event.args()));
            }
            socket.deliver_all(&batch)
        };
        Ok(in_blocks(&sockets).filter(takes).count())
    }
}

impl Socket {
    /// Whether all were taken.
    fn deliver_all(&self, batch: &Batch) -> bool {
        if let Some(sent) = self.write_all(batch) {
            return sent.is_ok();
        }
        // Each is tried: where one cannot be encoded, the others can.
        batch.events.iter().filter(|event| self.deliver(event).is_err()).count() == 0
    }

    /// Writes all in one call; `None` with nothing done where that cannot be.
    fn write_all(&self, batch: &Batch) -> Option<Result<(), Error>> {
        if !self.is_connected() {
            return None;
        }
        let (conn, trail) = (&self.inner.conn, self.inner.trail.as_deref());
        let limits = conn.shared.limits.packet();
        conn.send_run(|parser| {
            let run = batch.run(parser, trail.is_some(), limits)?;
            // Under the connection's lock: what is noted has the order of what is sent.
            let noting = trail.map(|trail| {
                let mut noting = trail.noting();
                let ready = batch.events.iter().filter_map(|event| event.of(parser, true, || limits).as_ref().ok());
                ready.filter_map(|ready| ready.noted.as_ref()).for_each(|noted| noting.note(noted));
                noting
            });
            Some((&run.bytes, run.packets, noting))
        })
    }
}

impl Batch {
    /// The frames of all events. `None` where one cannot be encoded, or they are too long to be handed over without a look at
    /// what a client's queue may hold.
    fn run(&self, parser: Parser, kept: bool, limits: PacketLimits) -> Option<&Run> {
        let run = self.runs[form(parser, kept)].get_or_init(|| {
            let ready = |event: &Prepared| event.of(parser, kept, || limits).as_ref().ok().cloned();
            let all: Vec<Ready> = self.events.iter().map(ready).collect::<Option<_>>()?;
            let runs = || all.iter().filter_map(|ready| ready.run.as_ref());
            let packets = all.iter().map(|ready| 1 + ready.encoded.attachments.len()).sum();
            let bytes = match all.len() {
                1 => runs().next()?.clone(),
                _ => runs().map(|run| &run[..]).collect::<Vec<_>>().concat().into(),
            };
            (bytes.len() <= LONGEST_RUN).then_some(Run { bytes, packets })
        });
        run.as_ref()
    }
}
