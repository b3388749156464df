//! The session: socket events on one side, the host on the other. The only place where the two meet.

mod act;
mod computer;
mod events;
mod lobby;
mod opening;
mod player;
mod plays;
mod problem;
mod seats;
mod state;
mod waiting;

pub(crate) use events::install;
pub(crate) use lobby::run as run_lobby;
pub(crate) use state::Session;
