//! The session: socket events on one side, the host on the other. The only place where the two meet.

mod act;
mod computer;
mod lobby;
mod opening;
mod player;
mod problem;
mod seats;
mod state;

pub(crate) use state::Session;
