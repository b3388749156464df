//! Sight follows those who moved to another tile.

use bevy_ecs::prelude::{Query, Res, ResMut};

use crate::components::{Lookout, Position, Team};
use crate::ground::Ground;
use crate::vision::Vision;

/// Brings every team's sight up to date. The order does not matter: sight is a count, knowledge a copy of the truth.
pub fn look(ground: Res<Ground>, mut vision: ResMut<Vision>, mut lookouts: Query<(&Position, &Team, &mut Lookout)>) {
    for (position, team, mut lookout) in &mut lookouts {
        let cell = position.at.cell();
        if lookout.cell != cell {
            vision.reveal(&ground, team.0, cell, lookout.radius);
            vision.conceal(&ground, team.0, lookout.cell, lookout.radius);
            lookout.cell = cell;
        }
    }
}
