//! The scripted worlds without sockets: what a frame costs a client, and its bytes, with the simulation and all rooms of a
//! server stepped one after the other.

use benches::client::check;
use benches::field::frames;
use benches::measure::{Contest, Spent, Start, figure, timed_whole};
use benches::world_game::{Sampled, Setup};
use benches::worlds::{Plan, W1, W2, W3};
use engine::{Match, SeatId};

/// (name, world, rooms, clients of each, views of their own)
const CELLS: [(&str, Plan, u32, u8, bool); 8] = [
    ("W1/1_room/8", W1, 1, 8, false),
    ("W1/1_room/32", W1, 1, 32, false),
    ("W1/1_room/100", W1, 1, 100, false),
    ("W1/8_rooms/32", W1, 8, 32, false),
    ("W2/8_rooms/32/own_views", W2, 8, 32, true),
    ("W2/8_rooms/32/shared_views", W2, 8, 32, false),
    ("W3/100_rooms/4", W3, 100, 4, false),
    ("W3/1200_rooms/4", W3, 1_200, 4, false),
];

fn rooms(plan: Plan, rooms: u32, clients: u8, own_views: bool) -> Vec<Match<Sampled>> {
    let room = |room| Match::new(&Setup { own_views, ..Setup::shared(plan.room(room), clients) });
    let mut rooms: Vec<_> = (0..rooms).map(room).collect();
    check(&mut rooms[0], &[SeatId(0), SeatId(clients - 1)], 21);
    rooms[1..].iter_mut().for_each(Match::step);
    rooms
}

/// A tick of all rooms, each stepped and sent before the next. `sent`: bytes and frames so far.
fn tick(mut rooms: Vec<Match<Sampled>>, clients: u8, sent: &mut (usize, usize)) -> impl FnMut() -> Spent {
    move || {
        timed_whole(|| {
            for room in &mut rooms {
                let base = room.tick();
                room.step();
                sent.0 += frames(room, clients, Some(base));
                sent.1 += usize::from(clients);
            }
        })
    }
}

fn main() {
    let start = Start::from_args();
    let mut counts = [(0, 0); CELLS.len()];
    let mut contest = Contest::new(start.clone());
    for ((name, plan, count, clients, own_views), all) in CELLS.into_iter().zip(&mut counts) {
        let count = if start.measures { count } else { count.min(2) };
        contest.enter(&format!("sync_worlds/{name}"), || tick(rooms(plan, count, clients, own_views), clients, all));
    }
    let results = contest.run();
    for ((name, _, rooms, clients, _), (bytes, delivered)) in CELLS.into_iter().zip(counts) {
        let name = format!("sync_worlds/{name}");
        let Some(result) = results.iter().find(|result| result.name == name) else { continue };
        let frames = f64::from(rooms) * f64::from(clients);
        figure(&format!("{name}/cpu_per_client_frame"), result.tick / frames, "ns");
        figure(&format!("{name}/bytes_per_client_frame"), bytes as f64 / delivered as f64, "B");
    }
}
