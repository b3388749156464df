//! What one client holds, as far as the side that hands it frames can know.

use wire::Tick;

use crate::frame::{ALL, Base, Frame};

/// What one client holds: which frame, and up to where it has been told receipts and events. Frames count as held once
/// they are handed over, as the stream to a client is ordered and lossless. The default is a client that holds nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Handed {
    pub(crate) base: Option<Base>,
    /// Receipts and events up to this tick are told; `None` for a client that is new to the match.
    pub(crate) told: Option<Tick>,
    /// What `told` was when the client came.
    from: Option<Tick>,
}

impl Handed {
    /// A client that holds the whole frame of `tick` and has been told everything up to there; nothing without one.
    #[must_use]
    pub fn at(tick: Option<Tick>) -> Self {
        Self { base: tick.map(|tick| Base { tick, below: ALL }), told: tick, from: tick }
    }

    /// The newest frame handed over. `None` when the next one is a keyframe.
    #[must_use]
    pub fn tick(&self) -> Option<Tick> {
        self.base.map(|base| base.tick)
    }

    /// The client was handed this frame.
    pub const fn took(&mut self, frame: &Frame) {
        self.base = Some(frame.base);
        self.told = Some(frame.tick);
        if self.from.is_none() {
            self.from = self.told;
        }
    }

    /// The client has lost its state and needs a keyframe. `applied` is the last frame it could apply, as far as is known:
    /// what came after it is told again.
    pub fn lost(&mut self, applied: Option<Tick>) {
        self.base = None;
        self.told = self.told.min(applied.max(self.from));
    }
}
