//! `cargo xtask targets`: the newest recorded figure of each target.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::bench::record::RUNS;
use crate::bench::targets::Verdict;
use crate::workspace;

/// Prints one line per target that any recorded run measured.
pub fn run() -> Result<()> {
    let newest = newest(&workspace::root()?.join(RUNS))?;
    if newest.is_empty() {
        println!("no run under {RUNS}/ measured a target; `cargo xtask bench` makes one");
        return Ok(());
    }
    let rows = newest.iter().map(|(id, (run, verdict))| {
        let met = if verdict.met { "yes" } else { "NO" };
        [id.as_str(), &verdict.value.to_string(), &verdict.unit, &verdict.target, met, run].map(str::to_owned)
    });
    let head = ["target", "value", "unit", "limit", "met", "run"].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(head).chain(rows).collect();
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default();
    let [id, value, unit, limit] = [0, 1, 2, 3].map(width);
    for [target, number, what, most, met, run] in &rows {
        println!("{target:id$}  {number:>value$} {what:unit$}  {most:>limit$}  {met:3}  {run}");
    }
    Ok(())
}

/// Each target's newest verdict and the run it is from. Names of runs start with their date, so they sort by time.
fn newest(runs: &Path) -> Result<BTreeMap<String, (String, Verdict)>> {
    let mut found = BTreeMap::new();
    if !runs.is_dir() {
        return Ok(found);
    }
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(runs)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    for name in names {
        let path = runs.join(&name).join("targets.json");
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let verdicts: BTreeMap<String, Verdict> =
            serde_json::from_str(&text).with_context(|| format!("{} is not as expected", path.display()))?;
        found.extend(verdicts.into_iter().map(|(id, verdict)| (id, (name.clone(), verdict))));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_run_replaces_only_the_targets_it_measured() {
        let runs = std::env::temp_dir().join(format!("muster-targets-{}", std::process::id()));
        let write = |name: &str, json: &str| {
            fs::create_dir_all(runs.join(name)).expect("the folder can be made");
            fs::write(runs.join(name).join("targets.json"), json).expect("written");
        };
        write("2026-02-01-0900-bbb", r#"{"S1":{"value":2.0,"unit":"ms","target":"<= 1","met":false}}"#);
        write(
            "2026-01-01-0900-aaa",
            r#"{"S1":{"value":1.0,"unit":"ms","target":"<= 1","met":true},"S2":{"value":1.0,"unit":"ms","target":"<= 1","met":true}}"#,
        );
        let found = newest(&runs).expect("readable");
        fs::remove_dir_all(&runs).expect("removable");
        assert_eq!(found["S1"].0, "2026-02-01-0900-bbb");
        assert!(!found["S1"].1.met);
        assert_eq!(found["S2"].0, "2026-01-01-0900-aaa");
    }
}
