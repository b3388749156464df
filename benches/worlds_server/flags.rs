//! The flags, the same as those of `benches/peers/node/worlds.mjs`, and `--reckoned`.

use std::net::SocketAddr;

use benches::world_game::Setup;
use benches::worlds::{CROWD, Plan, W1, W2, W3};
use clap::{Parser, ValueEnum};

/// Which worlds are served, and how they are looked at.
#[derive(Debug, Clone, Parser)]
#[command(name = "worlds-server")]
pub(crate) struct Flags {
    /// Address to listen on; port 0 takes a free one. The first line printed is `listening ADDRESS`.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// The world of every room.
    #[arg(long, value_enum, default_value_t = World::W1)]
    world: World,
    /// Who shares a view, in worlds with fog.
    #[arg(long, value_enum, default_value_t = Views::Shared)]
    views: Views,
    /// Clients of a room.
    #[arg(long, default_value_t = 32)]
    clients: u8,
    /// Ticks after which the worlds stand still; 0 for never.
    #[arg(long, default_value_t = 0)]
    ticks: u32,
    /// Ping interval in milliseconds.
    #[arg(long, default_value_t = 25_000)]
    pub(crate) ping_interval: u64,
    /// Positions are dead-reckoned instead of told at each tick.
    #[arg(long)]
    pub(crate) reckoned: bool,
    /// Obey commands on standard input, and end with it.
    #[arg(long)]
    pub(crate) control: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum World {
    #[value(name = "W1")]
    W1,
    #[value(name = "W2")]
    W2,
    #[value(name = "W3")]
    W3,
    Crowd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Views {
    /// The clients of a team.
    Shared,
    /// Nobody.
    Own,
}

impl World {
    const fn plan(self) -> Plan {
        match self {
            Self::W1 => W1,
            Self::W2 => W2,
            Self::W3 => W3,
            Self::Crowd => CROWD,
        }
    }
}

impl Flags {
    /// What the rooms have in common.
    pub(crate) const fn setup(&self) -> Setup {
        let shared = Setup::shared(self.world.plan(), self.clients);
        let last = if self.ticks == 0 { u32::MAX } else { self.ticks };
        Setup { own_views: matches!(self.views, Views::Own), last, ..shared }
    }
}
