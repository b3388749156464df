//! `cargo xtask COMMAND`: parses the arguments and hands over to the command.

use std::process::ExitCode;

use clap::Parser;
use xtask::cli::{Cli, Command};
use xtask::commands;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Play(args) => commands::play::run(&args),
        Command::Announce(args) => commands::announce::run(&args),
        Command::Test(args) => commands::test::run(&args),
        Command::Bench(args) => commands::bench::run(&args),
        Command::Peers(args) => commands::peers::run(&args),
        Command::Fuzz(args) => commands::fuzz::run(&args),
        Command::Targets => commands::targets::run(),
        Command::Vectors(args) => commands::vectors::run(&args),
        Command::Tidy(args) => commands::tidy::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
