//! `cargo xtask bench`: runs the benches and records their figures.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::bench::chart::Chart;
use crate::bench::criterion::{Figure, collect, parse_line};
use crate::bench::date;
use crate::bench::latency;
use crate::bench::machine::Machine;
use crate::bench::record::Run;
use crate::bench::targets::{TARGETS, judge};
use crate::cli::{BenchArgs, BenchCommand};
use crate::commands::instructions;
use crate::{process, workspace};

/// What every bench is told of how long to measure, in seconds: by default, so that all of them take a few minutes, and
/// with `--full`. Benches that criterion runs and those that time ticks themselves take the same options.
const TIMES: [[&str; 4]; 2] =
    [["--warm-up-time", "0.5", "--measurement-time", "1.2"], ["--warm-up-time", "3", "--measurement-time", "6"]];

/// How long players play for the latency of their actions.
const SECONDS: [u32; 2] = [15, 60];

/// Runs the benches whose name contains the filter and writes one folder under `benches/runs/`.
pub fn run(args: &BenchArgs) -> Result<()> {
    if let Some(BenchCommand::Instructions(args)) = &args.other {
        return instructions::run(args);
    }
    let root = workspace::root()?;
    let results = workspace::target_dir(&root).join("criterion");
    let started = SystemTime::now();

    let mut command = process::cargo(&root);
    command.env("CRITERION_HOME", &results).args(["bench", "-p", "benches", "--all-features", "--bench", "*", "--"]);
    command.args(TIMES[usize::from(args.full)]).args(&args.filter);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("cargo bench cannot be started")?;
    let output = child.stdout.take().context("the output of cargo bench was asked for")?;
    let mut counted: Vec<Figure> = Vec::new();
    for line in BufReader::new(output).lines() {
        let line = line.context("the output of cargo bench is no text")?;
        println!("{line}");
        counted.extend(parse_line(&line));
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("cargo bench ended with {status}; nothing was recorded");
    }

    let mut figures = collect(&results, started)?;
    figures.extend(counted);
    if args.filter.as_deref().is_none_or(|filter| latency::NAME.contains(filter)) {
        figures.extend(latency::measure(&root, SECONDS[usize::from(args.full)])?);
    }
    if figures.is_empty() {
        match &args.filter {
            Some(filter) => bail!("no bench has `{filter}` in its name"),
            None => bail!("no bench wrote a result below {}", results.display()),
        }
    }
    println!("\n{} figure(s) measured", figures.len());
    if args.no_record {
        return Ok(());
    }
    let run = Run {
        subject: "Benches".to_owned(),
        date: date::stamp(started),
        commit: workspace::commit(&root),
        filter: args.filter.clone(),
        machine: Machine::describe(),
        intervals: "the 95 % confidence interval of the median".to_owned(),
        judged: judge(&TARGETS, &figures),
        chart: Chart::of_times(&figures),
        sections: String::new(),
        files: Vec::new(),
        figures,
    };
    let folder = run.write(&root)?;
    println!("recorded in {}", folder.display());
    Ok(())
}
