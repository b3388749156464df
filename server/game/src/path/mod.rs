//! Finding ways over the ground as one team knows it.

pub mod cache;
pub mod field;
pub mod line;

pub use cache::{Answer, Paths};
