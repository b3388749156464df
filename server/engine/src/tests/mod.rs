//! A game without rules, and what must hold of the engine whatever a game does.

mod declaring;
mod events;
mod fog;
mod frames;
mod parts;
mod receipts;
mod toy;
