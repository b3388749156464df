//! Computer players: a mirror in, actions out. Own what a player thinks; know no more than a player sees.
//!
//! No socket, no clock, no thread: the caller shows the brain each frame's state and sends what it asks for.

mod army;
mod battle;
mod builder;
mod context;
mod economy;
mod memory;
mod mind;
mod orders;
mod scout;
mod sight;
mod skill;
mod spot;
mod terrain;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

pub use mind::Brain;
pub use skill::Skill;
