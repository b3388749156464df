//! `cargo xtask peers`: the transport beside its peers, and state synchronization beside Colyseus.

use std::time::SystemTime;

use anyhow::Result;

use crate::peers::args::{PeersArgs, What};
use crate::peers::cell::Cell;
use crate::peers::findings::Findings;
use crate::peers::programs::Programs;
use crate::peers::rounds::{Plan, Taken};
use crate::peers::size::Size;
use crate::peers::which::Which;
use crate::peers::{allocations, compare, idle, reconnect, saturate, slow, syscalls, table, worlds};
use crate::workspace;

/// The cell in which servers are saturated, dropped and stalled.
const CROWD: Cell = Cell::json(1_000, 200, false);
const STALLING: Cell = Cell::json(1_000, 1_000, true);

/// Rounds with clients that stall: latencies of single rounds lie a tenth apart, twice what is judged.
const STALLED_ROUNDS: usize = 7;

/// Builds everything, measures and records.
pub fn run(args: &PeersArgs) -> Result<()> {
    let root = workspace::root()?;
    let programs = if args.no_build { Programs::at(&root) } else { Programs::build(&root)? };
    let size = match (args.quick, args.full) {
        (true, _) => Size::Quick,
        (false, true) => Size::Full,
        (false, false) => Size::Usual,
    };
    let started = SystemTime::now();
    let found = match &args.what {
        Some(What::Cell(args)) => {
            let plan = Plan { rounds: args.rounds, turns: args.turns, warmup: args.warmup, seconds: args.seconds };
            let taken = Taken::take(&programs, args.cell, or(&args.servers, &Which::USUAL), plan)?;
            print!("{}", table::terminal(&taken));
            return Ok(());
        }
        Some(What::Compare) => compare::run(&programs, &size.cells(), &Which::USUAL, size.plan())?,
        Some(What::Idle(args)) => {
            idle::run(&programs, or(&args.servers, &[Which::Muster]), args.clients, args.seconds)?
        }
        Some(What::Saturate(args)) => {
            saturate::run(&programs, &args.cell, or(&args.servers, &Which::SATURATED), args.rounds, 2.0)?
        }
        Some(What::Syscalls) => syscalls::run(&programs, &Which::USUAL, 3.0)?,
        Some(What::Allocations) => allocations::run(&programs, 3.0)?,
        Some(What::Slow) => slow::run(&programs, &STALLING, 100, STALLED_ROUNDS, 10.0)?,
        Some(What::Reconnect) => reconnect::run(&programs, &CROWD, &[Which::Muster], 3)?,
        Some(What::Worlds) => worlds::run(&programs, size)?,
        None => everything(&programs, size)?,
    };
    found.print();
    if args.no_record || args.quick {
        return Ok(());
    }
    let subject = match args.what {
        Some(What::Worlds) => "Scripted worlds beside Colyseus",
        _ => "Transport beside its peers",
    };
    println!("\nrecorded in {}", found.record(&root, started, subject)?.display());
    Ok(())
}

fn everything(programs: &Programs, size: Size) -> Result<Findings> {
    let (rounds, crowd) = (size.pick(1, 3), Cell { clients: size.pick(200, 1_000), ..CROWD });
    let mut servers = Which::USUAL.to_vec();
    if size == Size::Full {
        servers.push(Which::Frames);
    }
    let ours = &[Which::Muster];
    let mut found = compare::run(programs, &size.cells(), &servers, size.plan())?;
    let against: &[Which] = if size == Size::Full { &Which::USUAL } else { &Which::SATURATED };
    found.add(saturate::run(programs, &crowd, against, size.pick(1, 2), size.pick(0.5, 1.5))?);
    found.add(idle::run(programs, ours, size.pick(1_000, 15_000), size.pick(12.0, 60.0))?);
    found.add(syscalls::run(programs, ours, size.pick(1.0, 3.0))?);
    found.add(allocations::run(programs, size.pick(0.5, 3.0))?);
    let stalling = Cell { clients: crowd.clients, ..STALLING };
    found.add(slow::run(
        programs,
        &stalling,
        crowd.clients / 10,
        size.pick(rounds, STALLED_ROUNDS),
        size.pick(2.0, 10.0),
    )?);
    found.add(reconnect::run(programs, &crowd, ours, rounds)?);
    Ok(found)
}

/// Those that were named, or the usual ones.
fn or<'a>(named: &'a [Which], usual: &'a [Which]) -> &'a [Which] {
    if named.is_empty() { usual } else { named }
}
