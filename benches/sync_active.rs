//! A tick with many changes, by entities, changes and views: capture, and one frame made for each view however many clients
//! take it.

use benches::client::check;
use benches::field::{Size, field, frames};
use benches::measure::{Contest, Spent, Start, figure, timed};
use engine::SeatId;

const CLIENTS: u8 = 100;

/// (entities, changes, views)
const SIZES: [(usize, usize, u8); 6] =
    [(2_000, 100, 8), (2_000, 1_000, 1), (2_000, 1_000, 8), (10_000, 100, 8), (10_000, 1_000, 8), (10_000, 5_000, 8)];

/// A tick where every frame tells of all changes.
fn active(size: Size) -> impl FnMut() -> Spent {
    let mut game = field(size);
    check(&mut game, &[SeatId(0), SeatId(size.clients - 1)], 21);
    let mut bytes = 0;
    move || {
        let base = game.tick();
        let spent = timed(&mut game, |game| game.step(), |game| bytes = frames(game, size.clients, Some(base)));
        assert!(bytes > size.changes * usize::from(size.clients), "{bytes} bytes do not hold the changes");
        spent
    }
}

fn main() {
    let mut contest = Contest::new(Start::from_args());
    let name = |(entities, changes, views)| format!("sync_active/{entities}x10/{changes}_changes/{views}_views");
    for (entities, changes, views) in SIZES {
        let size = Size { changes, views, clients: CLIENTS, ..Size::of(entities) };
        contest.enter(&name((entities, changes, views)), || active(size));
    }
    for result in contest.run() {
        let Some((_, changes, views)) = SIZES.into_iter().find(|size| name(*size) == result.name) else { continue };
        figure(&format!("{}/per_change", result.name), result.tick / (changes as f64 * f64::from(views)), "ns");
    }
}
