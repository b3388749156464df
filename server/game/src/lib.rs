//! The strategy game: its rules, its maps, and what each team sees.
//!
//! Everything follows from the setup and the actions, in whole numbers. Knows no socket, no thread and no clock; how
//! frames are made of it is the engine's matter, and the numbers both ends need are in `messages`.

pub mod components;
pub mod geometry;
pub mod ground;
pub mod index;
pub mod path;
pub mod plan;
pub mod seats;
pub mod setup;
pub mod spawn;
pub mod strategy;
pub mod systems;
pub mod vision;

mod columns;
mod orders;
mod start;

pub use setup::{Outcome, Scenario, SeatSetup, Setup};
pub use strategy::Strategy;
