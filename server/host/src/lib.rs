//! Runs matches: tick threads, the mailboxes that lead to them, and the waiting room in front.
//!
//! Owns time: it decides when a match steps and which seats get a frame. Knows no socket (see [`Link`]), no
//! computer player (see [`Computer`]) and no game.

mod command;
mod config;
mod flow;
mod handle;
mod meter;
mod quick;
mod running;
mod seats;
mod worker;

pub use command::{Ended, MatchId, OnEnd, Opening};
pub use config::Config;
pub use handle::{Host, MatchHandle};
pub use meter::{Meter, MeterSnapshot, Quantiles};
pub use quick::{Group, QuickMatch, Ticket};
pub use seats::{Computer, Link, LinkId};
