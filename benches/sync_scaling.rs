//! What a tick grows with, and what it does not: clients of the same views, and entities that do not change.

use benches::client::check;
use benches::field::{Size, field, frames};
use benches::measure::{Contest, Result, Spent, Start, figure, find, timed};
use engine::SeatId;

/// A tick where each of two views has changes.
fn tick(size: Size) -> impl FnMut() -> Spent {
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

fn ratio(results: &[Result], name: &str, above: &str, below: &str) {
    let of = |name: &str| find(results, name).map(|result| (result.frames, result.tick));
    if let Some((above, below)) = of(above).zip(of(below)) {
        figure(&format!("{name}/frames_ratio"), above.0 / below.0, "x");
        figure(&format!("{name}/tick_ratio"), above.1 / below.1, "x");
    }
}

fn main() {
    let mut contest = Contest::new(Start::from_args());
    for clients in [10, 100] {
        let size = Size { changes: 1_000, views: 8, clients, ..Size::of(2_000) };
        contest.enter(&format!("sync_scaling/clients/{clients}"), || tick(size));
    }
    for entities in [1_000, 10_000] {
        let size = Size { changes: 100, views: 8, clients: 8, ..Size::of(entities) };
        contest.enter(&format!("sync_scaling/entities/{entities}"), || tick(size));
    }
    let results = contest.run();
    ratio(&results, "sync_scaling/clients", "sync_scaling/clients/100", "sync_scaling/clients/10");
    ratio(&results, "sync_scaling/entities", "sync_scaling/entities/10000", "sync_scaling/entities/1000");
}
