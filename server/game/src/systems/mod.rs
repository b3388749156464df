//! The rules of a step, one a file, in the order in which they run.

pub mod build;
pub mod fall;
pub mod fight;
pub mod gather;
pub mod look;
pub mod picture;
pub mod strike;
pub mod tally;
pub mod train;
pub mod walk;

use bevy_ecs::prelude::{IntoScheduleConfigs, Schedule};
use bevy_ecs::schedule::SingleThreadedExecutor;

/// All systems, one after the other on the caller's thread.
pub(crate) fn schedule() -> Schedule {
    let mut schedule = Schedule::default();
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.add_systems(
        (
            train::train,
            picture::picture,
            gather::gather,
            build::build,
            fight::fight,
            walk::walk,
            strike::strike,
            fall::fall,
            look::look,
            tally::tally,
        )
            .chain(),
    );
    schedule
}
