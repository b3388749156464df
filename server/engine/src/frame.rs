//! A finished frame, and what frames build on.

use bytes::Bytes;
use wire::Tick;

/// What a frame builds on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameKind {
    /// On nothing.
    Key,
    /// On the frame just before.
    Next,
    /// On an older frame: it covers several ticks.
    Merged,
}

/// The state a frame builds on: that of a tick, or a part of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Base {
    pub(crate) tick: Tick,
    /// The client holds the entities whose ids are below this one: all, but while a large view comes to it in parts.
    pub(crate) below: u32,
}

/// Below this all ids are.
pub(crate) const ALL: u32 = u32::MAX;

/// One frame for one seat: send `view` followed by `seat`. The view bytes are shared by all clients of a view at the same base.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The tick it shows; the seat's next base.
    pub tick: Tick,
    /// What it builds on.
    pub kind: FrameKind,
    /// More is in view than the client has after it; frames made for a [`Handed`](crate::Handed) bring it.
    pub partial: bool,
    pub(crate) base: Base,
    /// The view part.
    pub view: Bytes,
    /// The seat part.
    pub seat: Bytes,
}
