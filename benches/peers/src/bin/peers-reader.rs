//! A client that holds what it is shown, and says at the end what of it is wrong.

use clap::Parser;

#[derive(Debug, Parser)]
#[command(name = "peers-reader")]
struct Cli {
    #[command(flatten)]
    flags: peers::reader::Flags,
}

fn main() -> anyhow::Result<()> {
    peers::reader::run(&Cli::parse().flags)
}
