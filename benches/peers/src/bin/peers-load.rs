//! The load client.

use clap::Parser;

#[derive(Debug, Parser)]
#[command(name = "peers-load")]
struct Cli {
    #[command(flatten)]
    flags: peers::load::Flags,
}

fn main() -> anyhow::Result<()> {
    peers::load::run(&Cli::parse().flags)
}
