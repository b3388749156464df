//! The scripted worlds in Muster and Colyseus, side by side: the same rules, rooms and clients over real sockets, each server on
//! one core. See `benches/worlds.rs` for the rules.

mod most;
mod row;
mod run;
mod sample;
mod stalled;
mod verdicts;

pub use run::run;
