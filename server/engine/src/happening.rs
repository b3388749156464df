//! Events: things that happen at a tick and are gone. Systems push them; the engine hands them to whoever may know.

use bevy_ecs::prelude::{Entity, Resource};

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
}

impl Happening {
    pub(crate) fn args(&self) -> &[i32] {
        &self.args[..self.len]
    }
}

/// The events of the current step. A resource of every match's world; the engine empties it after each step. It has no
/// end of its own: what had to go here would depend on events that a view is not told.
#[derive(Resource, Debug)]
pub struct Happenings {
    /// Which kinds are only for show: [`crate::Game::cosmetic`].
    is_cosmetic: fn(u8) -> bool,
    pub(crate) list: Vec<Happening>,
}

impl Default for Happenings {
    /// Nothing is only for show.
    fn default() -> Self {
        Self::new(|_| false)
    }
}

impl Happenings {
    pub(crate) const fn new(is_cosmetic: fn(u8) -> bool) -> Self {
        Self { is_cosmetic, list: Vec::new() }
    }

    /// Tells `audience` of an event. `kind` and up to six `args` are in the game's numbering. Arguments must not name
    /// entities: ids differ from view to view.
    pub fn push(&mut self, audience: Audience, kind: u8, args: &[i32]) {
        debug_assert!(args.len() <= wire::frame::MAX_EVENT_ARGS, "event {kind} has {} arguments", args.len());
        let len = args.len().min(wire::frame::MAX_EVENT_ARGS);
        let mut kept = [0; wire::frame::MAX_EVENT_ARGS];
        kept[..len].copy_from_slice(&args[..len]);
        let cosmetic = (self.is_cosmetic)(kind);
        self.list.push(Happening { audience, kind, cosmetic, args: kept, len });
    }
}
