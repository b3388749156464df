//! The flow fields in use, shared by all who walk to the same goal.

use bevy_ecs::prelude::Resource;

use crate::geometry::{Cell, Rect};
use crate::path::field::Field;
use crate::vision::TeamSight;

/// Most fields kept. The one unused for longest gives way.
const MAX_FIELDS: usize = 64;
/// Tiles that all fields together may grow in one tick. A unit that finds the budget used up waits for the next tick.
const TILES_PER_TICK: i32 = 20_000;

/// Flow fields by team and goal. A cache: its content follows from the ground and what the teams know of it.
#[derive(Resource, Debug)]
pub struct Paths {
    entries: Vec<Entry>,
    budget: i32,
    /// Counts questions, to find the entry that was unused for longest.
    asked: u64,
}

#[derive(Debug)]
struct Entry {
    team: u8,
    goal: Rect,
    version: u32,
    used: u64,
    field: Field,
}

/// What the fields say.
#[derive(Debug)]
pub enum Answer<'a> {
    /// The budget of this tick is used up: ask again.
    Later,
    /// No way leads there.
    Unreachable,
    /// At the goal, or as near as one can get.
    There,
    /// This field leads there.
    Follow(&'a Field),
}

impl Default for Paths {
    fn default() -> Self {
        Self { entries: Vec::new(), budget: TILES_PER_TICK, asked: 0 }
    }
}

impl Paths {
    /// A new tick, a new budget.
    pub fn renew(&mut self) {
        self.budget = TILES_PER_TICK;
    }

    /// How a unit of `team` gets from the tile `from` to `goal`, by what the team knows of the ground.
    pub fn ask(&mut self, team: u8, goal: Rect, from: Cell, known: &TeamSight) -> Answer<'_> {
        self.asked += 1;
        let place = self.entry(team, goal, known);
        let entry = &mut self.entries[place];
        entry.used = self.asked;
        if !entry.field.reach(from, known.blocked(), &mut self.budget) {
            return Answer::Later;
        }
        match entry.field.cost(from) {
            None => Answer::Unreachable,
            Some(0) => Answer::There,
            Some(_) => Answer::Follow(&entry.field),
        }
    }

    fn entry(&mut self, team: u8, goal: Rect, known: &TeamSight) -> usize {
        let found = self.entries.iter().position(|entry| entry.goal == goal && entry.team == team);
        if let Some(place) = found.filter(|place| self.entries[*place].version == known.version()) {
            return place;
        }
        let field = Field::new(known.width(), known.height(), goal, known.blocked());
        let entry = Entry { team, goal, version: known.version(), used: self.asked, field };
        let oldest = || self.entries.iter().enumerate().min_by_key(|(_, entry)| entry.used).map(|(place, _)| place);
        let place = found.or_else(|| if self.entries.len() < MAX_FIELDS { None } else { oldest() });
        if let Some(place) = place {
            self.entries[place] = entry;
            return place;
        }
        self.entries.push(entry);
        self.entries.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::Ground;
    use crate::vision::Vision;

    #[test]
    fn many_goals_share_a_bounded_cache_and_the_budget_of_a_tick() {
        let ground = Ground::new(64, 64, vec![false; 64 * 64]);
        let vision = Vision::new(&ground, 1);
        let mut paths = Paths::default();
        let corner = Cell { x: 63, y: 63 };
        let mut later = 0;
        for x in 0..60 {
            for y in 0..3 {
                if matches!(paths.ask(0, Cell { x, y }.rect(), corner, vision.team(0)), Answer::Later) {
                    later += 1;
                }
            }
        }
        assert!(later > 150, "{later}");
        assert_eq!(paths.entries.len(), MAX_FIELDS);
        paths.renew();
        assert!(matches!(paths.ask(0, Cell { x: 1, y: 1 }.rect(), corner, vision.team(0)), Answer::Follow(_)));
    }

    #[test]
    fn a_goal_underfoot_is_reached() {
        let ground = Ground::new(8, 8, vec![false; 64]);
        let vision = Vision::new(&ground, 1);
        let cell = Cell { x: 3, y: 3 };
        assert!(matches!(Paths::default().ask(0, cell.rect(), cell, vision.team(0)), Answer::There));
    }
}
