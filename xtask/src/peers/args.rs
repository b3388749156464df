//! The arguments of `cargo xtask peers`.

use clap::{Args, Subcommand};

use super::cell::Cell;
use super::which::Which;

/// Arguments of `peers`.
#[derive(Debug, Clone, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct PeersArgs {
    /// One measurement alone.
    #[command(subcommand)]
    pub what: Option<What>,
    /// A run of everything.
    #[command(flatten)]
    pub run: RunArgs,
}

/// Arguments of a run of everything.
#[derive(Debug, Clone, Default, Args)]
pub struct RunArgs {
    /// Every number of clients, payload and parser.
    #[arg(long, conflicts_with = "quick")]
    pub full: bool,
    /// See that everything works: one short round, nothing recorded.
    #[arg(long)]
    pub quick: bool,
    /// Run without recording the figures.
    #[arg(long)]
    pub no_record: bool,
}

/// One measurement.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// Compare servers in one cell, and print the figures.
    Cell(CellArgs),
}

/// Arguments of `peers cell`.
#[derive(Debug, Clone, Args)]
pub struct CellArgs {
    /// Servers, in the order of their turns. All but the latest-frame lane when none is named.
    #[arg(value_enum)]
    pub servers: Vec<Which>,
    /// What is sent.
    #[command(flatten)]
    pub cell: Cell,
    /// Turns of each server.
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
    /// Seconds before each measurement.
    #[arg(long, default_value_t = 1.0)]
    pub warmup: f64,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 4.0)]
    pub seconds: f64,
    /// Take the programs as they were built last.
    #[arg(long)]
    pub no_build: bool,
}
