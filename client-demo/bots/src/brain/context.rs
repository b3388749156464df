//! What every part of a thought reads: the view, the memory and the ground, in one borrow.

use super::memory::Memory;
use super::sight::Sight;
use super::skill::Traits;
use super::terrain::{Field, Terrain};

/// The present, as far as the player knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Now<'a> {
    pub(crate) sight: &'a Sight,
    pub(crate) memory: &'a Memory,
    pub(crate) terrain: &'a Terrain,
    /// Walking distances to the first keep.
    pub(crate) home: &'a Field,
    pub(crate) traits: Traits,
}
