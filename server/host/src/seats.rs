//! Who sits at the seats of a running match: a link to a player, a computer, or nobody for now.

use engine::{Frame, Game, Tick};

use crate::Config;

/// Where a player's frames go. Called on a tick thread, so nothing here may block.
pub trait Link: Send {
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
    /// The last frame handed over: the next one builds on it.
    pub(crate) base: Option<Tick>,
    /// The last frame the client says it has; `None` until it first says so.
    pub(crate) seen: Option<Tick>,
}

impl Attached {
    /// Whether the client has so much that it has not seen yet that it is left alone. Once a second it gets a frame all
    /// the same: what it says it has seen may have been lost, or never be said again.
    pub(crate) fn window_closed(&self, now: Tick, config: &Config, rate: u16) -> bool {
        let Some((sent, seen)) = self.base.zip(self.seen) else { return false };
        sent.since(seen) > config.max_unseen_ticks && now.since(sent) < u32::from(rate)
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

#[cfg(test)]
mod tests {
    use super::*;

    struct Nowhere;

    impl Link for Nowhere {
        fn ready(&self) -> bool {
            true
        }

        fn send(&mut self, _: &Frame) -> bool {
            true
        }
    }

    #[test]
    fn a_client_far_behind_gets_a_frame_a_second_and_one_that_only_missed_frames_is_never_held_back() {
        let config = Config::default();
        let closed = |sent: u32, seen: Option<u32>, now: u32| {
            let (base, seen) = (Some(Tick(sent)), seen.map(Tick));
            Attached { id: LinkId(0), link: Box::new(Nowhere), base, seen }.window_closed(Tick(now), &config, 20)
        };
        assert!(!closed(100, None, 101), "a client that never says what it has seen is not measured by it");
        assert!(!closed(140, Some(100), 141));
        assert!(closed(141, Some(100), 142));
        assert!(!closed(141, Some(100), 161));
        assert!(!closed(100, Some(100), 5_000), "it was the server that sent nothing");
    }
}
