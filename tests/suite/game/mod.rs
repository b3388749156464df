//! The strategy game, played through the engine: its rules as a player meets them.

mod combat;
mod determinism;
mod economy;
mod orders;
mod pace;
mod table;
mod walking;
