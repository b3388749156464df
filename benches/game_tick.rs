//! A match's tick by the number of units, half of them fighting and half marching: actions, rules, capture and views,
//! without making frames.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use engine::Match;
use game::components::{Position, Task};
use game::{Setup, Strategy};
use messages::schema::Doing;

/// Ticks before measuring, so that ways are found and the fronts have met.
const WARM: u32 = 80;
/// Ticks measured of one match; then a fresh one takes over, as its units would fall or arrive.
const WINDOW: u32 = 100;
/// Seed of the map.
const SEED: u64 = 4;

fn fresh(units: usize) -> Match<Strategy> {
    let mut game = Match::new(&Setup::skirmish(SEED, 4, units));
    (0..WARM).for_each(|_| game.step());
    game
}

/// Units that exist, that fight, and that walk.
fn busy(game: &mut Match<Strategy>) -> (usize, usize, usize) {
    let world = game.world_mut();
    let mut tasks = world.query::<(&Task, &Position)>();
    tasks.iter(world).fold((0, 0, 0), |(all, fight, walk), (task, _)| {
        let is = |doing| usize::from(task.doing == doing);
        (all + 1, fight + is(Doing::Attacking), walk + is(Doing::Moving))
    })
}

fn game_tick(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("game_tick");
    group.sample_size(20);
    for units in [100, 500, 1_000, 2_000] {
        let mut game = fresh(units);
        let (all, fight, walk) = busy(&mut game);
        assert!(all > units * 3 / 4 && fight > units / 20 && walk > units / 3, "{all}: {fight} fight, {walk} walk");
        let mut left = WINDOW;
        group.bench_function(BenchmarkId::from_parameter(units), |bencher| {
            bencher.iter_custom(|iterations| {
                let mut spent = Duration::ZERO;
                for _ in 0..iterations {
                    if left == 0 {
                        let (all, _, _) = busy(&mut game);
                        assert!(all > units / 2, "{all} of {units} are left");
                        game = fresh(units);
                        left = WINDOW;
                    }
                    let before = game.tick();
                    let start = Instant::now();
                    game.step();
                    spent += start.elapsed();
                    left -= 1;
                    assert_eq!(black_box(game.tick()), before.next());
                }
                spent
            });
        });
    }
    group.finish();
}

criterion_group!(benches, game_tick);
criterion_main!(benches);
