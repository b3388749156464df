//! The command line of `muster-bots`.

use std::fmt;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::brain::Skill;
use crate::client::{Address, Way};

/// Plays many matches at once over real sockets, every player with a brain, and reports what the players saw.
///
/// The exit status is 1 when a hash did not match, an error occurred, or a player never got a frame.
#[derive(Clone, Debug, Parser)]
#[command(name = "muster-bots", version)]
pub struct Args {
    /// The server.
    #[arg(long, default_value = "http://127.0.0.1:3000")]
    pub url: Address,
    /// Matches at a time.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub matches: u32,
    /// Players of each match: 2 or 4.
    #[arg(long, default_value_t = 2, value_parser = players)]
    pub players: u8,
    /// How long to play, from the first connection on.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub seconds: u64,
    /// Socket.IO parser.
    #[arg(long, value_enum, default_value = "msgpack")]
    pub parser: ParserName,
    /// Transports: websocket, polling, or upgrade (polling first).
    #[arg(long, default_value = "websocket")]
    pub transport: Way,
    /// How well the brains play: easy, normal or hard.
    #[arg(long, default_value = "normal")]
    pub skill: Skill,
    /// Makes the brains' choices the same in every run.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Longest silence of a brain in milliseconds: latency needs actions to be measured. 0 for as it likes.
    #[arg(long, default_value_t = 500)]
    pub pace_ms: u32,
    /// Milliseconds between two connections at the start.
    #[arg(long, default_value_t = 5)]
    pub ramp_ms: u64,
    /// Write the report to this file as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

/// The Socket.IO parsers by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ParserName {
    /// The default parser.
    Json,
    /// `socket.io-msgpack-parser`.
    Msgpack,
}

impl fmt::Display for ParserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "JSON",
            Self::Msgpack => "MessagePack",
        })
    }
}

impl From<ParserName> for socketio::Parser {
    fn from(name: ParserName) -> Self {
        match name {
            ParserName::Json => Self::Json,
            ParserName::Msgpack => Self::MessagePack,
        }
    }
}

fn players(text: &str) -> Result<u8, String> {
    match text {
        "2" => Ok(2),
        "4" => Ok(4),
        other => Err(format!("a match has 2 or 4 players, not {other}")),
    }
}
