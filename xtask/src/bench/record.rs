//! One run's folder: `raw.csv`, `summary.md`, `chart.svg` and `targets.json`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::chart;
use super::criterion::Figure;
use super::machine::Machine;
use super::targets::{TARGETS, Verdict, judge};
use super::unit::readable;

/// Where runs are kept, from the workspace root.
pub const RUNS: &str = "benches/runs";

/// Everything that is known about a run.
#[derive(Debug, Clone)]
pub struct Run {
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
}

impl Run {
    /// Writes the run's folder and returns its path from the root.
    pub fn write(&self, root: &Path) -> Result<PathBuf> {
        let folder = Path::new(RUNS).join(format!("{}-{}", self.date, self.commit));
        let absolute = root.join(&folder);
        fs::create_dir_all(&absolute).with_context(|| format!("{} cannot be made", absolute.display()))?;
        let verdicts = judge(&TARGETS, &self.figures);
        fs::write(absolute.join("raw.csv"), self.csv())?;
        fs::write(absolute.join("summary.md"), self.summary(&verdicts))?;
        fs::write(absolute.join("chart.svg"), chart::draw(&self.title(), &self.figures))?;
        fs::write(absolute.join("targets.json"), serde_json::to_string_pretty(&verdicts)? + "\n")?;
        Ok(folder)
    }

    fn title(&self) -> String {
        format!("Benches, {} at {}", self.date, self.commit)
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

    fn summary(&self, verdicts: &BTreeMap<String, Verdict>) -> String {
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
        if !verdicts.is_empty() {
            text.push_str("\n## Targets\n\n| target | value | limit | met | what |\n|---|---:|---:|---|---|\n");
            for (id, verdict) in verdicts {
                let what = TARGETS.iter().find(|target| target.id == id).map_or("", |target| target.what);
                let met = if verdict.met { "yes" } else { "no" };
                let _ = writeln!(
                    text,
                    "| {id} | {} {} | {} | {met} | {what} |",
                    verdict.value, verdict.unit, verdict.target
                );
            }
        }
        text.push_str("\n## Figures\n\nMedians, with the 95 % confidence interval of the median.\n\n");
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
