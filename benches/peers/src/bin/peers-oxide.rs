//! socketioxide on axum, with the work of the comparison.

use clap::Parser;

#[derive(Debug, Parser)]
#[command(name = "peers-oxide")]
struct Cli {
    #[command(flatten)]
    flags: peers::flags::ServerFlags,
}

fn main() -> anyhow::Result<()> {
    peers::oxide::run(&Cli::parse().flags)
}
