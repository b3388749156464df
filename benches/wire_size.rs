//! How many bytes frames take, beside the bound that the entropy of the same news sets. Counts, times nothing.

use benches::client::Client;
use benches::entropy::News;
use benches::measure::{Start, figure};
use benches::world_game::{PLACE, Reckoned, Sampled, Setup};
use benches::worlds::{W1, W2, W3};
use engine::{Game, Match, SeatId};
use messages::schema;
use wire::Mirror;

/// Ticks before counting: views are filled, ids are used again, the fronts have met.
const WARM: u32 = 80;

/// Bytes of one seat's frames, and what they told.
struct Size {
    bytes: usize,
    frames: u32,
    /// Entities that changed or came, summed over frames.
    told: u64,
    /// Entities whose place was another one than at the frame before, summed over frames.
    moves: u64,
    bound: f64,
}

/// Counts the frames of some seats; `place` is the component that tells where an entity is.
fn count<G: Game>(mut game: Match<G>, seats: &[u8], ticks: u32, place: usize) -> Size {
    let mut clients: Vec<Client> = seats.iter().map(|seat| Client::new::<G>(SeatId(*seat))).collect();
    for _ in 0..WARM {
        game.step();
        clients.iter_mut().for_each(|client| _ = client.follow(&mut game));
    }
    let mut news = News::new(G::schema());
    let mut size = Size { bytes: 0, frames: 0, told: 0, moves: 0, bound: 0.0 };
    for _ in 0..ticks {
        game.step();
        for client in &mut clients {
            let before = client.mirror.clone();
            size.bytes += client.follow(&mut game);
            size.frames += 1;
            news.note(&before, &client.mirror);
            let at = |mirror: &Mirror, id| mirror.get(id, place).map(|row| [row[0], row[1]]);
            let moved = |id| at(&before, id).is_some_and(|then| at(&client.mirror, id) != Some(then));
            size.moves += before.ids().filter(|id| client.mirror.contains(*id) && moved(*id)).count() as u64;
        }
    }
    Size { told: news.told, bound: news.bytes(), ..size }
}

fn report(name: &str, size: &Size) {
    let bytes = size.bytes as f64;
    assert!(size.told > 100 && size.moves > 100, "{name} tells of {} entities, {} moves", size.told, size.moves);
    assert!(bytes > size.bound, "{name} takes {bytes} bytes, less than the bound {}", size.bound);
    let name = |what: &str| format!("wire_size/{name}/{what}");
    figure(&name("bytes_per_frame"), bytes / f64::from(size.frames), "B");
    figure(&name("bytes_per_changed_entity"), bytes / size.told as f64, "B");
    figure(&name("bound_per_changed_entity"), size.bound / size.told as f64, "B");
    figure(&name("over_bound"), bytes / size.bound, "x");
    figure(&name("bytes_per_moving_unit_tick"), bytes / size.moves as f64, "B");
}

fn main() {
    let start = Start::from_args();
    let ticks = if start.measures { 600 } else { 40 };
    for (name, plan, walks_only) in [("W1", W1, false), ("W2", W2, false), ("W3", W3, false), ("W1_walks", W1, true)] {
        let setup = Setup { walks_only, ..Setup::shared(plan, plan.teams() as u8) };
        let seats: Vec<u8> = (0..setup.clients).collect();
        for reckoned in [false, true] {
            let name = format!("{name}/{}", if reckoned { "reckoned" } else { "sampled" });
            if start.wants(&format!("wire_size/{name}")) {
                let size = if reckoned {
                    count(Match::<Reckoned>::new(&setup), &seats, ticks, PLACE)
                } else {
                    count(Match::<Sampled>::new(&setup), &seats, ticks, PLACE)
                };
                report(&name, &size);
            }
        }
    }
    for units in [200, 1_000] {
        let name = format!("battle/{units}");
        if start.wants(&format!("wire_size/{name}")) {
            let game = Match::<game::Strategy>::new(&game::Setup::skirmish(4, 4, units));
            report(&name, &count(game, &[0, 1, 2, 3], ticks.min(200), schema::POSITION));
        }
    }
}
