//! `cargo xtask peers`: the transport beside its peers.

use anyhow::{Result, bail};

use crate::peers::args::{CellArgs, PeersArgs, What};
use crate::peers::programs::Programs;
use crate::peers::rounds::{Plan, Taken};
use crate::peers::table;
use crate::peers::which::Which;
use crate::workspace;

/// Builds everything, and measures.
pub fn run(args: &PeersArgs) -> Result<()> {
    match &args.what {
        Some(What::Cell(args)) => cell(args),
        None => bail!("not yet"),
    }
}

fn cell(args: &CellArgs) -> Result<()> {
    let root = workspace::root()?;
    let programs = if args.no_build { Programs::at(&root) } else { Programs::build(&root)? };
    let servers = if args.servers.is_empty() { &Which::USUAL[..] } else { &args.servers };
    let plan = Plan { rounds: args.rounds, warmup: args.warmup, seconds: args.seconds };
    let taken = Taken::take(&programs, args.cell, servers, plan)?;
    print!("{}", table::terminal(&taken));
    Ok(())
}
