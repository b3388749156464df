//! Many views that see little each, moving about: a tick by the number of players, every one with a view of its own.

use benches::client::check;
use benches::field::{Size, field, frames};
use benches::measure::{Contest, Spent, Start, figure, timed};
use engine::SeatId;

/// Entities in all, and how many of them change in each tick.
const ENTITIES: usize = 5_000;
const CHANGES: usize = 500;
/// Entities that each player sees, and how many of them are replaced in each tick.
const SEEN: usize = 300;
const DRIFT: usize = 3;

fn own_views(size: Size) -> impl FnMut() -> Spent {
    let mut game = field(size);
    check(&mut game, &[SeatId(0), SeatId(size.clients - 1)], 90);
    let mut bytes = 0;
    move || {
        let base = game.tick();
        let spent = timed(&mut game, |game| game.step(), |game| bytes = frames(game, size.clients, Some(base)));
        assert!(bytes > 10 * usize::from(size.clients), "{bytes} bytes do not hold the changes");
        spent
    }
}

fn main() {
    let mut contest = Contest::new(Start::from_args());
    for players in [25, 100, 200] {
        let size = Size {
            changes: CHANGES,
            views: players,
            clients: players,
            seen: SEEN,
            drift: DRIFT,
            components: 4,
            ..Size::of(ENTITIES)
        };
        contest.enter(&format!("sync_views/{players}_players"), || own_views(size));
    }
    for result in contest.run() {
        let players = result.name.trim_start_matches("sync_views/").trim_end_matches("_players");
        if let Ok(players) = players.parse::<f64>() {
            figure(&format!("{}/per_player", result.name), result.tick / players, "ns");
        }
    }
}
