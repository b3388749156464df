//! What players ask for: checked as a whole, then done as a whole, or refused with a reason.

mod check;
mod economy;
mod formation;
mod units;

use bevy_ecs::prelude::{Entity, World};
use messages::{Action, Reject};

pub(crate) use check::Asker;

/// Does what `seat` asks. `entity` translates the ids of the seat's view.
pub(crate) fn act(
    world: &mut World,
    seat: i32,
    action: Action,
    entity: &dyn Fn(u32) -> Option<Entity>,
) -> Result<(), Reject> {
    let asker = Asker::new(world, seat, entity)?;
    match action {
        Action::Move { units, x, y, attack } => units::walk(world, &asker, &units, x, y, attack),
        Action::Attack { units, target } => units::attack(world, &asker, &units, target),
        Action::Gather { units, target } => units::gather(world, &asker, &units, target),
        Action::Stop { units } => units::stop(world, &asker, &units),
        Action::Build { units, kind, x, y } => economy::build(world, &asker, &units, kind, x, y),
        Action::Help { units, target } => economy::help(world, &asker, &units, target),
        Action::Train { building, kind } => economy::train(world, &asker, building, kind),
        Action::Rally { building, x, y } => economy::rally(world, &asker, building, x, y),
    }
}
