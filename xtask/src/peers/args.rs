//! The arguments of `cargo xtask peers`.

use clap::{Args, Subcommand};

use super::cell::Cell;
use super::which::Which;

/// Arguments of `peers`.
#[derive(Debug, Clone, Args)]
pub struct PeersArgs {
    /// One measurement alone.
    #[command(subcommand)]
    pub what: Option<What>,
    /// Every number of clients, payload and parser.
    #[arg(long, conflicts_with = "quick")]
    pub full: bool,
    /// See that everything works: short and once, nothing recorded.
    #[arg(long, global = true)]
    pub quick: bool,
    /// Print the figures without recording them.
    #[arg(long, global = true)]
    pub no_record: bool,
    /// Take the programs as they were built last.
    #[arg(long, global = true)]
    pub no_build: bool,
}

/// One measurement.
#[derive(Debug, Clone, Subcommand)]
pub enum What {
    /// Compare servers in one cell, and print the figures.
    Cell(CellArgs),
    /// Processor time for an event in the usual cells (T1).
    Compare,
    /// Memory and heartbeat of idle connections (T2).
    Idle(IdleArgs),
    /// Calls into the kernel that send, for an event (T3).
    Syscalls,
    /// Heap allocations of a broadcast (T4).
    Allocations,
    /// The most events a second (T5).
    Saturate(SaturateArgs),
    /// Clients that stop reading (T6).
    Slow,
    /// All clients drop and come back within a second (T7).
    Reconnect,
    /// The scripted worlds in Muster and Colyseus (S11, S12, S14, a stalled reader).
    Worlds,
}

/// Arguments of `peers idle`.
#[derive(Debug, Clone, Args)]
pub struct IdleArgs {
    /// Servers. Muster alone when none is named.
    #[arg(value_enum)]
    pub servers: Vec<Which>,
    /// Connections.
    #[arg(long, default_value_t = 15_000)]
    pub clients: usize,
    /// Seconds to hold them.
    #[arg(long, default_value_t = 60.0)]
    pub seconds: f64,
}

/// Arguments of `peers saturate`.
#[derive(Debug, Clone, Args)]
pub struct SaturateArgs {
    /// Servers, in the order of their turns. The floor, Muster with and without several events to a write, and socketioxide when
    /// none is named.
    #[arg(value_enum)]
    pub servers: Vec<Which>,
    /// What is sent.
    #[command(flatten)]
    pub cell: Cell,
    /// Turns of each server.
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
}

/// Arguments of `peers cell`.
#[derive(Debug, Clone, Args)]
pub struct CellArgs {
    /// Servers, in the order of their turns. Those of a plain run when none is named.
    #[arg(value_enum)]
    pub servers: Vec<Which>,
    /// What is sent.
    #[command(flatten)]
    pub cell: Cell,
    /// Rounds, each with servers that are started anew.
    #[arg(long, default_value_t = 3)]
    pub rounds: usize,
    /// Turns of each server in a round.
    #[arg(long, default_value_t = 4)]
    pub turns: usize,
    /// Seconds each server runs before its first turn.
    #[arg(long, default_value_t = 4.0)]
    pub warmup: f64,
    /// Seconds of a turn that are measured.
    #[arg(long, default_value_t = 1.5)]
    pub seconds: f64,
}
