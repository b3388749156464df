//! One tick of capture and encoding, by entities, changes, views and clients. Every view sees every entity.

use std::hint::black_box;

use benches::{Size, check, field};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use engine::{SeatId, Tick};

/// A tick of `size` with `clients` clients in each view, all at the frame before.
fn tick(criterion: &mut Criterion, name: &str, label: impl std::fmt::Display, size: Size, clients: usize) {
    let mut game = field(size);
    check(&mut game, SeatId(size.views - 1));
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements((size.changes * usize::from(size.views)) as u64));
    group.bench_function(BenchmarkId::from_parameter(label), |bencher| {
        bencher.iter(|| {
            let base = game.tick();
            game.step();
            for view in 0..size.views {
                for _ in 0..clients {
                    let frame = game.frame(SeatId(view), Some(base)).expect("the seat is there");
                    assert!(!frame.view.is_empty());
                    black_box(frame);
                }
            }
        });
    });
    group.finish();
}

fn by_entities(criterion: &mut Criterion) {
    for entities in [1_000, 10_000] {
        let size = Size { entities, changes: 100, views: 1 };
        tick(criterion, "engine_entities", entities, size, 1);
    }
}

fn by_changes(criterion: &mut Criterion) {
    for changes in [0, 10, 100, 1_000] {
        let size = Size { entities: 2_000, changes, views: 1 };
        tick(criterion, "engine_changes", changes, size, 1);
    }
}

fn by_views(criterion: &mut Criterion) {
    for views in [1, 2, 4, 8] {
        let size = Size { entities: 2_000, changes: 1_000, views };
        tick(criterion, "engine_views", views, size, 1);
    }
}

fn by_clients(criterion: &mut Criterion) {
    for clients in [1, 10, 100] {
        let size = Size { entities: 2_000, changes: 1_000, views: 1 };
        tick(criterion, "engine_clients", clients, size, clients);
    }
}

/// What a newcomer costs: a keyframe, made once a tick however many join.
fn keyframe(criterion: &mut Criterion) {
    let mut game = field(Size { entities: 10_000, changes: 0, views: 1 });
    let mut group = criterion.benchmark_group("engine_keyframe");
    group.bench_function("10000", |bencher| {
        bencher.iter_custom(|rounds| {
            let mut spent = std::time::Duration::ZERO;
            for _ in 0..rounds {
                game.step();
                let began = std::time::Instant::now();
                let frame = game.frame(SeatId(0), None).expect("the seat is there");
                spent += began.elapsed();
                assert!(frame.view.len() > 10_000);
            }
            spent
        });
    });
    group.finish();
}

/// A client that missed 40 ticks.
fn merged(criterion: &mut Criterion) {
    let mut game = field(Size { entities: 2_000, changes: 100, views: 1 });
    (0..40).for_each(|_| game.step());
    let mut group = criterion.benchmark_group("engine_merged");
    group.bench_function("40_ticks", |bencher| {
        bencher.iter_custom(|rounds| {
            let mut spent = std::time::Duration::ZERO;
            for _ in 0..rounds {
                game.step();
                let base = Tick(game.tick().0 - 40);
                let began = std::time::Instant::now();
                let frame = game.frame(SeatId(0), Some(base)).expect("the seat is there");
                spent += began.elapsed();
                assert_eq!(frame.kind, engine::FrameKind::Merged);
            }
            spent
        });
    });
    group.finish();
}

criterion_group!(benches, by_entities, by_changes, by_views, by_clients, keyframe, merged);
criterion_main!(benches);
