//! What zstd would save of view parts, and cost: one frame at a time, as clients take frames at different ticks. The better of
//! plain and compressed counts, with a byte more to tell which. ARCHITECTURE.md, "Choices", says what follows from it.

use std::hint::black_box;
use std::time::Duration;

use benches::measure::{Start, figure, timed_whole};
use benches::world_game::{Reckoned, Sampled, Setup};
use benches::worlds::{W1, W2, W3};
use bytes::Bytes;
use engine::{Game, Match, SeatId};
use zstd::bulk::{Compressor, Decompressor};

/// Ticks before frames are kept.
const WARM: u32 = 80;
/// The size of a dictionary, as zstd advises for small messages.
const DICTIONARY: usize = 16 * 1024;

/// View parts of so many ticks: what is new since the tick before, and once a second a keyframe in its place.
struct Frames {
    deltas: Vec<Bytes>,
    keys: Vec<Bytes>,
}

fn frames<G: Game>(mut game: Match<G>, views: u8, ticks: u32) -> Frames {
    (0..WARM).for_each(|_| game.step());
    let mut frames = Frames { deltas: Vec::new(), keys: Vec::new() };
    for tick in 0..ticks {
        let base = (tick % 20 != 0).then(|| game.tick());
        game.step();
        let list = if base.is_some() { &mut frames.deltas } else { &mut frames.keys };
        list.extend((0..views).map(|seat| game.frame(SeatId(seat), base).expect("the seat is there").view));
    }
    frames
}

fn compressor(level: i32, dictionary: Option<&[u8]>) -> Compressor<'static> {
    dictionary
        .map_or_else(|| Compressor::new(level), |of| Compressor::with_dictionary(level, of))
        .expect("a valid level")
}

/// Compresses each frame, checks that it comes back, and gives the bytes of all and the time it took.
fn compress(frames: &[Bytes], level: i32, dictionary: Option<&[u8]>) -> (usize, Duration) {
    let mut compressor = compressor(level, dictionary);
    let mut decompressor = Decompressor::with_dictionary(dictionary.unwrap_or_default()).expect("a valid dictionary");
    let (mut bytes, mut room) = (0, Vec::with_capacity(1 << 20));
    for frame in frames {
        let length = compressor.compress_to_buffer(frame, &mut room).expect("there is room");
        assert_eq!(decompressor.decompress(&room, frame.len()).expect("it was compressed"), frame[..]);
        bytes += 1 + length.min(frame.len());
        room.clear();
    }
    let spent = timed_whole(|| {
        for frame in frames {
            room.clear();
            black_box(compressor.compress_to_buffer(frame, &mut room).expect("there is room"));
        }
    });
    (bytes, spent.step)
}

fn report(name: &str, frames: &Frames) {
    // What a dictionary is made of must not be what it is tried on.
    let halves =
        [("delta", &frames.deltas), ("key", &frames.keys)].map(|(kind, all)| (kind, all.split_at(all.len() / 2)));
    let known: Vec<&Bytes> = halves.iter().flat_map(|(_, (known, _))| *known).collect();
    let dictionary = zstd::dict::from_samples(&known, DICTIONARY).expect("there are samples enough");
    for (kind, (_, chosen)) in halves {
        let (count, plain) = (chosen.len() as f64, chosen.iter().map(Bytes::len).sum::<usize>() as f64);
        figure(&format!("wire_zstd/{name}/{kind}/plain"), plain / count, "B");
        for level in [1, 3] {
            for (with, dictionary) in [("", None), ("_dictionary", Some(&dictionary[..]))] {
                let (bytes, spent) = compress(chosen, level, dictionary);
                let name = format!("wire_zstd/{name}/{kind}/level{level}{with}");
                figure(&format!("{name}/saved"), 100.0 * (1.0 - bytes as f64 / plain), "%");
                figure(&format!("{name}/time"), spent.as_nanos() as f64 / count / 1e3, "µs");
            }
        }
    }
}

fn main() {
    let start = Start::from_args();
    let ticks = if start.measures { 1_200 } else { 200 };
    for (name, plan) in [("W1", W1), ("W2", W2), ("W3", W3)] {
        let views = plan.teams() as u8;
        let setup = Setup::shared(plan, views);
        if start.wants(&format!("wire_zstd/{name}/sampled")) {
            report(&format!("{name}/sampled"), &frames(Match::<Sampled>::new(&setup), views, ticks));
        }
        if start.wants(&format!("wire_zstd/{name}/reckoned")) {
            report(&format!("{name}/reckoned"), &frames(Match::<Reckoned>::new(&setup), views, ticks));
        }
    }
    if start.wants("wire_zstd/battle") {
        let game = Match::<game::Strategy>::new(&game::Setup::skirmish(4, 4, 400));
        report("battle", &frames(game, 4, ticks / 2));
    }
}
