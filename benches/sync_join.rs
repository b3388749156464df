//! Joining: the keyframe of a newcomer, by entities in view, and what many newcomers at one tick cost more than one.

use benches::client::{Client, check};
use benches::field::frames;
use benches::measure::{Contest, Spent, Start, figure, find, timed};
use benches::world_game::{Sampled, Setup};
use benches::worlds::{Plan, W1};
use engine::{FrameKind, Handed, Match, SeatId};

const SIZES: [usize; 3] = [1_000, 5_000, 10_000];
const CROWD: u8 = 100;

fn world(entities: usize) -> Match<Sampled> {
    let plan = Plan { entities, ..W1 };
    let mut game = Match::new(&Setup::shared(plan, CROWD));
    check(&mut game, &[SeatId(0)], 5);
    game
}

/// Bytes of a newcomer's first frame.
fn first_frame(entities: usize) -> usize {
    let mut game = world(entities);
    let mut client = Client::new::<Sampled>(SeatId(1));
    assert_eq!(client.next(&mut game).kind, FrameKind::Key);
    let bytes = client.follow(&mut game);
    assert_eq!(client.mirror.ids().count(), entities);
    bytes
}

/// Bytes of all frames that a newcomer gets until it holds the whole view, as it comes over a connection: in parts, while the
/// world goes on. Those of the longest, too.
fn in_parts(entities: usize) -> (usize, usize) {
    let mut game = world(entities);
    let (mut handed, mut client) = (Handed::default(), Client::new::<Sampled>(SeatId(1)));
    let (mut sum, mut longest) = (0, 0);
    loop {
        let frame = game.frame_for(client.seat, &handed).expect("the seat is there");
        handed.took(&frame);
        let bytes = client.apply(&frame);
        (sum, longest) = (sum + bytes, longest.max(bytes));
        if !frame.partial {
            break;
        }
        game.step();
    }
    client.check(&game);
    assert_eq!(client.mirror.ids().count(), entities);
    (sum, longest)
}

/// So many join at each tick.
fn joins(entities: usize, clients: u8) -> impl FnMut() -> Spent {
    let mut game = world(entities);
    let mut bytes = 0;
    move || {
        let spent = timed(&mut game, |game| game.step(), |game| bytes = frames(game, clients, None));
        assert!(bytes > 4 * entities * usize::from(clients), "{bytes} bytes do not hold the entities");
        spent
    }
}

fn main() {
    let start = Start::from_args();
    for entities in SIZES {
        let name = format!("sync_join/{entities}");
        if start.wants(&name) {
            let bytes = first_frame(entities) as f64;
            figure(&format!("{name}/bytes"), bytes, "B");
            figure(&format!("{name}/bytes_per_entity"), bytes / entities as f64, "B");
            let (sum, longest) = in_parts(entities);
            figure(&format!("{name}/bytes_in_parts"), sum as f64, "B");
            figure(&format!("{name}/longest_part"), longest as f64, "B");
        }
    }
    let mut contest = Contest::new(start);
    for entities in SIZES {
        contest.enter(&format!("sync_join/{entities}/one"), || joins(entities, 1));
    }
    contest.enter("sync_join/10000/hundred", || joins(10_000, CROWD));
    let results = contest.run();
    let of = |name: &str| find(&results, name).map(|result| result.common_frames);
    if let Some((hundred, one)) = of("sync_join/10000/hundred").zip(of("sync_join/10000/one")) {
        figure("sync_join/10000/crowd_ratio", hundred / one, "x");
    }
}
