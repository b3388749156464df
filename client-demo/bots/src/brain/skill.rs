//! How well a brain plays. Owns the few numbers that differ; everything else is the same for all.

use std::str::FromStr;

/// How well a brain plays.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Skill {
    /// Thinks slowly, keeps a small economy, attacks late.
    Easy,
    /// A fair opponent for someone who knows the game.
    #[default]
    Normal,
    /// Thinks faster, keeps a larger economy.
    Hard,
}

/// The numbers behind a skill.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits {
    /// Ticks between two thoughts.
    pub(crate) interval: u32,
    /// Workers wanted with one keep; each further keep adds [`Traits::more_workers`].
    pub(crate) workers: usize,
    /// Workers wanted for each keep beyond the first.
    pub(crate) more_workers: usize,
    /// Most barracks.
    pub(crate) barracks: usize,
    /// Fighters gathered before the first attack.
    pub(crate) wave: usize,
}

impl Skill {
    pub(crate) const fn traits(self) -> Traits {
        match self {
            Self::Easy => Traits { interval: 14, workers: 10, more_workers: 2, barracks: 2, wave: 12 },
            Self::Normal => Traits { interval: 8, workers: 15, more_workers: 3, barracks: 4, wave: 14 },
            Self::Hard => Traits { interval: 5, workers: 17, more_workers: 4, barracks: 6, wave: 16 },
        }
    }
}

impl FromStr for Skill {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "easy" => Ok(Self::Easy),
            "normal" => Ok(Self::Normal),
            "hard" => Ok(Self::Hard),
            other => Err(format!("skill {other:?} is not easy, normal or hard")),
        }
    }
}
