//! What one measurement sends: to how many clients, how much, shared or not, in which encoding.

use std::fmt;

use clap::{Args, ValueEnum};

/// Socket.IO's two usual parsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Parser {
    /// The default one.
    Json,
    /// socket.io-msgpack-parser.
    Msgpack,
}

impl Parser {
    /// As the programs' flag has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Msgpack => "msgpack",
        }
    }
}

/// One cell of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Args)]
pub struct Cell {
    /// Connections.
    #[arg(long, default_value_t = 1_000)]
    pub clients: usize,
    /// Bytes of each event's binary argument.
    #[arg(long, default_value_t = 200)]
    pub bytes: usize,
    /// Bytes of its own for each client, instead of the same for all.
    #[arg(long)]
    pub per_client: bool,
    /// The parser of server and clients.
    #[arg(long, value_enum, default_value_t = Parser::Json)]
    pub parser: Parser,
}

/// Payloads of the comparison: bytes, and whether each client has its own.
const PAYLOADS: [(usize, bool); 4] = [(200, false), (1_000, true), (200, true), (1_000, false)];

impl Cell {
    /// A cell with the default parser.
    pub const fn json(clients: usize, bytes: usize, per_client: bool) -> Self {
        Self { clients, bytes, per_client, parser: Parser::Json }
    }

    /// A cell with MessagePack.
    pub const fn msgpack(clients: usize, bytes: usize, per_client: bool) -> Self {
        Self { clients, bytes, per_client, parser: Parser::Msgpack }
    }

    /// What a plain run measures.
    pub fn usual() -> Vec<Self> {
        vec![
            Self::json(1_000, 200, false),
            Self::json(1_000, 1_000, true),
            Self::json(2_000, 200, false),
            Self::json(2_000, 1_000, true),
            Self::json(200, 200, false),
            Self::msgpack(1_000, 200, false),
        ]
    }

    /// Every cell.
    pub fn all() -> Vec<Self> {
        let mut cells = Vec::new();
        for parser in [Parser::Json, Parser::Msgpack] {
            for clients in [200, 1_000, 2_000] {
                cells.extend(PAYLOADS.map(|(bytes, per_client)| Self { clients, bytes, per_client, parser }));
            }
        }
        cells
    }

    /// Enough to see that everything works.
    pub fn few() -> Vec<Self> {
        vec![Self::json(200, 200, false), Self::msgpack(200, 1_000, true)]
    }

    /// The flags of the servers.
    pub fn flags(&self) -> Vec<String> {
        let payload = if self.per_client { "--per-client" } else { "--shared" };
        ["--bytes", &self.bytes.to_string(), payload, "--parser", self.parser.name()].map(str::to_owned).to_vec()
    }

    /// Short name, in figures: `1000x200-shared-json`.
    pub fn name(&self) -> String {
        let payload = if self.per_client { "own" } else { "shared" };
        format!("{}x{}-{payload}-{}", self.clients, self.bytes, self.parser.name())
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = if self.per_client { "per client" } else { "shared" };
        let parser = match self.parser {
            Parser::Json => "JSON",
            Parser::Msgpack => "MessagePack",
        };
        write!(f, "{} clients, {} B {payload}, {parser}", self.clients, self.bytes)
    }
}
