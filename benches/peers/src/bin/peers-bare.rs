//! The bare writer: the floor that servers are compared with.

use clap::Parser;

#[derive(Debug, Parser)]
#[command(name = "peers-bare")]
struct Cli {
    #[command(flatten)]
    flags: peers::flags::ServerFlags,
}

fn main() -> anyhow::Result<()> {
    peers::bare::run(&Cli::parse().flags)
}
