//! One run's folder: `raw.csv`, `summary.md`, `chart.svg` and `targets.json`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::chart::{self, Chart};
use super::criterion::Figure;
use super::machine::Machine;
use super::targets::{Judged, Verdict};
use super::unit::readable;

/// Where runs are kept, from the workspace root.
pub const RUNS: &str = "benches/runs";

/// Everything that is known about a run.
#[derive(Debug, Clone)]
pub struct Run {
    /// What was run, in a word or two.
    pub subject: String,
    /// UTC, from [`super::date::stamp`].
    pub date: String,
    /// Abbreviated commit.
    pub commit: String,
    /// The filter the benches were run with.
    pub filter: Option<String>,
    /// What it was measured on.
    pub machine: Machine,
    /// What was measured.
    pub figures: Vec<Figure>,
    /// What the intervals of the figures are.
    pub intervals: String,
    /// How the targets came out.
    pub judged: Vec<Judged>,
    /// The picture.
    pub chart: Chart,
    /// Sections of the summary before the list of all figures.
    pub sections: String,
    /// Further files: names and texts.
    pub files: Vec<(String, String)>,
}

impl Run {
    /// Writes the run's folder and returns its path from the root.
    pub fn write(&self, root: &Path) -> Result<PathBuf> {
        let name = format!("{}-{}", self.date, self.commit);
        let taken = |folder: &PathBuf| root.join(folder).exists();
        let mut folder = Path::new(RUNS).join(&name);
        for number in 2.. {
            if !taken(&folder) {
                break;
            }
            folder = Path::new(RUNS).join(format!("{name}-{number}"));
        }
        let absolute = root.join(&folder);
        fs::create_dir_all(&absolute).with_context(|| format!("{} cannot be made", absolute.display()))?;
        let verdicts: BTreeMap<&str, &Verdict> = self.judged.iter().map(|j| (j.id.as_str(), &j.verdict)).collect();
        fs::write(absolute.join("raw.csv"), self.csv())?;
        fs::write(absolute.join("summary.md"), self.summary())?;
        fs::write(absolute.join("chart.svg"), chart::draw(&self.title(), &self.chart))?;
        for (name, text) in &self.files {
            fs::write(absolute.join(name), text)?;
        }
        fs::write(absolute.join("targets.json"), serde_json::to_string_pretty(&verdicts)? + "\n")?;
        Ok(folder)
    }

    fn title(&self) -> String {
        format!("{}, {} at {}", self.subject, self.date, self.commit)
    }

    fn csv(&self) -> String {
        let mut text = String::from("name,median,low,high,unit\n");
        for figure in &self.figures {
            let Figure { name, value, interval: (low, high), unit } = figure;
            // Writing to a String cannot fail, here and below.
            let _ = writeln!(text, "\"{}\",{value:.4},{low:.4},{high:.4},{unit}", name.replace('"', "\"\""));
        }
        text
    }

    fn summary(&self) -> String {
        let machine = &self.machine;
        let mut text = format!("# {}\n\n", self.title());
        let _ = writeln!(
            text,
            "Machine: {}, {} core(s), {} MiB, {}; {}.",
            machine.processor, machine.cores, machine.memory_mib, machine.system, machine.compiler
        );
        if let Some(filter) = &self.filter {
            let _ = writeln!(text, "\nOnly benches whose name contains `{filter}` were run.");
        }
        if !self.judged.is_empty() {
            text.push_str("\n## Targets\n\n| target | value | limit | met | what |\n|---|---:|---:|---|---|\n");
            for Judged { id, what, verdict } in &self.judged {
                let met = if verdict.met { "yes" } else { "no" };
                let _ = writeln!(
                    text,
                    "| {id} | {} {} | {} | {met} | {what} |",
                    verdict.value, verdict.unit, verdict.target
                );
            }
        }
        text.push_str(&self.sections);
        let _ = writeln!(text, "\n## Figures\n\nMedians, with {}.\n", self.intervals);
        text.push_str("| bench | median | interval |\n|---|---:|---:|\n");
        for figure in &self.figures {
            let (low, high) = figure.interval;
            let show = |value| readable(value, &figure.unit);
            let _ = writeln!(text, "| {} | {} | {} .. {} |", figure.name, show(figure.value), show(low), show(high));
        }
        text.push_str("\n![Medians](chart.svg)\n");
        text
    }
}
