//! One server of one row, measured once.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::super::load::{Load, Report};
use super::super::programs::Programs;
use super::super::sample::median;
use super::super::server::Server;
use super::super::which::{Side, Which};
use super::row::Row;

/// What a server of the worlds tells about its ticks.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Told {
    /// Ticks that ran, of all rooms.
    pub(super) ticks: u64,
    /// Ticks left out because those before took too long.
    pub(super) skipped: u64,
    /// How late 99 of 100 ticks began at most, in milliseconds.
    pub(super) late_p99_ms: f64,
    /// Whether the world of room 0 has proved to be the scripted one, which it does after 100 ticks.
    pub(super) checked: bool,
}

/// What one turn of one server gave.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) report: Report,
    pub(super) told: Told,
}

impl Sample {
    /// Opens all clients of `row`, lets them settle for `warmup` seconds and measures for `seconds`.
    pub(super) fn take(programs: &Programs, side: Side, row: &Row, more: &[&str], times: (f64, f64)) -> Result<Self> {
        let (warmup, seconds) = times;
        let mut command = programs.worlds(side);
        command.args(row.flags());
        let mut server = Server::run(command, side.name())?;
        let mut command = programs.load();
        command.args(["--clients", &row.everybody().to_string(), "--room-size", &row.clients.to_string()]);
        command.args(["--speaks", side.name()]).args(more);
        let mut load = Load::run(command, &server, row.everybody())?;
        load.measure(warmup)?;
        server.stats()?;
        let report = load.measure(seconds)?;
        let told: Told = serde_json::from_value(server.stats()?).context("the server tells of no ticks")?;
        Ok(Self { report, told })
    }

    /// Processor time of the server for a frame that a client got, in microseconds.
    pub(super) const fn cost(&self) -> f64 {
        self.report.server_us_per_event
    }

    /// Bytes on the wire for a frame that a client got, those of the connection's other messages included.
    pub(super) fn bytes(&self) -> f64 {
        self.report.bytes as f64 / self.report.events.max(1) as f64
    }

    /// Ticks a second of a room.
    pub(super) fn rate(&self, row: &Row) -> f64 {
        self.told.ticks as f64 / row.rooms as f64 / self.report.seconds
    }
}

/// What the bare writer needs for a frame when it sends as many of that size, in bursts like those of the row's rooms: no
/// simulation, nothing encoded, nothing received.
pub(super) fn floor(programs: &Programs, row: &Row, bytes: f64, seconds: f64) -> Result<f64> {
    let mut command = programs.server(Which::Bare);
    let rate = row.rooms * 20;
    command.args(["--bytes", &format!("{bytes:.0}"), "--rate", &rate.to_string()]);
    let server = Server::run(command, Which::Bare.label())?;
    let mut command = programs.load();
    command.args(["--clients", &row.clients.to_string()]);
    let mut load = Load::run(command, &server, row.clients)?;
    sleep(Duration::from_millis(500));
    Ok(load.measure(seconds)?.server_us_per_event)
}

/// The samples of both sides, one of each a round.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken {
    pub(super) muster: Vec<Sample>,
    pub(super) colyseus: Vec<Sample>,
}

impl Taken {
    pub(super) fn of(&self, side: Side) -> &[Sample] {
        match side {
            Side::Muster => &self.muster,
            Side::Colyseus => &self.colyseus,
        }
    }

    pub(super) fn add(&mut self, side: Side, sample: Sample) {
        match side {
            Side::Muster => self.muster.push(sample),
            Side::Colyseus => self.colyseus.push(sample),
        }
    }

    /// The median, the lowest and the highest of a side's figure.
    pub(super) fn figure(&self, side: Side, of: impl Fn(&Sample) -> f64) -> (f64, f64, f64) {
        let all = self.of(side).iter().map(of).collect::<Vec<_>>();
        let low = all.iter().copied().fold(f64::INFINITY, f64::min);
        let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (median(all), low, high)
    }

    /// The median of a side's figure.
    pub(super) fn median(&self, side: Side, of: impl Fn(&Sample) -> f64) -> f64 {
        self.figure(side, of).0
    }

    /// Muster's cost over that of Colyseus: the median of the rounds' ratios, as both of a round ran next to each other.
    pub(super) fn ratio(&self) -> f64 {
        median(self.muster.iter().zip(&self.colyseus).map(|(ours, theirs)| ours.cost() / theirs.cost()))
    }
}
