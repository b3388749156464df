//! What the benches share. Measures nothing itself.

pub mod client;
pub mod entropy;
pub mod field;
pub mod link;
pub mod measure;
pub mod packets;
pub mod world_game;
pub mod worlds;
