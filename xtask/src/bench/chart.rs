//! A bar chart of one run as SVG: one bar per bench, times on a logarithmic scale, grouped by the first part of the name.

use std::fmt::Write as _;

use super::criterion::Figure;
use super::unit::readable;

const WIDTH: f64 = 960.0;
const LABELS: f64 = 330.0;
const VALUES: f64 = 110.0;
const ROW: f64 = 22.0;
const TOP: f64 = 64.0;
/// Fills of the groups, in turn; dark enough for white paper, light enough for a dark page.
const FILLS: [&str; 5] = ["#3f7cac", "#c9822b", "#5b8c5a", "#8a5a83", "#b2483d"];

/// Draws the timed figures; counted ones are in the tables only, their units cannot share an axis.
pub fn draw(title: &str, figures: &[Figure]) -> String {
    let timed: Vec<&Figure> = figures.iter().filter(|figure| figure.unit == "ns" && figure.value > 0.0).collect();
    let lowest = timed.iter().map(|figure| figure.value.log10()).fold(f64::INFINITY, f64::min);
    let highest = timed.iter().map(|figure| figure.value.log10()).fold(f64::NEG_INFINITY, f64::max);
    let (from, to) =
        if timed.is_empty() { (0.0, 1.0) } else { (lowest.floor() - 0.3, highest.ceil().max(lowest.floor() + 1.0)) };
    let scale = |value: f64| (value.log10() - from) / (to - from) * (WIDTH - LABELS - VALUES);

    let rows = f64::from(u32::try_from(timed.len()).unwrap_or(u32::MAX));
    let bottom = TOP + rows * ROW;
    let height = bottom + 34.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"16\" y=\"26\" font-size=\"17\" font-weight=\"600\" fill=\"#1d2430\">{}</text>\n\
         <text x=\"16\" y=\"46\" fill=\"#5a6472\">median time per run, logarithmic scale, shorter is better</text>\n",
        escape(title)
    );
    let mut power = from.ceil();
    while power <= to {
        let x = LABELS + scale(10f64.powf(power));
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\" stroke=\"#d9dee5\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#5a6472\">{}</text>",
            bottom + 18.0,
            axis_label(power)
        );
        power += 1.0;
    }
    let mut groups: Vec<&str> = Vec::new();
    let mut y = TOP;
    for figure in timed {
        let group = figure.name.split('/').next().unwrap_or("");
        if groups.last() != Some(&group) {
            groups.push(group);
        }
        let fill = FILLS[(groups.len() - 1) % FILLS.len()];
        let length = scale(figure.value).max(1.0);
        let middle = y + ROW / 2.0 + 4.0;
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{middle:.1}\" text-anchor=\"end\" fill=\"#1d2430\">{}</text>\
             <rect x=\"{LABELS}\" y=\"{:.1}\" width=\"{length:.1}\" height=\"{:.1}\" rx=\"2\" fill=\"{fill}\"/>\
             <text x=\"{:.1}\" y=\"{middle:.1}\" fill=\"#1d2430\">{}</text>",
            LABELS - 8.0,
            escape(&shorten(&figure.name)),
            y + 3.0,
            ROW - 6.0,
            LABELS + length + 6.0,
            readable(figure.value, "ns")
        );
        y += ROW;
    }
    svg.push_str("</svg>\n");
    svg
}

fn axis_label(power: f64) -> String {
    readable(10f64.powf(power), "ns").replace(".00", "")
}

/// Keeps the end of a long name, which tells the parameters.
fn shorten(name: &str) -> String {
    const LONGEST: usize = 50;
    let length = name.chars().count();
    if length <= LONGEST {
        return name.to_owned();
    }
    let tail: String = name.chars().skip(length - LONGEST + 1).collect();
    format!("…{tail}")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(name: &str, value: f64, unit: &str) -> Figure {
        Figure { name: name.to_owned(), value, interval: (value, value), unit: unit.to_owned() }
    }

    #[test]
    fn every_timed_figure_has_a_bar_with_its_value() {
        let figures = [figure("a/<1>", 1200.0, "ns"), figure("a/2", 34_000_000.0, "ns"), figure("bytes", 3.0, "B")];
        let svg = draw("run & title", &figures);
        assert_eq!(svg.matches("<rect x=").count(), 2);
        assert!(svg.contains("a/&lt;1&gt;") && svg.contains("1.20 µs") && svg.contains("34.00 ms"), "{svg}");
        assert!(svg.contains("run &amp; title"));
    }

    #[test]
    fn a_run_without_times_still_makes_a_picture() {
        assert!(draw("empty", &[]).ends_with("</svg>\n"));
    }
}
