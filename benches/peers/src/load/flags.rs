//! The load client's flags.

use std::net::SocketAddr;

use clap::{Args, ValueEnum};

use crate::flags::Parser;

/// What a server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Speaks {
    /// Socket.IO events with a stamp.
    Events,
    /// Muster's frames over Socket.IO, of the worlds' rooms.
    Muster,
    /// Colyseus' patches, of the worlds' rooms.
    Colyseus,
}

/// Whom to load, and how.
#[derive(Debug, Clone, Args)]
pub struct Flags {
    /// Address of the server.
    #[arg(long)]
    pub connect: SocketAddr,
    /// Connections.
    #[arg(long, default_value_t = 1_000)]
    pub clients: usize,
    /// What the server does, and so what its clients have to say.
    #[arg(long, value_enum, default_value_t = Speaks::Events)]
    pub speaks: Speaks,
    /// Clients of each room, where there are rooms; 0 for a single room.
    #[arg(long, default_value_t = 0)]
    pub room_size: usize,
    /// The parser all clients use.
    #[arg(long, value_enum, default_value_t = Parser::Json)]
    pub parser: Parser,
    /// Process whose processor time is divided by the events received.
    #[arg(long)]
    pub server_pid: Option<i32>,
    /// Loopback addresses to connect from, 127.0.0.1 and the following ones: each has some 28,000 ports.
    #[arg(long, default_value_t = 1)]
    pub sources: u8,
    /// Handshakes under way at the same time.
    #[arg(long, default_value_t = 64)]
    pub opening: usize,
    /// Clients, the last ones, that never read again once they have joined.
    #[arg(long, default_value_t = 0)]
    pub stalled: usize,
    /// Clients, the last ones, that read like the others and whose events are not counted.
    #[arg(long, default_value_t = 0)]
    pub aside: usize,
    /// Never sleep: a server that has to wake its clients on the same machine pays for it, and one with clients far away does not.
    #[arg(long)]
    pub spin: bool,
    /// Seconds between the last joining and the measurement.
    #[arg(long, default_value_t = 1.0)]
    pub warmup: f64,
    /// Seconds to measure.
    #[arg(long, default_value_t = 4.0)]
    pub seconds: f64,
    /// Instead of one measurement, obey commands on standard input, one a line, until it ends: `measure SECONDS`, or `begin`
    /// and `end`; `reconnect SECONDS`.
    #[arg(long)]
    pub control: bool,
}
