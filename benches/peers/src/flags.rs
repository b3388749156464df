//! The flags every server takes.

use std::net::SocketAddr;

use clap::{Args, ValueEnum};

/// What a server sends, and how often.
#[derive(Debug, Clone, Args)]
pub struct ServerFlags {
    /// Address to listen on; port 0 takes a free one. The first line printed is `listening ADDRESS`.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Ticks per second; 0 sends nothing. The command `rate HZ` changes it.
    #[arg(long, default_value_t = 20.0)]
    pub rate: f64,
    /// Bytes of the binary argument, 16 at least.
    #[arg(long, default_value_t = 200)]
    pub bytes: usize,
    /// The same bytes for everyone (the default).
    #[arg(long, conflicts_with = "per_client")]
    pub shared: bool,
    /// Bytes of its own for each client.
    #[arg(long)]
    pub per_client: bool,
    /// The parser, where a server has to know it before its clients do.
    #[arg(long, value_enum, default_value_t = Parser::Json)]
    pub parser: Parser,
    /// Threads of the runtime.
    #[arg(long, default_value_t = 1)]
    pub threads: usize,
    /// Ping interval in milliseconds.
    #[arg(long, default_value_t = 25_000)]
    pub ping_interval: u64,
    /// Ping timeout in milliseconds.
    #[arg(long, default_value_t = 20_000)]
    pub ping_timeout: u64,
    /// Obey commands on standard input, and end with it.
    #[arg(long)]
    pub control: bool,
}

/// Socket.IO's two usual parsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Parser {
    /// The default: a text packet and one binary message for each attachment.
    Json,
    /// One binary message for each packet.
    Msgpack,
}
