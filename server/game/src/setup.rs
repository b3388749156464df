//! What a match is made from, and what comes of it.

use messages::session::{Score, SeatInfo};

/// Most seats of a match.
pub const MAX_SEATS: usize = 4;

/// What a match is made from. The same setup and actions make the same match.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setup {
    /// Draws the map and everything else that is left to chance.
    pub seed: u64,
    /// 1 to [`MAX_SEATS`] seats. Up to two play on 64x64 tiles, more on 96x96.
    pub seats: Vec<SeatSetup>,
    /// A situation to begin in, instead of a keep and workers for each seat.
    pub scenario: Option<Scenario>,
}

/// Who sits where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeatSetup {
    /// Name shown to others.
    pub name: String,
    /// Team, below the number of seats.
    pub team: u8,
    /// A computer plays it.
    pub computer: bool,
}

/// Situations for benches and load tests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scenario {
    /// So many soldiers, shared out evenly among the seats, spears and bows in turn. Half of them stand near the middle of
    /// the map and fight their way across it; the other half march from their own start to the next seat's.
    Skirmish {
        /// Soldiers in all.
        units: usize,
    },
}

/// The result of a match.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The team that is left; `None` when the last teams fell together.
    pub winner: Option<u8>,
    /// What each seat did, in seat order.
    pub scores: Vec<Score>,
}

impl Setup {
    /// A match from its start.
    #[must_use]
    pub const fn new(seed: u64, seats: Vec<SeatSetup>) -> Self {
        Self { seed, seats, scenario: None }
    }

    /// So many seats, each a team of its own, named after their places. For tests and benches.
    #[must_use]
    pub fn free_for_all(seed: u64, seats: u8) -> Self {
        let seat = |team: u8| SeatSetup { name: format!("Player {}", team + 1), team, computer: false };
        Self::new(seed, (0..seats).map(seat).collect())
    }

    /// A free-for-all that begins in the middle of a battle: see [`Scenario::Skirmish`].
    #[must_use]
    pub fn skirmish(seed: u64, seats: u8, units: usize) -> Self {
        Self { scenario: Some(Scenario::Skirmish { units }), ..Self::free_for_all(seed, seats) }
    }

    /// The seats as clients get them.
    #[must_use]
    pub fn seat_infos(&self) -> Vec<SeatInfo> {
        let info = |seat: &SeatSetup| SeatInfo { name: seat.name.clone(), team: seat.team, computer: seat.computer };
        self.seats.iter().map(info).collect()
    }
}
