//! A bar chart of one run as SVG: one bar per figure, times on a logarithmic or a linear scale, coloured by group.

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

/// What is drawn.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What the bars are, in words.
    pub legend: String,
    /// Whether a bar twice as long is twice the time; otherwise the scale is logarithmic.
    pub linear: bool,
    /// From top to bottom.
    pub bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug, Clone)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// Bars of a group share a colour.
    pub group: String,
    /// Nanoseconds.
    pub value: f64,
}

impl Chart {
    /// The timed figures, grouped by the first part of the name; counted ones are in the tables only, their units cannot share
    /// an axis.
    pub fn of_times(figures: &[Figure]) -> Self {
        let timed = figures.iter().filter(|figure| figure.unit == "ns" && figure.value > 0.0);
        let bars = timed.map(|figure| Bar {
            label: figure.name.clone(),
            group: figure.name.split('/').next().unwrap_or("").to_owned(),
            value: figure.value,
        });
        let legend = "median time per run, logarithmic scale, shorter is better".to_owned();
        Self { legend, linear: false, bars: bars.collect() }
    }

    /// Ends of the axis, as powers of ten where it is logarithmic, and the places of its marks.
    fn axis(&self) -> (f64, f64, Vec<f64>) {
        let lowest = self.bars.iter().map(|bar| bar.value).fold(f64::INFINITY, f64::min);
        let highest = self.bars.iter().map(|bar| bar.value).fold(f64::NEG_INFINITY, f64::max);
        if self.bars.is_empty() {
            return (0.0, 1.0, Vec::new());
        }
        if self.linear {
            let power = 10f64.powf(highest.log10().floor());
            let step = if highest / power < 2.0 { power / 4.0 } else { power };
            let marks = (0..=40).map(|n| f64::from(n) * step).take_while(|mark| *mark <= highest);
            return (0.0, highest, marks.collect());
        }
        let (lowest, highest) = (lowest.log10(), highest.log10());
        let (from, to) = (lowest.floor() - 0.3, highest.ceil().max(lowest.floor() + 1.0));
        let powers = (0..40).map(|n| from.ceil() + f64::from(n)).take_while(|power| *power <= to);
        (from, to, powers.map(|power| 10f64.powf(power)).collect())
    }
}

/// Draws a chart.
pub fn draw(title: &str, chart: &Chart) -> String {
    let (from, to, marks) = chart.axis();
    let place = |value: f64| if chart.linear { value } else { value.log10() };
    let scale = |value: f64| (place(value) - from) / (to - from) * (WIDTH - LABELS - VALUES);

    let rows = f64::from(u32::try_from(chart.bars.len()).unwrap_or(u32::MAX));
    let bottom = TOP + rows * ROW;
    let height = bottom + 34.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"16\" y=\"26\" font-size=\"17\" font-weight=\"600\" fill=\"#1d2430\">{}</text>\n\
         <text x=\"16\" y=\"46\" fill=\"#5a6472\">{}</text>\n",
        escape(title),
        escape(&chart.legend)
    );
    for mark in marks {
        let x = LABELS + scale(mark);
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\" stroke=\"#d9dee5\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#5a6472\">{}</text>",
            bottom + 18.0,
            axis_label(mark)
        );
    }
    let mut groups: Vec<&str> = Vec::new();
    let mut y = TOP;
    for bar in &chart.bars {
        if !groups.contains(&bar.group.as_str()) {
            groups.push(&bar.group);
        }
        let group = groups.iter().position(|group| *group == bar.group).unwrap_or(0);
        let fill = FILLS[group % FILLS.len()];
        let length = scale(bar.value).max(1.0);
        let middle = y + ROW / 2.0 + 4.0;
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{middle:.1}\" text-anchor=\"end\" fill=\"#1d2430\">{}</text>\
             <rect x=\"{LABELS}\" y=\"{:.1}\" width=\"{length:.1}\" height=\"{:.1}\" rx=\"2\" fill=\"{fill}\"/>\
             <text x=\"{:.1}\" y=\"{middle:.1}\" fill=\"#1d2430\">{}</text>",
            LABELS - 8.0,
            escape(&shorten(&bar.label)),
            y + 3.0,
            ROW - 6.0,
            LABELS + length + 6.0,
            readable(bar.value, "ns")
        );
        y += ROW;
    }
    svg.push_str("</svg>\n");
    svg
}

fn axis_label(mark: f64) -> String {
    readable(mark, "ns").replace(".00", "")
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
        let svg = draw("run & title", &Chart::of_times(&figures));
        assert_eq!(svg.matches("<rect x=").count(), 2);
        assert!(svg.contains("a/&lt;1&gt;") && svg.contains("1.20 µs") && svg.contains("34.00 ms"), "{svg}");
        assert!(svg.contains("run &amp; title"));
    }

    #[test]
    fn on_a_linear_scale_twice_the_time_is_a_bar_twice_as_long_and_a_group_keeps_its_colour() {
        let bar = |group: &str, value: f64| Bar { label: format!("{group}/{value}"), group: group.to_owned(), value };
        let bars = vec![bar("a", 5_000.0), bar("b", 10_000.0), bar("a", 2_500.0)];
        let svg = draw("t", &Chart { legend: "times".to_owned(), linear: true, bars });
        let widths: Vec<f64> = svg
            .lines()
            .filter_map(|line| line.split_once("<rect x=")?.1.split("width=\"").nth(1)?.split('"').next()?.parse().ok())
            .collect();
        assert_eq!(widths.len(), 3);
        assert!((widths[1] / widths[0] - 2.0).abs() < 0.01 && (widths[0] / widths[2] - 2.0).abs() < 0.01, "{widths:?}");
        assert_eq!(svg.matches(FILLS[0]).count(), 2);
    }

    #[test]
    fn a_run_without_times_still_makes_a_picture() {
        assert!(draw("empty", &Chart::of_times(&[])).ends_with("</svg>\n"));
    }
}
