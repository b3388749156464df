//! What is sent to a client while it is being decided about. It waits within half the bounds of the client's queue, where it
//! goes when the client is let in: what it has missed before goes there first, and has at most the other half. What a socket is does not matter
//! here: it is the type `S`.

use engineio::Limits;

use crate::config::Config;
use crate::error::Error;

/// Something to do when the client has been let in.
pub(super) type Waiting<S> = Box<dyn FnOnce(&S) -> Result<(), Error> + Send>;

/// What waits, in its order.
pub(super) struct Early<S> {
    sends: Vec<Waiting<S>>,
    bytes: usize,
}

// Derived, it would ask for a default socket.
impl<S> Default for Early<S> {
    fn default() -> Self {
        Self { sends: Vec::new(), bytes: 0 }
    }
}

impl<S> Early<S> {
    /// Adds what sends `packets` packets of `bytes` bytes together.
    ///
    /// # Errors
    /// [`Error::QueueFull`] where that is too much; nothing is added then.
    pub(super) fn push(
        &mut self,
        (packets, bytes): (usize, usize),
        send: Waiting<S>,
        bounds: &Config,
    ) -> Result<(), Error> {
        let bytes = self.bytes + bytes + packets * Limits::PACKET_COST;
        if self.sends.len() >= bounds.max_queue_packets / 2 || bytes > bounds.max_queue_bytes / 2 {
            return Err(Error::QueueFull { bytes: self.bytes, packets: self.sends.len() });
        }
        self.bytes = bytes;
        self.sends.push(send);
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sends.is_empty()
    }

    /// Takes all out.
    pub(super) fn take(&mut self) -> Vec<Waiting<S>> {
        self.bytes = 0;
        std::mem::take(&mut self.sends)
    }
}
