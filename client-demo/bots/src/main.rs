//! The swarm on the command line. All of it is in the library, where tests can reach it.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    bots::swarm::main(&bots::swarm::Args::parse())
}
