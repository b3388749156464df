//! Lanes of latest values: what producers make, and the producers that wait. Knows no socket.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use socketio::Args;

use crate::error::Error;
use crate::frame::FrameEvent;

/// What a producer of the latest-value lane makes; see [`Socket::latest`](crate::Socket::latest).
#[derive(Debug)]
pub struct Update(pub(super) Kind);

#[derive(Debug)]
pub(super) enum Kind {
    Event(Box<str>, Args),
    Frame(Arc<FrameEvent>, Vec<Bytes>),
}

impl Update {
    /// The event `name`, with arguments as for [`Socket::emit`](crate::Socket::emit).
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data.
    pub fn event<T: Serialize + ?Sized>(name: &str, args: &T) -> Result<Self, Error> {
        Ok(Self::event_args(name, Args::from_serialize(args)?))
    }

    /// The event `name`, with arguments made before.
    pub fn event_args(name: &str, args: Args) -> Self {
        Self(Kind::Event(name.into(), args))
    }

    /// A frame: the event's one binary argument is the concatenation of `chunks`, whose bytes are shared.
    pub fn frame(event: &Arc<FrameEvent>, chunks: Vec<Bytes>) -> Self {
        Self(Kind::Frame(event.clone(), chunks))
    }
}

pub(super) type Producer = Box<dyn FnOnce() -> Option<Update> + Send>;

/// The producers of one socket.
#[derive(Default)]
pub(super) struct Lanes {
    /// At most one for each lane, in the order the lanes have waited.
    pub(super) waiting: VecDeque<(Arc<str>, Producer)>,
    /// Lanes whose producer runs, or whose update is being sent: a newer one must not overtake it.
    pub(super) busy: Vec<Arc<str>>,
}

impl Lanes {
    /// Lets `producer` wait in its lane, in place of the one that waits there. That one is given back to be dropped where no
    /// lock is held: what it holds may have code of its own.
    ///
    /// # Errors
    /// [`Error::TooManyLanes`] where producers wait in `limit` other lanes.
    pub(super) fn put(&mut self, lane: &str, producer: Producer, limit: usize) -> Result<Option<Producer>, Error> {
        if let Some((_, waiting)) = self.waiting.iter_mut().find(|(name, _)| **name == *lane) {
            return Ok(Some(std::mem::replace(waiting, producer)));
        }
        if self.waiting.len() >= limit {
            return Err(Error::TooManyLanes { limit });
        }
        self.waiting.push_back((lane.into(), producer));
        Ok(None)
    }

    /// The first producer that may run.
    pub(super) fn take(&mut self) -> Option<(Arc<str>, Producer)> {
        let at = self.waiting.iter().position(|(lane, _)| !self.busy.contains(lane))?;
        let (lane, producer) = self.waiting.remove(at)?;
        self.busy.push(lane.clone());
        Some((lane, producer))
    }
}

impl fmt::Debug for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lanes").field("waiting", &self.waiting.len()).field("busy", &self.busy).finish()
    }
}
