//! A real client of Muster in a world of much motion: it applies every frame, is stopped from outside for a while, and compares
//! what it holds with the world once that stands still. `node/reader.mjs` does the same in Colyseus.

mod run;
mod socket;

pub use run::{Flags, run};
