//! Reading what the benches leave behind: criterion's `estimates.json`, and figures printed on lines of their own.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};
use serde::Deserialize;

/// One measured number.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// `group/function/value` as criterion names it, or the printed name.
    pub name: String,
    /// The median.
    pub value: f64,
    /// Bounds of the median's 95 % confidence interval, or what a bench printed as such: the 10th and 90th percentile of the
    /// turns that its subjects take. Equal to the value for a counted figure.
    pub interval: (f64, f64),
    /// `ns` for times, otherwise what the bench printed.
    pub unit: String,
}

#[derive(Deserialize)]
struct Benchmark {
    full_id: String,
}

#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
    confidence_interval: Interval,
}

#[derive(Deserialize)]
struct Interval {
    lower_bound: f64,
    upper_bound: f64,
}

/// Every result below `folder` that was written at `since` or later, sorted by name.
pub fn collect(folder: &Path, since: SystemTime) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    if folder.is_dir() {
        visit(folder, since, &mut figures).with_context(|| format!("{} cannot be read", folder.display()))?;
    }
    figures.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(figures)
}

/// A line `figure NAME VALUE UNIT` or `figure NAME VALUE LOW HIGH UNIT`, by which a bench tells what criterion does not
/// measure for it. A unit does not begin with a number.
pub fn parse_line(line: &str) -> Option<Figure> {
    let (name, rest) = line.trim().strip_prefix("figure ")?.split_once(' ')?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let numbers: Vec<f64> = words.iter().map_while(|word| word.parse().ok()).collect();
    let unit = words[numbers.len()..].join(" ");
    let (value, interval) = match numbers[..] {
        [value] => (value, (value, value)),
        [value, low, high] => (value, (low, high)),
        _ => return None,
    };
    let valid = numbers.iter().all(|number| number.is_finite()) && !unit.is_empty();
    valid.then_some(Figure { name: name.to_owned(), value, interval, unit })
}

fn visit(folder: &Path, since: SystemTime, figures: &mut Vec<Figure>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        // criterion keeps the newest result of each bench in a folder `new`.
        let estimates = path.join("estimates.json");
        let is_result = path.file_name().is_some_and(|name| name == "new") && estimates.is_file();
        if !is_result {
            visit(&path, since, figures)?;
        } else if fs::metadata(&estimates)?.modified()? >= since {
            figures.push(read(&path)?);
        }
    }
    Ok(())
}

fn read(folder: &Path) -> Result<Figure> {
    let text =
        |name: &str| fs::read_to_string(folder.join(name)).with_context(|| format!("{}/{name}", folder.display()));
    let benchmark: Benchmark = serde_json::from_str(&text("benchmark.json")?)?;
    let median = serde_json::from_str::<Estimates>(&text("estimates.json")?)?.median;
    Ok(Figure {
        name: benchmark.full_id,
        value: median.point_estimate,
        interval: (median.confidence_interval.lower_bound, median.confidence_interval.upper_bound),
        unit: "ns".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_figures_are_read_and_other_lines_are_not() {
        let figure = parse_line("figure delta_bytes/raw 3.25 B per changed entity").expect("a figure");
        assert_eq!(
            (figure.name.as_str(), figure.value, figure.unit.as_str()),
            ("delta_bytes/raw", 3.25, "B per changed entity")
        );
        let figure = parse_line("figure sync/tick 12.5 11.0 14 ns").expect("a figure");
        assert_eq!((figure.value, figure.interval, figure.unit.as_str()), (12.5, (11.0, 14.0), "ns"));
        assert_eq!(parse_line("figure a/b 1.0 2.0 ns"), None);
        assert_eq!(parse_line("figure a/b 1.0"), None);
        assert_eq!(parse_line("figure it out yourself"), None);
        assert_eq!(parse_line("running 3 benches"), None);
    }

    #[test]
    fn results_are_found_at_any_depth_and_old_ones_are_left_out() {
        let folder = std::env::temp_dir().join(format!("muster-criterion-{}", std::process::id()));
        let new = folder.join("group/function/10/new");
        fs::create_dir_all(&new).expect("the folder can be made");
        fs::write(new.join("benchmark.json"), r#"{"group_id":"group","full_id":"group/function/10"}"#)
            .expect("written");
        let estimates = r#"{"mean":{},"median":{"confidence_interval":{"confidence_level":0.95,"lower_bound":9.0,"upper_bound":12.0},"point_estimate":10.5,"standard_error":0.1}}"#;
        fs::write(new.join("estimates.json"), estimates).expect("written");
        let found = collect(&folder, SystemTime::UNIX_EPOCH).expect("readable");
        let later = SystemTime::now() + std::time::Duration::from_secs(60);
        let none = collect(&folder, later).expect("readable");
        fs::remove_dir_all(&folder).expect("removable");
        assert_eq!(
            found,
            [Figure { name: "group/function/10".into(), value: 10.5, interval: (9.0, 12.0), unit: "ns".into() }]
        );
        assert!(none.is_empty());
    }
}
