//! The command line as data. Does nothing itself.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::peers::args::PeersArgs;

/// Muster's project commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// One variant per command; each has its file under `commands/`.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build everything and serve the game on this machine.
    Play(PlayArgs),
    /// Wait for the server and say where it is (started by `play`).
    #[command(hide = true)]
    Announce(PlayArgs),
    /// Run every check that CI runs.
    Test(TestArgs),
    /// Run the benches and record their figures under benches/runs/.
    Bench(BenchArgs),
    /// Compare the transport with other servers and record the figures under benches/runs/.
    Peers(PeersArgs),
    /// Fuzz what reads the bytes of peers.
    Fuzz(FuzzArgs),
    /// Print the newest recorded figure of each target.
    Targets,
    /// Regenerate golden vectors and TypeScript types.
    Vectors(VectorsArgs),
    /// Check what the compiler cannot: arrows, purity, circles, sizes.
    Tidy(TidyArgs),
}

/// Arguments of `play`.
#[derive(Debug, Clone, Args)]
pub struct PlayArgs {
    /// Port on 127.0.0.1.
    #[arg(long, default_value_t = 3000, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: u16,
    /// Do not open a browser window.
    #[arg(long)]
    pub no_open: bool,
}

/// Arguments of `test`.
#[derive(Debug, Clone, Default, Args)]
pub struct TestArgs {
    /// Leave these steps out (repeat or separate by commas).
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Run these steps alone (repeat or separate by commas).
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Print the steps and end.
    #[arg(long)]
    pub list: bool,
}

/// Arguments of `bench`.
#[derive(Debug, Clone, Default, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct BenchArgs {
    /// Something else than running the benches.
    #[command(subcommand)]
    pub other: Option<BenchCommand>,
    /// Run only the benches whose name contains this text.
    pub filter: Option<String>,
    /// Run without recording the figures.
    #[arg(long)]
    pub no_record: bool,
    /// Measure each bench about five times as long.
    #[arg(long)]
    pub full: bool,
}

/// What `bench` can do beside running the benches.
#[derive(Debug, Clone, Subcommand)]
pub enum BenchCommand {
    /// Count the instructions of small programs and record them.
    Instructions(InstructionsArgs),
}

/// Arguments of `bench instructions`.
#[derive(Debug, Clone, Default, Args)]
pub struct InstructionsArgs {
    /// Record nothing; fail when a program takes more than 2 % more than recorded.
    #[arg(long)]
    pub check: bool,
}

/// Arguments of `fuzz`.
#[derive(Debug, Clone, Args)]
pub struct FuzzArgs {
    /// Targets to fuzz. Defaults to all.
    pub targets: Vec<String>,
    /// For how long each, in seconds; two run at a time.
    #[arg(long, default_value_t = 30)]
    pub seconds: u64,
}

/// Arguments of `vectors`.
#[derive(Debug, Clone, Default, Args)]
pub struct VectorsArgs {
    /// Change nothing; fail when the tree differs from what is generated.
    #[arg(long)]
    pub check: bool,
}

/// Arguments of `tidy`.
#[derive(Debug, Clone, Default, Args)]
pub struct TidyArgs {
    /// Workspace to check. Defaults to the one this command was started in.
    #[arg(long)]
    pub root: Option<PathBuf>,
}
