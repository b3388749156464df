//! The flags, the same as those of the servers in `benches/peers`, `--frames`, `--recovery` and
//! `--single`.

use std::net::SocketAddr;

use clap::Parser;

use super::sender::Lane;

/// What the server sends, and how often.
#[derive(Debug, Clone, Parser)]
#[command(name = "fanout")]
pub(crate) struct Flags {
    /// Address to listen on; port 0 takes a free one. The first line printed is `listening ADDRESS`.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// Ticks per second; 0 sends nothing. The command `rate HZ` changes it.
    #[arg(long, default_value_t = 20.0)]
    pub(crate) rate: f64,
    /// Bytes of the binary argument, 16 at least.
    #[arg(long, default_value_t = 200)]
    pub(crate) bytes: usize,
    /// One event to the room of all clients (the default).
    #[arg(long, conflicts_with = "per_client")]
    shared: bool,
    /// An event with bytes of its own to each client.
    #[arg(long)]
    per_client: bool,
    /// On the latest-frame lane: `send_frame` to each client, shared or with bytes of its own.
    #[arg(long)]
    frames: bool,
    /// Taken for the others' sake: the parser is found for each connection.
    #[arg(long, default_value = "json")]
    parser: String,
    /// Threads of the runtime.
    #[arg(long, default_value_t = 1)]
    pub(crate) threads: usize,
    /// Ping interval in milliseconds.
    #[arg(long, default_value_t = 25_000)]
    pub(crate) ping_interval: u64,
    /// Ping timeout in milliseconds.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) ping_timeout: u64,
    /// Keep events for clients that lose their connection: connection state recovery, which the other servers do not have or
    /// leave off.
    #[arg(long)]
    pub(crate) recovery: bool,
    /// Each tick's event in a write of its own, also where several are overdue.
    #[arg(long)]
    pub(crate) single: bool,
    /// Obey commands on standard input, and end with it.
    #[arg(long)]
    pub(crate) control: bool,
}

impl Flags {
    /// How events travel.
    pub(crate) fn lane(&self) -> Lane {
        match (self.frames, self.per_client) {
            (false, false) => Lane::Broadcast,
            (false, true) => Lane::Each,
            (true, per_client) => Lane::Frames { per_client },
        }
    }
}
