//! A game without rules, and what must hold of the engine whatever a game does.

mod declaring;
mod docs;
mod drop_in;
mod events;
mod fog;
mod frames;
mod grid;
mod model;
mod parts;
mod receipts;
mod toy;
