//! All behaviour tests, in one binary. Those marked `ignored` need Node; `cargo xtask test` runs them too.

mod bad_input;
mod browser;
mod clients;
mod fog;
mod game;
mod leaving;
mod orbs;
mod plays;
mod slow;
mod swarm;
