//! One fighter that looks around: enemy starts first, then whatever was seen longest ago. Owns who it is and where it goes.

use messages::Action;

use super::context::Now;
use super::orders::{Note, Orders};
use super::sight::{Thing, find};
use super::terrain::Point;

/// Ticks before a lost scout is replaced.
const MOURNING: u32 = 1_200;
/// Ticks before a scout that has not arrived is sent elsewhere.
const TRIP: u32 = 700;

/// The scout.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scout {
    id: Option<u32>,
    goal: Point,
    sent: u32,
    lost: u32,
    /// Trips begun; turns the order of places.
    trips: usize,
}

impl Scout {
    /// Whether this fighter is the scout.
    pub(crate) fn is(&self, id: u32) -> bool {
        self.id == Some(id)
    }

    /// Whether there is a scout now.
    pub(crate) const fn is_out(&self) -> bool {
        self.id.is_some()
    }

    /// Chooses a scout among `spare` fighters and keeps it moving.
    pub(crate) fn think(&mut self, now: &Now<'_>, spare: &[Thing], orders: &mut Orders, out: &mut Vec<Action>) {
        let sight = now.sight;
        if let Some(id) = self.id
            && find(&sight.fighters, id).is_none()
        {
            self.id = None;
            self.lost = sight.tick;
        }
        if self.id.is_none() && (self.trips == 0 || sight.tick > self.lost + MOURNING) {
            let fastest = spare.iter().max_by_key(|fighter| (fighter.kind.stats().speed, u32::MAX - fighter.id));
            self.id = fastest.map(|fighter| fighter.id);
            self.sent = 0;
        }
        let Some(scout) = self.id.and_then(|id| find(&sight.fighters, id)) else { return };
        let seen_it = scout.at.within(self.goal, 5);
        if self.sent != 0 && !seen_it && sight.tick < self.sent + TRIP || !orders.may() {
            return;
        }
        let Some(goal) = self.next(now, scout.at) else { return };
        let action = Action::Move { units: vec![scout.id], x: goal.x, y: goal.y, attack: false };
        if orders.give(out, action, Note::None) {
            (self.goal, self.sent) = (goal, sight.tick.max(1));
            self.trips += 1;
        }
    }

    fn next(&self, now: &Now<'_>, from: Point) -> Option<Point> {
        let stale = |at: &Point| now.memory.seen(at.tile()).is_none_or(|seen| now.sight.tick > seen + 1_800);
        let lairs = now.memory.lairs.iter().map(|lair| lair.at);
        let reach = |at: Point| now.terrain.nearest_open(at.tile()).map(|tile| tile.centre());
        lairs
            .filter(stale)
            .min_by_key(|at| at.distance(from))
            .and_then(reach)
            .or_else(|| now.memory.stalest(from, now.terrain, now.home))
    }
}
