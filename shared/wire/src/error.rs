//! Why a frame can't be applied.

use crate::Tick;

/// A frame that is malformed, or that does not follow from what the mirror holds. The mirror then waits for a keyframe.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FrameError {
    /// The bytes end inside a value.
    #[error("the frame ends after {at} bytes, inside {what}")]
    Truncated {
        /// Length of the frame in bytes.
        at: usize,
        /// The part that was being read.
        what: &'static str,
    },
    /// Bytes are left after the last part.
    #[error("{0} bytes are left after the end of the frame")]
    Trailing(usize),
    /// Another version of the format.
    #[error("frame format {got} is not {expected}")]
    Version {
        /// The version in the frame.
        got: u8,
        /// The version this build reads.
        expected: u8,
    },
    /// A number outside its range.
    #[error("{what} is out of range: {value}")]
    Range {
        /// What the number stands for.
        what: &'static str,
        /// The number.
        value: u64,
    },
    /// The frame was cut against another base than the mirror's.
    #[error("the frame builds on {base:?}, the mirror holds {have:?}")]
    Base {
        /// The base the frame names.
        base: Tick,
        /// The tick the mirror holds; `None` while it waits for a keyframe.
        have: Option<Tick>,
    },
    /// An entity enters that is there already, or leaves or changes without being there.
    #[error("entity {id} {what}")]
    Entity {
        /// The id in question.
        id: u32,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The state after the frame has another hash than the server's.
    #[error("the state hashes to {ours:08x}, the server's to {theirs:08x}")]
    Hash {
        /// Hash of the mirror.
        ours: u32,
        /// Hash in the frame.
        theirs: u32,
    },
}
