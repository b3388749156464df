//! Small deterministic programs for counting instructions: `cargo xtask bench instructions` runs each under callgrind, which
//! counts what is done within [`measured_part`] and nothing else.
//!
//! Without arguments every program runs once, as a test. `--list` prints their names; a name runs that program.

use std::hint::black_box;

use benches::client::Client;
use benches::field::{Size, field, frames};
use benches::packets::Packets;
use benches::world_game::{Sampled, Setup};
use benches::worlds::{W1, W2, W3};
use engine::{Match, SeatId, Tick};

/// Rounds of each program.
const ROUNDS: u32 = 20;

/// What a program does, again and again.
type Round = Box<dyn FnMut()>;
/// A program's name and what makes it ready.
type Program = (&'static str, fn() -> Round);

/// Every program. Add one at the end, then `cargo xtask bench instructions`.
const PROGRAMS: [Program; 14] = [
    ("step/idle", || step(Size { views: 4, ..Size::of(2_000) })),
    ("step/active", || step(Size { views: 4, changes: 400, ..Size::of(2_000) })),
    ("step/fog", || {
        let mut game = world(Setup::shared(W2, 4));
        Box::new(move || measured_part(&mut || game.step()))
    }),
    ("frames/next", || encode(1)),
    ("frames/merged", || encode(20)),
    ("frames/key", || encode(u32::MAX)),
    ("frames/shared", || {
        let mut game = world(Setup::shared(W1, 100));
        Box::new(move || {
            let base = game.tick();
            game.step();
            measured_part(&mut || _ = black_box(frames(&mut game, 100, Some(base))));
        })
    }),
    ("room/W3", || {
        let mut game = world(Setup::shared(W3, 4));
        Box::new(move || {
            let base = game.tick();
            measured_part(&mut || {
                game.step();
                frames(&mut game, 4, Some(base));
            });
        })
    }),
    ("apply/next", || apply(true)),
    ("apply/key", || apply(false)),
    ("socketio/encode", || {
        let packets = Packets::typical();
        Box::new(move || measured_part(&mut || packets.encode()))
    }),
    ("socketio/decode", || {
        let mut packets = Packets::typical();
        Box::new(move || measured_part(&mut || packets.decode()))
    }),
    ("game/battle", || {
        let mut game = Match::<game::Strategy>::new(&game::Setup::skirmish(4, 4, 200));
        (0..60).for_each(|_| game.step());
        Box::new(move || measured_part(&mut || game.step()))
    }),
    ("game/march", || {
        let mut game = Match::<game::Strategy>::new(&game::Setup::skirmish(4, 2, 100));
        (0..10).for_each(|_| game.step());
        Box::new(move || measured_part(&mut || game.step()))
    }),
];

/// Callgrind counts while this runs.
#[inline(never)]
fn measured_part(work: &mut dyn FnMut()) {
    work();
}

fn world(setup: Setup) -> Match<Sampled> {
    let mut game = Match::new(&setup);
    (0..70).for_each(|_| game.step());
    game
}

fn step(size: Size) -> Round {
    let mut game = field(size);
    Box::new(move || measured_part(&mut || game.step()))
}

/// Frames of four views on a base of some age.
fn encode(age: u32) -> Round {
    let mut game = field(Size { views: 4, clients: 4, changes: 100, ..Size::of(1_000) });
    (0..40).for_each(|_| game.step());
    Box::new(move || {
        game.step();
        let base = game.tick().0.checked_sub(age).map(Tick);
        measured_part(&mut || _ = black_box(frames(&mut game, 4, base)));
    })
}

/// A client's mirror following a world.
fn apply(follows: bool) -> Round {
    let mut game = world(Setup::shared(W1, 1));
    let mut client = Client::new::<Sampled>(SeatId(0));
    client.follow(&mut game);
    Box::new(move || {
        game.step();
        client.base = client.base.filter(|_| follows);
        let frame = client.next(&mut game);
        measured_part(&mut || _ = black_box(client.apply(&frame)));
        client.check(&game);
    })
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if wanted.iter().any(|arg| arg == "--list") {
        PROGRAMS.iter().for_each(|(name, _)| println!("{name}"));
        return;
    }
    for (name, make) in PROGRAMS {
        // With other arguments it is one of many tests, none of which concerns it.
        if wanted.is_empty() || wanted.iter().any(|arg| arg == name) {
            let mut round = make();
            (0..ROUNDS).for_each(|_| round());
        }
    }
}
