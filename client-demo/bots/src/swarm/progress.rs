//! What is shown while the swarm plays: a bar on a terminal, else a line every five seconds.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::client::Tally;

/// Seconds between two lines where there is no terminal.
const LINE_EVERY: u64 = 5;

/// The display.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    seconds: u64,
    last_line: u64,
    last_frames: u64,
    last_at: Duration,
}

impl Progress {
    pub(crate) fn new(seconds: u64) -> Self {
        let template = "  {spinner:.cyan} {elapsed_precise} {bar:36.cyan/blue} {pos}/{len} s  {msg}";
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = std::io::stderr().is_terminal().then(|| ProgressBar::new(seconds).with_style(style));
        Self { bar, seconds, last_line: 0, last_frames: 0, last_at: Duration::ZERO }
    }

    /// Shows the state at `elapsed`; called a few times a second.
    pub(crate) fn show(&mut self, elapsed: Duration, clients: u64, tally: &Tally) {
        let second = elapsed.as_secs().min(self.seconds);
        let due = second >= self.last_line + LINE_EVERY;
        if self.bar.is_none() && !due {
            return;
        }
        let passed = elapsed.saturating_sub(self.last_at).as_secs_f64();
        let rate = if passed > 0.0 { (tally.frames - self.last_frames) as f64 / passed } else { 0.0 };
        (self.last_frames, self.last_at) = (tally.frames, elapsed);
        let line = format!(
            "{}/{clients} connected, {rate:.0} frames/s, p99 {:.0} ms, {} mismatches, {} errors",
            tally.connected,
            tally.latency_ms(0.99),
            tally.hash_mismatches,
            tally.error_count()
        );
        match &self.bar {
            Some(bar) => {
                bar.set_position(second);
                bar.set_message(line);
            }
            None => {
                self.last_line = second;
                eprintln!("  {second:>4} s  {line}");
            }
        }
    }

    pub(crate) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
