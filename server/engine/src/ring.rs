//! How far back a match remembers.

/// Frames a view remembers: a client whose base is older gets a keyframe. In ticks.
pub const RING: u32 = 64;
