//! A game without rules, and what must hold of the engine whatever a game does.

mod declaring;
mod fog;
mod frames;
mod receipts;
mod toy;
