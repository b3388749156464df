//! Orbs: a free-for-all that has nothing in common with the strategy game, and bots that play it.
//!
//! `cargo run --example orbs -p engine [BOTS [TICKS]]`. Every mirror is compared with its view at every tick.

mod bot;
mod game;
mod rules;
mod schema;

use engine::{Game, Match, Tick};

use crate::bot::Bot;
use crate::game::Orbs;
use crate::schema::{LOST, SEATS};

/// Ticks from one newcomer to the next, and, when all are there, from one departure to the next.
const COMING: u32 = 3;
const GOING: u32 = 20;

#[derive(Debug, Default, PartialEq, Eq)]
struct Summary {
    /// Frames, each checked.
    frames: usize,
    bytes: usize,
    /// Things in view, added up over the frames.
    in_view: usize,
    receipts: usize,
    lost: usize,
    departed: usize,
    /// Most that one player has eaten.
    best: i32,
}

/// Lets bots play. They come one by one; later the oldest leave and others take their seats.
fn play(seed: u64, bots: usize, ticks: u32) -> Summary {
    let mut arena = Match::<Orbs>::new(&seed);
    let mut playing: Vec<(Bot, Option<Tick>)> = Vec::new();
    let mut sum = Summary::default();
    for tick in 0..ticks {
        if playing.len() < bots && tick.is_multiple_of(COMING) {
            if let Some(seat) = arena.free_seat() {
                arena.arrive(seat).expect("the seat is free");
                playing.push((Bot::new(seat), None));
            }
        } else if playing.len() == bots && tick.is_multiple_of(GOING) {
            let (bot, _) = playing.remove(0);
            arena.depart(bot.seat).expect("the bot holds the seat");
            sum.departed += 1;
        }
        arena.step();
        for (bot, base) in &mut playing {
            let frame = arena.frame(bot.seat, *base).expect("the bot holds the seat");
            let bytes = [&frame.view[..], &frame.seat[..]].concat();
            let action = bot.play(&bytes);
            assert_eq!(Some(bot.mirror.hash()), arena.view_hash(bot.seat), "seat {} at {}", bot.seat.0, frame.tick);
            *base = Some(frame.tick);
            if let Some((number, action)) = action {
                arena.submit(bot.seat, number, action).expect("numbers count up");
            }
            sum.add(bot, bytes.len());
        }
    }
    sum
}

impl Summary {
    fn add(&mut self, bot: &Bot, bytes: usize) {
        let news = bot.mirror.last();
        self.frames += 1;
        self.bytes += bytes;
        self.in_view += bot.mirror.ids().count();
        self.receipts += news.receipts.iter().filter(|receipt| receipt.code == 0).count();
        self.lost += news.seat_events.iter().filter(|event| event.kind == LOST).count();
        self.best = self.best.max(bot.mirror.seat()[0]);
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse::<u32>().ok());
    let bots = arguments.next().map_or(60, |bots| bots.clamp(1, u32::from(SEATS)) as usize);
    let ticks = arguments.next().unwrap_or(1_200);
    let sum = play(1, bots, ticks);
    let each = |total: usize| total as f64 / sum.frames.max(1) as f64;
    println!("played       {ticks} ticks ({} s) by {bots} bots at a time", ticks / u32::from(Orbs::RATE));
    println!("hash checks  {}, one for each client and tick: all equal", sum.frames);
    println!("in view      {:.1} things on average", each(sum.in_view));
    println!("bytes        {:.1} per client and frame", each(sum.bytes));
    println!("actions      {} carried out", sum.receipts);
    println!("swallowed    {} orbs; the best player ate {} in all", sum.lost, sum.best);
    println!("seats        {} left and taken by others", sum.departed);
}

#[test]
fn every_mirror_is_right_at_every_tick_and_a_seed_plays_alike_twice() {
    let sum = play(7, 30, 300);
    assert!(sum.frames > 6_000 && sum.receipts > 500 && sum.lost > 0 && sum.departed > 5, "{sum:?}");
    assert_eq!(sum, play(7, 30, 300));
    assert_ne!(sum, play(8, 30, 300));
}
