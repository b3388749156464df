//! The latest-value lane: not a packet but what makes one is handed over, and it is asked when the connection can write. A
//! client that is behind skips what it missed, and nothing is encoded for it in vain.

use std::sync::atomic::Ordering;

use super::calls::guarded;
use super::handle::{LEFT, Socket, lock};
use super::lanes::{Kind, Update};
use crate::error::{CloseReason, Error};

impl Socket {
    /// Sends what `producer` makes as soon as the socket is [`writable`](Self::writable): at once, on this thread, or later, in
    /// the connection's task. A producer that still waits when the next one for its `lane` comes is dropped, and never runs; a
    /// `None` sends nothing. Within a lane updates leave in order. In [`on_connect`](crate::Gate::on_connect) a producer waits until
    /// the client is in, behind what else was sent there. A producer must not block, and its panic closes the connection.
    ///
    /// ```
    /// # fn tick(socket: &transport::Socket, world: std::sync::Arc<Vec<u8>>) -> Result<(), transport::Error> {
    /// socket.latest("world", move || transport::Update::event("world", &world.len()).ok())?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Closed`] after the end, and [`Error::TooManyLanes`].
    pub fn latest(&self, lane: &str, producer: impl FnOnce() -> Option<Update> + Send + 'static) -> Result<(), Error> {
        let limit = self.inner.conn.shared.config.max_lanes;
        let replaced = lock(&self.inner.lanes).put(lane, Box::new(producer), limit)?;
        drop(replaced);
        if self.inner.phase.load(Ordering::Acquire) == LEFT {
            self.drop_producers();
            return Err(Error::Closed);
        }
        self.produce();
        Ok(())
    }

    /// Runs producers while the socket is writable.
    pub(super) fn produce(&self) {
        loop {
            let (lane, producer) = {
                let mut lanes = lock(&self.inner.lanes);
                // Asked with the producer in its place: who is told to wait is called when the wait is over.
                if lanes.waiting.is_empty() || !self.writable() {
                    return;
                }
                let Some(taken) = lanes.take() else { return };
                taken
            };
            match guarded(&lane, self.id(), producer) {
                Some(update) => self.send_update(update),
                None => self.inner.conn.close(CloseReason::HandlerPanic),
            }
            lock(&self.inner.lanes).busy.retain(|busy| *busy != lane);
        }
    }

    /// Drops the producers that wait, and what they hold. What panics then ends the connection.
    pub(super) fn drop_producers(&self) {
        let dropped = std::mem::take(&mut lock(&self.inner.lanes).waiting);
        if guarded("producers", self.id(), || drop(dropped)).is_none() {
            self.inner.conn.close(CloseReason::HandlerPanic);
        }
    }

    fn send_update(&self, update: Option<Update>) {
        let sent = match update {
            None => return,
            Some(Update(Kind::Event(name, args))) => self.send_args(&name, args),
            Some(Update(Kind::Frame(event, _))) if event.namespace() != self.inner.namespace.id() => {
                Err(Error::Encode(format!("a frame of {} sent in {}", event.namespace(), self.inner.namespace.name())))
            }
            Some(Update(Kind::Frame(event, chunks))) if self.send_frame(&event, &chunks) => Ok(()),
            // Something else was sent meanwhile: the frame queues behind it.
            Some(Update(Kind::Frame(event, chunks))) => self.inner.conn.transmit(|core, now| {
                let (conn, metrics) = (&self.inner.conn, &self.inner.conn.shared.metrics);
                core.hand_over(now, metrics)?;
                let parser = core.sio.parser().ok_or(Error::Closed)?;
                let encoded = event.messages(parser, &chunks);
                conn.check_len(encoded.messages())?;
                encoded.messages().try_for_each(|message| core.enqueue(now, message, metrics))
            }),
        };
        if let Err(error) = sent {
            tracing::debug!(socket = %self.id(), %error, "an update was lost");
        }
    }
}
