//! From a player's action to the first frame that shows it, over real sockets: `muster-bots` plays on the server `muster`.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::criterion::Figure;
use crate::{process, workspace};

/// What the figures' names begin with.
pub const NAME: &str = "action_to_frame";

/// Matches at a time and the players of each.
const MATCHES: usize = 25;
const PLAYERS: usize = 4;

/// Nanoseconds of a millisecond.
const MILLISECOND: f64 = 1e6;

#[derive(Deserialize)]
struct Report {
    playing: usize,
    hash_checks: u64,
    hash_mismatches: u64,
    errors: u64,
    action_to_frame_ms: Percentiles,
}

#[derive(Deserialize)]
struct Percentiles {
    p50: f64,
    p99: f64,
    max: f64,
}

/// A running server; it ends when this is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Plays for `seconds`.
///
/// # Errors
/// When a program cannot be built or started, or a player's mirror does not agree with the server.
pub fn measure(root: &Path, seconds: u32) -> Result<Vec<Figure>> {
    process::run(process::cargo(root).args(["build", "--release", "-p", "app", "-p", "bots"]))?;
    let (built, report) =
        (workspace::target_dir(root).join("release"), workspace::target_dir(root).join("latency.json"));
    let mut serve = std::process::Command::new(built.join("muster"));
    serve.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut server = Server(serve.spawn().context("the server cannot be started")?);
    let mut address = String::new();
    let output = server.0.stdout.take().context("the output was asked for")?;
    BufReader::new(output).read_line(&mut address)?;
    let mut bots = std::process::Command::new(built.join("muster-bots"));
    bots.args(["--url", &format!("http://{}", address.trim()), "--seconds", &seconds.to_string()]);
    bots.args(["--matches", &MATCHES.to_string(), "--players", &PLAYERS.to_string(), "--json"]).arg(&report);
    process::run(&mut bots)?;
    let text = fs::read_to_string(&report).context("muster-bots has left no report")?;
    figures(&serde_json::from_str(&text)?)
}

fn figures(report: &Report) -> Result<Vec<Figure>> {
    let clients = MATCHES * PLAYERS;
    ensure!(report.playing == clients, "{} of {clients} players got in", report.playing);
    ensure!(
        report.errors == 0 && report.hash_mismatches == 0,
        "{} errors, {} hashes differ",
        report.errors,
        report.hash_mismatches
    );
    ensure!(report.hash_checks > 0, "no hash was compared");
    let latency = &report.action_to_frame_ms;
    let named = [("p50", latency.p50), ("p99", latency.p99), ("max", latency.max)];
    let figure = |(part, value): (&str, f64)| {
        let value = value * MILLISECOND;
        Figure { name: format!("{NAME}/{clients}_clients/{part}"), value, interval: (value, value), unit: "ns".into() }
    };
    Ok(named.map(figure).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(hash_mismatches: u64) -> Report {
        let action_to_frame_ms = Percentiles { p50: 50.0, p99: 51.5, max: 54.0 };
        Report { playing: 100, hash_checks: 9, hash_mismatches, errors: 0, action_to_frame_ms }
    }

    #[test]
    fn a_report_becomes_figures_unless_a_mirror_was_wrong() {
        let figures = figures(&report(0)).expect("a good report");
        let p99 = figures.iter().find(|figure| figure.name == "action_to_frame/100_clients/p99").expect("p99");
        assert_eq!((p99.value, p99.unit.as_str()), (51_500_000.0, "ns"));
        assert!(super::figures(&report(1)).is_err());
    }
}
