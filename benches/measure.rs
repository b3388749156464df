//! Timing of ticks for the benches that criterion does not suit: it knows no 99th percentile, and measures one subject
//! after the other, so that on a busy machine a ratio of two says little. Here the subjects of a bench take turns, and what
//! counts is the time of this thread on a core, so that other programs take little of it.
//!
//! Started by `cargo bench`, it prints lines `figure NAME MEDIAN LOW HIGH UNIT`. Started as a test, every subject runs for
//! a few ticks and nothing is printed. A part of a name as argument leaves out all subjects without it.

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;

/// Ticks of one turn: a second of a match, so that what comes once a second is in each turn.
pub const TURN: usize = 20;
/// Least turns of a subject, so that there are enough ticks for a 99th percentile.
const LEAST_TURNS: usize = 15;

/// What one tick took.
#[derive(Clone, Copy, Default, Debug)]
pub struct Spent {
    /// Step, capture and views.
    pub step: Duration,
    /// Making the frames of all clients.
    pub frames: Duration,
}

impl std::ops::Add for Spent {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { step: self.step + other.step, frames: self.frames + other.frames }
    }
}

impl Spent {
    fn whole(self) -> Duration {
        self.step + self.frames
    }
}

/// Runs two things one after the other and takes the time of each.
pub fn timed<S>(subject: &mut S, step: impl FnOnce(&mut S), frames: impl FnOnce(&mut S)) -> Spent {
    let began = ThreadTime::now();
    step(subject);
    let step = began.elapsed();
    frames(subject);
    Spent { step, frames: began.elapsed() - step }
}

/// Runs one thing and takes its time, without telling the making of frames from the rest.
pub fn timed_whole(tick: impl FnOnce()) -> Spent {
    let began = ThreadTime::now();
    tick();
    Spent { step: began.elapsed(), frames: Duration::ZERO }
}

/// How this program was started.
#[derive(Clone, Debug)]
pub struct Start {
    /// Only names with this part.
    pub filter: Option<String>,
    /// Whether to measure; otherwise everything runs just once or so.
    pub measures: bool,
    /// How long to measure each subject.
    pub time: Duration,
}

impl Start {
    /// From the arguments that criterion takes too: `--bench`, `--measurement-time SECONDS` and a filter. Other options
    /// with a value are passed over.
    #[must_use]
    pub fn from_args() -> Self {
        let mut start = Self { filter: None, measures: false, time: Duration::from_secs(3) };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--bench" => start.measures = true,
                "--measurement-time" => {
                    let seconds = args.next().and_then(|text| text.parse().ok());
                    start.time = seconds.map_or(start.time, Duration::from_secs_f64);
                }
                "--warm-up-time" | "--sample-size" => _ = args.next(),
                option if option.starts_with('-') => {}
                filter => start.filter = Some(filter.to_owned()),
            }
        }
        start
    }

    /// Whether a name is asked for.
    #[must_use]
    pub fn wants(&self, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|part| name.contains(part))
    }
}

/// Prints a counted or derived figure for `cargo xtask bench`.
pub fn figure(name: &str, value: f64, unit: &str) {
    println!("figure {name} {value:.4} {unit}");
}

struct Subject<'a> {
    name: String,
    tick: Box<dyn FnMut() -> Spent + 'a>,
    turns: Vec<[f64; 2]>,
    ticks: Vec<f64>,
    frames: Vec<f64>,
}

/// Several subjects that take turns.
pub struct Contest<'a> {
    start: Start,
    subjects: Vec<Subject<'a>>,
}

/// What was measured of one subject, in nanoseconds a tick.
#[derive(Clone, Debug)]
pub struct Result {
    /// The subject.
    pub name: String,
    /// Step and frames together: the mean of each turn, the median of turns.
    pub tick: f64,
    /// Making frames, in the same way.
    pub frames: f64,
    /// Making frames: the median of ticks, without what comes only once a second.
    pub common_frames: f64,
}

impl<'a> Contest<'a> {
    /// Without subjects.
    #[must_use]
    pub const fn new(start: Start) -> Self {
        Self { start, subjects: Vec::new() }
    }

    /// Adds a subject, if its name is asked for. `make` builds it, checks that its results are right, and gives what one
    /// tick of it does.
    pub fn enter<F: FnMut() -> Spent + 'a>(&mut self, name: &str, make: impl FnOnce() -> F) {
        if self.start.wants(name) {
            let (name, tick) = (name.to_owned(), Box::new(make()));
            self.subjects.push(Subject { name, tick, turns: Vec::new(), ticks: Vec::new(), frames: Vec::new() });
        }
    }

    /// Lets all take turns, prints the figures `NAME/tick`, `NAME/tick_p99` and, where frames were
    /// timed apart, `NAME/frames`, and gives the results. There are none when nothing is measured.
    #[must_use]
    pub fn run(mut self) -> Vec<Result> {
        if !self.start.measures {
            self.subjects.iter_mut().for_each(|subject| (0..3).for_each(|_| _ = (subject.tick)()));
            return Vec::new();
        }
        // The first turn warms up and is forgotten.
        self.subjects.iter_mut().for_each(Subject::turn);
        self.subjects.iter_mut().for_each(|subject| {
            subject.turns.clear();
            subject.ticks.clear();
            subject.frames.clear();
        });
        let began = Instant::now();
        let time = self.start.time * self.subjects.len() as u32;
        let mut turns = 0;
        while turns < LEAST_TURNS || began.elapsed() < time {
            self.subjects.iter_mut().for_each(Subject::turn);
            turns += 1;
        }
        self.subjects.iter_mut().map(Subject::report).collect()
    }
}

/// The result of the subject with this name, if it was measured.
#[must_use]
pub fn find<'a>(results: &'a [Result], name: &str) -> Option<&'a Result> {
    results.iter().find(|result| result.name == name)
}

impl Subject<'_> {
    fn turn(&mut self) {
        let mut sum = Spent::default();
        for _ in 0..TURN {
            let spent = (self.tick)();
            sum = sum + spent;
            self.ticks.push(spent.whole().as_nanos() as f64);
            self.frames.push(spent.frames.as_nanos() as f64);
        }
        let mean = |all: Duration| all.as_nanos() as f64 / TURN as f64;
        self.turns.push([mean(sum.whole()), mean(sum.frames)]);
    }

    fn report(&mut self) -> Result {
        let name = self.name.clone();
        figure(&format!("{name}/tick_p99"), quantile(&mut self.ticks, 99) / 1e3, "µs");
        let [tick, frames] = [(0, "tick"), (1, "frames")].map(|(part, what)| {
            let mut values: Vec<f64> = self.turns.iter().map(|turn| turn[part]).collect();
            let [low, median, high] = [10, 50, 90].map(|percent| quantile(&mut values, percent));
            if median > 0.0 {
                println!("figure {name}/{what} {median:.1} {low:.1} {high:.1} ns");
            }
            median
        });
        Result { name, tick, frames, common_frames: quantile(&mut self.frames, 50) }
    }
}

/// The value that so many in a hundred do not exceed.
///
/// # Panics
/// When there are no values.
pub fn quantile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[(values.len() - 1) * percent / 100]
}
