//! What was received between two instants.

use anyhow::Result;
use hdrhistogram::Histogram;
use serde::Serialize;

use crate::clock;

/// Longest latency that is told apart, in microseconds.
const LONGEST: u64 = 60_000_000;

/// The counters of one measurement.
#[derive(Debug)]
pub(super) struct Window {
    started: u64,
    own: u64,
    server: Option<(i32, u64)>,
    /// Latencies in microseconds.
    latency: Histogram<u64>,
    pub(super) events: u64,
    pub(super) bytes: u64,
    pub(super) reads: u64,
    pub(super) missing: u64,
    pub(super) closed: u64,
    pub(super) pings: u64,
}

/// A measurement as it is printed.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Clients that were in at the end.
    clients: usize,
    seconds: f64,
    events: u64,
    bytes: u64,
    /// Events that never came, told by the gaps between tick numbers.
    missing: u64,
    /// Connections the server ended.
    closed: u64,
    /// Engine.IO pings answered.
    pings: u64,
    reads: u64,
    events_per_second: f64,
    /// Processor time of the server, in seconds, and per event in microseconds.
    server_seconds: f64,
    server_us_per_event: f64,
    /// Share of one core the server and this client took. A client near 1 is the bottleneck.
    server_busy: f64,
    client_busy: f64,
    p50_ms: f64,
    p90_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

impl Window {
    /// Begins to count.
    ///
    /// # Errors
    /// When the server's process is gone.
    pub(super) fn begin(server: Option<i32>) -> Result<Self> {
        let server = server.map(|pid| clock::processor_time(pid).map(|time| (pid, time))).transpose()?;
        Ok(Self {
            started: clock::now(),
            own: clock::own_time(),
            server,
            latency: Histogram::new_with_bounds(1, LONGEST, 3)?,
            events: 0,
            bytes: 0,
            reads: 0,
            missing: 0,
            closed: 0,
            pings: 0,
        })
    }

    /// One event that was sent and received at these times.
    pub(super) fn event(&mut self, sent: u64, received: u64) {
        self.events += 1;
        self.latency.saturating_record(received.saturating_sub(sent).div_ceil(1_000));
    }

    /// One event that says nothing of when it was sent.
    pub(super) const fn frame(&mut self) {
        self.events += 1;
    }

    /// Ends the counting.
    ///
    /// # Errors
    /// When the server's process is gone.
    pub(super) fn end(&self, clients: usize) -> Result<Report> {
        let seconds = (clock::now() - self.started) as f64 / 1e9;
        let server = match self.server {
            Some((pid, before)) => (clock::processor_time(pid)? - before) as f64 / 1e9,
            None => 0.0,
        };
        let quantile = |q| self.latency.value_at_quantile(q) as f64 / 1e3;
        Ok(Report {
            clients,
            seconds,
            events: self.events,
            bytes: self.bytes,
            missing: self.missing,
            closed: self.closed,
            pings: self.pings,
            reads: self.reads,
            events_per_second: self.events as f64 / seconds,
            server_seconds: server,
            server_us_per_event: server * 1e6 / self.events.max(1) as f64,
            server_busy: server / seconds,
            client_busy: (clock::own_time() - self.own) as f64 / 1e9 / seconds,
            p50_ms: quantile(0.5),
            p90_ms: quantile(0.9),
            p99_ms: quantile(0.99),
            max_ms: self.latency.max() as f64 / 1e3,
        })
    }
}
