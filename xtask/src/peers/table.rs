//! Tables for the terminal and for summaries.

use super::rounds::Taken;
use super::sample::Sample;
use super::which::Which;

/// The columns of a cell's table.
const COLUMNS: [&str; 8] = ["server", "µs/event", "Muster is", "p50 ms", "p99 ms", "kB/conn", "missing", "client busy"];

/// One row for each server of a cell.
pub fn rows(taken: &Taken) -> Vec<[String; 8]> {
    let mut rows = Vec::new();
    for (which, _) in &taken.samples {
        let median = |of: &dyn Fn(&Sample) -> f64| taken.figure(*which, of).map_or(f64::NAN, |(median, _, _)| median);
        let ratio = taken.ratio(Which::Muster, *which).filter(|_| *which != Which::Muster);
        rows.push([
            which.label().to_owned(),
            format!("{:.2}", median(&|s| s.report.server_us_per_event)),
            ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2} x")),
            format!("{:.2}", median(&|s| s.report.p50_ms)),
            format!("{:.2}", median(&|s| s.report.p99_ms)),
            format!("{:.1}", median(&|s| s.bytes_per_connection) / 1e3),
            format!("{}", median(&|s| s.report.missing as f64)),
            format!("{:.0} %", median(&|s| s.report.client_busy) * 100.0),
        ]);
    }
    rows
}

/// The table for a terminal.
pub fn terminal(taken: &Taken) -> String {
    let mut lines = vec![COLUMNS.map(str::to_owned)];
    lines.extend(rows(taken));
    let widths: Vec<usize> =
        (0..COLUMNS.len()).map(|at| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or(0)).collect();
    let mut text = format!("\n  {}\n", taken.cell);
    for (number, line) in lines.iter().enumerate() {
        text.push_str("   ");
        for (at, (word, width)) in line.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width - word.chars().count());
            let cell = if at == 0 { format!(" {word}{padding}") } else { format!("  {padding}{word}") };
            text.push_str(&cell);
        }
        text.push('\n');
        if number == 0 {
            text.push_str(&format!("    {}\n", "─".repeat(widths.iter().sum::<usize>() + 2 * (widths.len() - 1))));
        }
    }
    text
}

/// The table for a summary.
pub fn markdown(taken: &Taken) -> String {
    let mut text =
        format!("\n### {}\n\n| {} |\n|---|{}\n", taken.cell, COLUMNS.join(" | "), "---:|".repeat(COLUMNS.len() - 1));
    for row in rows(taken) {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text
}
