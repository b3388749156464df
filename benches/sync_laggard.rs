//! Clients that fall behind: what a merged frame costs by its age, and how far behind a client is whose link carries a tenth
//! of what it needs.

use benches::client::{Client, check};
use benches::field::{Size, field};
use benches::link::{Report, starve};
use benches::measure::{Contest, Spent, Start, figure, timed};
use benches::world_game::{Sampled, Setup};
use benches::worlds::{Plan, W1, W2};
use engine::{FrameKind, Match, SeatId, Tick};

/// A tick in which one client of each of eight views takes a frame that covers `age` ticks.
fn merge(size: Size, age: u32) -> impl FnMut() -> Spent {
    let mut game = field(size);
    (0..age).for_each(|_| game.step());
    let mut late = Client::new::<benches::field::Field>(SeatId(0));
    late.follow(&mut game);
    (0..age).for_each(|_| game.step());
    late.follow(&mut game);
    move || {
        let spent = |game: &mut Match<_>| {
            let base = Tick(game.tick().0 - age);
            for seat in 0..size.clients {
                let frame = game.frame(SeatId(seat), Some(base)).expect("the seat is there");
                assert_eq!((frame.kind, frame.view.len() > size.changes), (FrameKind::Merged, true));
            }
        };
        timed(&mut game, Match::step, spent)
    }
}

/// A client at a tenth of the bandwidth for some minutes, then at all of it.
fn tenth(plan: Plan, ticks: u32) -> Report {
    let mut game = Match::<Sampled>::new(&Setup::shared(plan, 4));
    check(&mut game, &[SeatId(0)], 2);
    let report = starve(&mut game, SeatId(0), ticks, 10.0);
    assert!(report.over_transmit <= 2.0, "frames wait for {} ticks before they are sent", report.over_transmit);
    assert!(report.catching_up <= 1, "it catches up in one merged frame, not {}", report.catching_up);
    report
}

fn main() {
    let start = Start::from_args();
    let crowd = Plan { entities: 4_000, moving_percent: 100, ..W1 };
    for (name, plan) in [("W1", W1), ("W2", W2), ("4000_moving", crowd)] {
        let name = format!("sync_laggard/tenth/{name}");
        if start.wants(&name) {
            let report = tenth(plan, if start.measures { 4_000 } else { 400 });
            figure(&format!("{name}/needed"), report.needed, "B a tick");
            figure(&format!("{name}/transmit"), report.transmit, "ticks");
            figure(&format!("{name}/staleness_over_transmit"), report.over_transmit, "ticks");
            figure(&format!("{name}/bytes_per_tick_covered"), report.bytes_per_tick, "B");
        }
    }
    let mut contest = Contest::new(start);
    for (entities, changes) in [(2_000, 100), (10_000, 1_000)] {
        for age in [2, 10, 40, 63] {
            let size = Size { changes, views: 8, clients: 8, ..Size::of(entities) };
            let name = format!("sync_laggard/merge/{entities}x10/{changes}_changes/{age}_ticks");
            contest.enter(&name, || merge(size, age));
        }
    }
    let _ = contest.run();
}
