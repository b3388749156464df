//! What measurements found, and the record of it.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Result;

use crate::bench::chart::{Bar, Chart};
use crate::bench::criterion::Figure;
use crate::bench::date;
use crate::bench::machine::Machine;
use crate::bench::record::Run;
use crate::bench::targets::{Judged, Verdict};
use crate::workspace;

/// Figures and verdicts of one measurement or several.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// Medians, with the lowest and the highest of the rounds.
    pub figures: Vec<Figure>,
    /// How targets came out.
    pub judged: Vec<Judged>,
    /// Bars of the picture: processor time of servers.
    pub bars: Vec<Bar>,
    /// Sections of the summary.
    pub sections: String,
    /// Further files of the record: names and texts.
    pub files: Vec<(String, String)>,
}

impl Findings {
    /// Adds a figure that was counted, or measured once.
    pub fn figure(&mut self, name: impl Into<String>, value: f64, unit: &str) {
        self.spread(name, (value, value, value), unit);
    }

    /// Adds the median, the lowest and the highest of several rounds.
    pub fn spread(&mut self, name: impl Into<String>, (value, low, high): (f64, f64, f64), unit: &str) {
        self.figures.push(Figure { name: name.into(), value, interval: (low, high), unit: unit.to_owned() });
    }

    /// Judges a target whose value is to be at most `limit`.
    pub fn at_most(&mut self, id: &str, what: &str, value: f64, unit: &str, limit: f64) {
        self.judge(id, what, Verdict::new(value, unit, limit, false));
    }

    /// Judges a target whose value is to be at least `limit`.
    pub fn at_least(&mut self, id: &str, what: &str, value: f64, unit: &str, limit: f64) {
        self.judge(id, what, Verdict::new(value, unit, limit, true));
    }

    fn judge(&mut self, id: &str, what: &str, verdict: Verdict) {
        self.judged.push(Judged { id: id.to_owned(), what: what.to_owned(), verdict });
    }

    /// Adds a section to the summary, and prints it.
    pub fn section(&mut self, title: &str, text: &str) {
        println!("\n  {title}\n");
        for line in text.lines() {
            println!("    {line}");
        }
        self.sections.push_str(&format!("\n## {title}\n\n{text}\n"));
    }

    /// Adds what another measurement found.
    pub fn add(&mut self, other: Self) {
        self.figures.extend(other.figures);
        self.judged.extend(other.judged);
        self.bars.extend(other.bars);
        self.sections.push_str(&other.sections);
        self.files.extend(other.files);
    }

    /// Prints the verdicts.
    pub fn print(&self) {
        println!("\n  {:16} {:>10} {:26} {:>10}  met", "target", "value", "unit", "limit");
        for Judged { id, verdict, .. } in &self.judged {
            let met = if verdict.met { "yes" } else { "NO" };
            println!("  {id:16} {:>10} {:26} {:>10}  {met}", verdict.value, verdict.unit, verdict.target);
        }
    }

    /// Writes a run's folder; returns its path from the root.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn record(self, root: &Path, started: SystemTime, subject: &str) -> Result<PathBuf> {
        let run = Run {
            subject: subject.to_owned(),
            date: date::stamp(started),
            commit: workspace::commit(root),
            filter: None,
            machine: Machine::describe(),
            figures: self.figures,
            intervals: "the lowest and the highest of the rounds".to_owned(),
            judged: self.judged,
            chart: Chart {
                legend: "processor time of the server for one delivered event or frame, shorter is better".to_owned(),
                linear: true,
                bars: self.bars,
            },
            sections: self.sections,
            files: self.files,
        };
        run.write(root)
    }
}
