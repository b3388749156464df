//! A tick in which nothing changes, by entities, views and clients: what it costs to look, and to have somebody there.

use benches::client::check;
use benches::field::{Size, field, frames};
use benches::measure::{Contest, Spent, Start, figure, find, timed};
use engine::SeatId;

/// A tick of a field at rest. Every client's frame is tiny, and right.
fn idle(size: Size) -> impl FnMut() -> Spent {
    let mut game = field(size);
    check(&mut game, &[SeatId(0), SeatId(size.clients - 1)], 3);
    let mut bytes = 0;
    move || {
        let base = game.tick();
        let spent = timed(&mut game, |game| game.step(), |game| bytes = frames(game, size.clients, Some(base)));
        assert!(bytes <= 20 * usize::from(size.clients), "{bytes} bytes for {} clients", size.clients);
        spent
    }
}

fn main() {
    let start = Start::from_args();
    let mut contest = Contest::new(start);
    for (entities, views, clients) in
        [(1_000, 8, 100), (10_000, 1, 100), (10_000, 8, 8), (10_000, 8, 100), (10_000, 8, 200)]
    {
        let size = Size { views, clients, ..Size::of(entities) };
        contest.enter(&format!("sync_idle/{entities}x10/{views}_views/{clients}_clients"), || idle(size));
    }
    let results = contest.run();
    let frames = |clients: u8| find(&results, &format!("sync_idle/10000x10/8_views/{clients}_clients"));
    if let Some((many, few)) = frames(200).zip(frames(100)) {
        figure("sync_idle/added_client", (many.common_frames - few.common_frames) / 100.0, "ns");
    }
}
