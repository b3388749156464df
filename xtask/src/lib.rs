//! The project's commands: play, test, bench, peers, fuzz, targets, vectors, tidy.
//!
//! Owns how the workspace is built, checked and measured. Holds nothing that the game needs to run, and imports none of
//! the workspace's crates, so it builds first and fast.

pub mod bench;
pub mod chromium;
pub mod cli;
pub mod commands;
pub mod peers;
pub mod process;
pub mod python;
pub mod steps;
pub mod tidy;
pub mod web;
pub mod workspace;
