//! Finished view parts, kept until the next tick so that all clients at the same base share them.

use bytes::Bytes;
use wire::frame::Header;

use crate::frame::{Base, FrameKind};

/// The view part of one frame. Cloning shares the bytes.
#[derive(Clone, Debug)]
pub(crate) struct Encoded {
    /// What it says of itself; the seat part needs it.
    pub(crate) header: Header,
    /// What it builds on; `None` for a keyframe.
    pub(crate) from: Option<Base>,
    /// What the receiver holds after it.
    pub(crate) to: Base,
    /// Whether more could be in it than was put in one frame.
    pub(crate) whole: bool,
    /// What it builds on.
    pub(crate) kind: FrameKind,
    /// The view part's bytes.
    pub(crate) bytes: Bytes,
}

/// The frames made of the newest tick.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    pub(crate) frames: Vec<Encoded>,
}

impl Cache {
    pub(crate) fn clear(&mut self) {
        self.frames.clear();
    }
}
