//! Interest: which entities are near enough to a player to be shown to it, for games in which everyone has a view of
//! their own.
//!
//! A game fills one [`Interest`] in `Game::before_views` and asks it in `Game::see`, once for each thing that sees.

use crate::grid::{Area, Disc, Grid};
use crate::{Replicated, Sight};

/// The replicated entities of a match by place.
#[derive(Clone, Debug)]
pub struct Interest {
    /// Slots.
    grid: Grid<u32>,
    /// One above the highest slot in the grid.
    slots: u32,
}

impl Interest {
    /// Nobody yet. `area` is where entities are, mostly: one outside is found all the same, just not as fast. `cell`
    /// is the side of a cell; a fifth of the usual sight is a good one. See [`Grid::new`].
    #[must_use]
    pub fn new(area: Area, cell: i32) -> Self {
        Self { grid: Grid::new(area, cell), slots: 0 }
    }

    /// Takes up where everything is now, and forgets what was. Their order does not matter.
    pub fn fill<'a>(&mut self, entities: impl IntoIterator<Item = (Disc, &'a Replicated)>) {
        let slots = &mut self.slots;
        *slots = 0;
        self.grid.fill(entities.into_iter().filter_map(|(disc, replicated)| {
            let slot = replicated.slot()?;
            *slots = (*slots).max(slot + 1);
            Some((disc, slot))
        }));
    }

    /// Reveals everything that touches `disc`: what is in sight of one who sees equally far all around.
    pub fn reveal_near(&self, disc: Disc, sight: &mut Sight<'_>) {
        sight.bits.grow(self.slots);
        for (held, slot) in self.grid.candidates(disc.area()) {
            sight.bits.insert_if(*slot, held.touches(&disc));
        }
    }

    /// Reveals everything that touches `area`: what is on a screen.
    pub fn reveal_within(&self, area: Area, sight: &mut Sight<'_>) {
        sight.bits.grow(self.slots);
        for (held, slot) in self.grid.candidates(area) {
            sight.bits.insert_if(*slot, area.touches(held));
        }
    }
}
