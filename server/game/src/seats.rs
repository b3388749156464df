//! What each seat owns beside the things on the map: ore, supply, its score.

use bevy_ecs::prelude::Resource;
use messages::session::Score;

use crate::setup::Outcome;

/// One seat's stock.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Its team.
    pub team: u8,
    /// Ore in stock.
    pub ore: i32,
    /// Supply in use, units in training included.
    pub supply: i32,
    /// Supply available.
    pub supply_cap: i32,
    /// What it has done so far.
    pub score: Score,
    /// Tick of the last alarm. `None` before the first.
    pub alarmed: Option<u32>,
}

/// All seats, and how the match stands between their teams.
#[derive(Resource, Clone, Debug)]
pub struct Seats {
    /// In seat order.
    pub list: Vec<Seat>,
    /// Teams that have lost.
    pub defeated: Vec<bool>,
    /// Teams that took part.
    pub teams: Vec<u8>,
    /// The result, once there is one.
    pub outcome: Option<Outcome>,
}

/// The tick being stepped.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct Now(pub u32);

impl Seats {
    /// Seats that own nothing yet, by their teams.
    #[must_use]
    pub fn new(teams: impl Iterator<Item = u8>) -> Self {
        let seat = |team| Seat { team, ore: 0, supply: 0, supply_cap: 0, score: Score::default(), alarmed: None };
        let list: Vec<Seat> = teams.map(seat).collect();
        let mut teams: Vec<u8> = list.iter().map(|seat| seat.team).collect();
        teams.sort_unstable();
        teams.dedup();
        Self { defeated: vec![false; list.len()], list, teams, outcome: None }
    }

    /// The seat of an owner column. `None` for nobody.
    #[must_use]
    pub fn get(&self, owner: i32) -> Option<&Seat> {
        usize::try_from(owner).ok().and_then(|owner| self.list.get(owner))
    }

    /// The seat of an owner column. `None` for nobody.
    pub fn get_mut(&mut self, owner: i32) -> Option<&mut Seat> {
        usize::try_from(owner).ok().and_then(|owner| self.list.get_mut(owner))
    }

    /// True when the seat's team has lost, or the match is over.
    #[must_use]
    pub fn over(&self, owner: i32) -> bool {
        self.outcome.is_some() || self.get(owner).is_none_or(|seat| self.defeated[usize::from(seat.team)])
    }
}
