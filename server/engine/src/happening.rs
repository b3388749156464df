//! Events: things that happen at a tick and are gone. Systems push them; the engine hands them to whoever may know.

use std::collections::VecDeque;

use bevy_ecs::prelude::{Entity, Resource};

use crate::bounded::push_bounded;
use crate::{SeatId, ViewId};

/// Who is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    /// Every view that sees this entity after the step, or saw it before if the step removed it. It becomes the subject.
    Seers(Entity),
    /// Every view that sees both, in the same sense. `by` becomes the subject. For what one does to another: who sees only
    /// one of them must not learn where the other is.
    Witnesses {
        /// Who does it.
        by: Entity,
        /// Whom it is done to.
        to: Entity,
    },
    /// One view.
    View(ViewId),
    /// One seat alone.
    Seat(SeatId),
    /// Every view.
    Everyone,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Happening {
    pub(crate) audience: Audience,
    pub(crate) kind: u8,
    pub(crate) cosmetic: bool,
    args: [i32; wire::frame::MAX_EVENT_ARGS],
    len: usize,
    /// Its place in the step, across both lists.
    place: u32,
}

impl Happening {
    pub(crate) fn args(&self) -> &[i32] {
        &self.args[..self.len]
    }
}

/// The events of the current step. A resource of every match's world; the engine empties it after each step.
#[derive(Resource, Debug)]
pub struct Happenings {
    /// Which kinds are only for show: [`crate::Game::cosmetic`].
    is_cosmetic: fn(u8) -> bool,
    reliable: Vec<Happening>,
    cosmetic: VecDeque<Happening>,
    pushed: u32,
}

impl Default for Happenings {
    /// Nothing is only for show.
    fn default() -> Self {
        Self::new(|_| false)
    }
}

/// Most cosmetic events of one step; the oldest go first. 1,024.
const MAX_COSMETIC: usize = 1_024;

impl Happenings {
    pub(crate) const fn new(is_cosmetic: fn(u8) -> bool) -> Self {
        Self { is_cosmetic, reliable: Vec::new(), cosmetic: VecDeque::new(), pushed: 0 }
    }

    /// Tells `audience` of an event. `kind` and up to six `args` are in the game's numbering. Arguments must not name
    /// entities: ids differ from view to view.
    pub fn push(&mut self, audience: Audience, kind: u8, args: &[i32]) {
        debug_assert!(args.len() <= wire::frame::MAX_EVENT_ARGS, "event {kind} has {} arguments", args.len());
        let len = args.len().min(wire::frame::MAX_EVENT_ARGS);
        let mut kept = [0; wire::frame::MAX_EVENT_ARGS];
        kept[..len].copy_from_slice(&args[..len]);
        let (cosmetic, place) = ((self.is_cosmetic)(kind), self.pushed);
        self.pushed += 1;
        let happening = Happening { audience, kind, cosmetic, args: kept, len, place };
        if cosmetic {
            push_bounded(&mut self.cosmetic, happening, MAX_COSMETIC);
        } else {
            self.reliable.push(happening);
        }
    }

    /// Moves everything pushed in this step into `list`, in order.
    pub(crate) fn drain_into(&mut self, list: &mut Vec<Happening>) {
        list.clear();
        list.append(&mut self.reliable);
        list.extend(self.cosmetic.drain(..));
        list.sort_unstable_by_key(|happening| happening.place);
        self.pushed = 0;
    }
}
