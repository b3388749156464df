//! Who sits at the seats of a running match: a link to a player, a computer, or nobody for now.

use engine::{Frame, Game, Handed, Tick};

use crate::flow::Flow;

/// Where a player's frames go. Called on a tick thread, so nothing here may block.
pub trait Link: Send {
    /// Called for several links before anything is sent to the first of them: reads what sending will need, so that its way
    /// from memory overlaps with that of the others.
    fn fetch(&self) {}

    /// Whether a frame given now would go out at once. While it would not, none is made, and the next one merges what was missed.
    fn ready(&self) -> bool;

    /// Hands a frame over. False when it was not taken; it then counts as never made.
    fn send(&mut self, frame: &Frame) -> bool;
}

/// Plays a seat inside the server, from the same frames a player would get.
pub trait Computer<G: Game>: Send {
    /// Reads the newest frame and appends what to do.
    fn play(&mut self, frame: &Frame, actions: &mut Vec<G::Action>);
}

/// Tells one link of a seat from the one before it, so that a late detach can't remove its successor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LinkId(pub(crate) u64);

pub(crate) struct Attached {
    pub(crate) id: LinkId,
    pub(crate) link: Box<dyn Link>,
    /// What the client holds: the next frame builds on it.
    pub(crate) handed: Handed,
    /// What is on its way to it.
    pub(crate) flow: Flow,
}

impl Attached {
    /// Reads what a frame for it will need. Whatever the system does for one link drives the others out of the caches.
    pub(crate) fn fetch(&self) {
        self.link.fetch();
        self.flow.fetch();
    }
}

pub(crate) struct SeatState<G: Game> {
    pub(crate) link: Option<Attached>,
    pub(crate) computer: Option<Box<dyn Computer<G>>>,
    /// The frame the computer's mirror holds.
    pub(crate) computer_base: Option<Tick>,
}

impl<G: Game> Default for SeatState<G> {
    fn default() -> Self {
        Self { link: None, computer: None, computer_base: None }
    }
}
