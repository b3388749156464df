//! Clients near and far, slow, asleep and silent, on a simulated clock.

use super::*;

const RATE: u16 = 20;
const TICK: Duration = Duration::from_millis(50);

/// A client at the end of a line that delivers so many bytes a second, in order, and keeps what comes faster.
struct Line {
    flow: Flow,
    config: Config,
    began: Instant,
    /// One way.
    delay: Duration,
    bytes_per_s: f64,
    /// When the line has delivered all it holds.
    busy_until: Duration,
    /// Frames on their way: (arrives at, tick, covers more than a tick).
    under_way: VecDeque<(Duration, Tick, bool)>,
    /// Acknowledgements on their way back.
    answers: VecDeque<(Duration, Tick)>,
    told_at: Duration,
    /// Until then the client says so at once, since a frame covered more than a tick.
    eager_until: Duration,
    /// The client does nothing before that.
    asleep_until: Duration,
    base: Tick,
    tick: Tick,
    sent: usize,
    /// For each tick: how old the newest state is that the client has, in ticks.
    staleness: Vec<u32>,
    /// For each frame that came: how old it was, in ticks.
    ages: Vec<u32>,
    held: Tick,
    /// Most frames on their way at a time.
    most: usize,
}

impl Line {
    fn new(delay_ms: u64, bytes_per_s: f64) -> Self {
        Self {
            flow: Flow::default(),
            config: Config::default(),
            began: Instant::now(),
            delay: Duration::from_millis(delay_ms),
            bytes_per_s,
            busy_until: Duration::ZERO,
            under_way: VecDeque::new(),
            answers: VecDeque::new(),
            told_at: Duration::ZERO,
            eager_until: Duration::ZERO,
            asleep_until: Duration::ZERO,
            base: Tick(0),
            tick: Tick(0),
            sent: 0,
            staleness: Vec::new(),
            ages: Vec::new(),
            held: Tick(0),
            most: 0,
        }
    }

    /// Runs for so many ticks; each frame takes `bytes`, however much it covers.
    fn run(&mut self, ticks: u32, bytes: usize) {
        for _ in 0..ticks {
            self.tick = self.tick.next();
            let now = TICK * self.tick.0;
            self.arrive(now);
            while let Some((at, tick)) = self.answers.pop_front_if(|(at, _)| *at <= now) {
                self.flow.seen(tick, self.began + at, TICK);
            }
            if self.flow.open(self.began + now, RATE, &self.config) {
                let takes = Duration::from_secs_f64(bytes as f64 / self.bytes_per_s);
                self.busy_until = self.busy_until.max(now) + takes;
                self.under_way.push_back((self.busy_until + self.delay, self.tick, self.tick.since(self.base) > 1));
                self.flow.sent(self.tick, bytes, self.began + now);
                self.base = self.tick;
                self.sent += 1;
            }
            self.most = self.most.max(self.under_way.len());
            self.staleness.push(self.tick.since(self.held));
        }
    }

    /// The client applies what has come, and says so: four times a second, and at once for a second after a frame that
    /// covers more than a tick.
    fn arrive(&mut self, now: Duration) {
        if now < self.asleep_until {
            return;
        }
        while let Some((at, tick, merged)) = self.under_way.pop_front_if(|(at, ..)| *at <= now) {
            let at = at.max(self.asleep_until);
            self.held = tick;
            self.ages.push(self.tick.since(tick));
            if merged {
                self.eager_until = at + Duration::from_secs(1);
            }
            if at < self.eager_until || at >= self.told_at + Duration::from_millis(250) {
                self.told_at = at;
                self.answers.push_back((at + self.delay, tick));
            }
        }
        if now >= self.told_at + Duration::from_millis(250) && self.held > Tick(0) {
            self.told_at = now;
            self.answers.push_back((now + self.delay, self.held));
        }
    }

    fn stalest(&self, last: usize) -> u32 {
        self.staleness.iter().rev().take(last).copied().max().unwrap_or_default()
    }
}

#[test]
fn a_client_that_keeps_up_gets_every_frame_however_far_it_is() {
    for delay in [0, 10, 60, 150, 400] {
        let mut line = Line::new(delay, 1e9);
        line.run(600, 300);
        assert_eq!(line.sent, 600, "{delay} ms away");
    }
}

#[test]
fn a_line_of_a_tenth_of_what_is_needed_stays_as_fresh_as_it_can() {
    for delay in [5, 50, 200] {
        // 300 bytes each tick are 6,000 a second.
        let mut line = Line::new(delay, 600.0);
        line.run(1_200, 300);
        // A frame takes ten ticks on its way, and the round trip so many more.
        let trip = (2 * delay).div_ceil(50) as u32;
        let late = line.ages.len() / 2;
        let mut ages = line.ages.split_off(late);
        ages.sort_unstable();
        assert!(ages[ages.len() / 2] <= trip + 2 + 10, "{delay} ms away: frames are {ages:?} ticks old");
        assert!(ages[ages.len() - 1] <= trip + 2 + 2 * 10, "{delay} ms away: frames are {ages:?} ticks old");
        assert!(ages.len() > 25, "{delay} ms away: {} frames in half a minute", ages.len());
    }
}

#[test]
fn what_queues_is_noticed_and_forgotten_again_when_the_line_is_wide_again() {
    let mut line = Line::new(20, 1e9);
    line.run(200, 300);
    line.bytes_per_s = 600.0;
    line.run(400, 300);
    let slow = line.sent - 200;
    assert!(slow < 60, "{slow} frames in 400 ticks over a line for 40");
    line.bytes_per_s = 1e9;
    line.run(200, 300);
    let before = line.sent;
    line.run(200, 300);
    assert!(line.sent - before >= 198, "{} of 200", line.sent - before);
    assert!(line.stalest(100) <= 2);
}

#[test]
fn a_client_that_sleeps_for_a_minute_is_sent_little_and_caught_up_with_one_frame() {
    let mut line = Line::new(20, 1e9);
    line.run(200, 300);
    let before = line.sent;
    line.asleep_until = TICK * (200 + 1_200);
    line.run(1_200, 300);
    let meanwhile = line.sent - before;
    assert!(meanwhile <= 8 + 2 + 6, "{meanwhile} frames were sent to a client that sleeps");
    let woken = line.sent;
    line.run(5, 300);
    assert!(line.sent > woken, "it is awake");
    assert!(line.stalest(1) <= 3, "{} ticks old a quarter of a second after waking", line.stalest(1));
    line.run(200, 300);
    assert!(line.sent - woken >= 150, "{} of 205", line.sent - woken);
    let before = line.sent;
    line.run(100, 300);
    assert!(line.sent - before >= 99, "{} of 100", line.sent - before);
}

#[test]
fn bytes_on_their_way_have_an_end_too() {
    let mut line = Line::new(500, 1e9);
    line.run(100, 30_000);
    line.most = 0;
    line.run(400, 30_000);
    assert!(line.most * 30_000 <= line.config.max_bytes_in_flight + 30_000, "{} frames on their way", line.most);
    assert!(line.sent > 20);
}

#[test]
fn a_client_that_never_says_what_it_has_seen_is_not_measured_by_it() {
    let (mut flow, config, now) = (Flow::default(), Config::default(), Instant::now());
    for tick in 1..10_000 {
        assert!(flow.open(now, RATE, &config));
        flow.sent(Tick(tick), 100_000, now);
    }
    assert!(flow.sent.len() <= UNASKED);
}

#[test]
fn a_client_that_stops_saying_it_gets_frames_ever_more_seldom() {
    let (mut flow, config, began) = (Flow::default(), Config::default(), Instant::now());
    flow.sent(Tick(1), 100, began);
    flow.seen(Tick(1), began, TICK);
    let mut at = Vec::new();
    for tick in 2..2_000 {
        let now = began + TICK * tick;
        if flow.open(now, RATE, &config) {
            flow.sent(Tick(tick), 100, now);
            at.push(tick);
        }
    }
    let pauses: Vec<u32> = at.windows(2).map(|pair| pair[1] - pair[0]).filter(|pause| *pause > 1).collect();
    assert_eq!(pauses[..6], [20, 40, 80, 160, 320, 320]);
    flow.seen(Tick(1_999), began + TICK * 2_000, TICK);
    assert!(flow.open(began + TICK * 2_000, RATE, &config));
}

#[test]
fn a_client_that_starts_from_a_keyframe_is_not_held_to_what_it_threw_away() {
    let (mut flow, config, now) = (Flow::default(), Config::default(), Instant::now());
    flow.sent(Tick(1), 100, now);
    flow.seen(Tick(1), now, TICK);
    (2..20).for_each(|tick| flow.sent(Tick(tick), 100, now));
    assert!(!flow.open(now, RATE, &config));
    flow.restart();
    assert!(flow.open(now, RATE, &config));
}
