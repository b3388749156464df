//! Applying frames to a mirror: keyframes, deltas of the next tick, and merged deltas, by entities in view.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use messages::{Kind, SCHEMA, schema};
use wire::{EntityId, FrameWriter, Header, Mirror, RowValues, SeatUpdate, Tick, hash, write_seat};

/// Entities in view.
const SIZES: [u32; 3] = [100, 1_000, 5_000];
/// One entity in so many changes in a delta.
const CHANGED: u32 = 4;

/// The values of an entity at a tick, by place: every one has a kind, a place, health and a task.
fn values(id: u32, tick: u32) -> [(usize, Vec<i32>); 4] {
    let moved = if id.is_multiple_of(CHANGED) { tick as i32 * 40 } else { 0 };
    [
        (schema::UNIT, vec![Kind::Spear as i32, (id % 4) as i32]),
        (schema::POSITION, vec![(id % 96) as i32 * 256 + moved, (id / 96) as i32 * 256 - moved, 0, 0]),
        (schema::HEALTH, vec![90 - moved / 40]),
        (schema::TASK, vec![1, 0]),
    ]
}

/// A frame of `count` entities at `tick`, on a base or as a keyframe, with a hash if asked for.
fn frame(count: u32, tick: u32, base: Option<u32>, relative: bool, hashed: bool) -> Vec<u8> {
    let hash = hashed.then(|| state_hash(count, tick));
    let header = Header { tick: Tick(tick), base: base.map(Tick), relative, hash, partial: false };
    let all: Vec<EntityId> = (0..count).map(EntityId).collect();
    let mut out = Vec::new();
    let mut writer = FrameWriter::begin(&mut out, header, &[]);
    if base.is_none() {
        writer.enter(&all);
    }
    for (place, spec) in SCHEMA.components.iter().enumerate() {
        let (mut ids, mut rows) = (Vec::new(), Vec::new());
        for id in &all {
            let find = |tick| values(id.0, tick).into_iter().find(|(at, _)| *at == place).map(|(_, row)| row);
            let Some(now) = find(tick) else { continue };
            let before = base.and_then(find);
            if before.as_ref() == Some(&now) {
                continue;
            }
            ids.push(*id);
            match before.filter(|_| relative) {
                Some(before) => rows.extend(now.iter().zip(before).map(|(now, before)| now - before)),
                None => rows.extend(now),
            }
        }
        writer.component(place, &[], RowValues { ids: &ids, values: &rows, spec });
    }
    writer.finish([].iter());
    write_seat(&mut out, &header, &SeatUpdate::default());
    out
}

fn state_hash(count: u32, tick: u32) -> u32 {
    let of = |id: u32| {
        let values = values(id, tick);
        let rows = values.iter().map(|(place, row)| hash::row(&SCHEMA.components[*place], *place, row, Tick(tick)));
        hash::entity(EntityId(id), rows.fold(0, u32::wrapping_add))
    };
    (0..count).map(of).fold(0, u32::wrapping_add)
}

fn mirror_at(count: u32, tick: u32) -> Mirror {
    let mut mirror = Mirror::new(&SCHEMA);
    mirror.apply(&frame(count, tick, None, false, false)).expect("a valid keyframe");
    mirror
}

/// The frame leads to exactly the state of `tick`.
fn check(mut mirror: Mirror, frame: &[u8], count: u32, tick: u32) {
    mirror.apply(frame).expect("a valid frame");
    assert_eq!((mirror.tick(), mirror.ids().count()), (Some(Tick(tick)), count as usize));
    assert_eq!(mirror.hash(), state_hash(count, tick));
}

fn keyframes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("wire_keyframe");
    for count in SIZES {
        let bytes = frame(count, 1, None, false, false);
        check(Mirror::new(&SCHEMA), &bytes, count, 1);
        group.throughput(Throughput::Elements(u64::from(count)));
        group.bench_with_input(BenchmarkId::from_parameter(count), &bytes, |bencher, bytes| {
            let mut mirror = Mirror::new(&SCHEMA);
            bencher.iter(|| mirror.apply(black_box(bytes)).expect("a valid keyframe").tick);
        });
    }
    group.finish();
}

/// A frame on a base: each iteration starts from the mirror of tick 1.
fn deltas(criterion: &mut Criterion, name: &str, tick: u32, relative: bool, hashed: bool) {
    let mut group = criterion.benchmark_group(format!("wire_{name}"));
    for count in SIZES {
        let (base, bytes) = (mirror_at(count, 1), frame(count, tick, Some(1), relative, hashed));
        check(base.clone(), &bytes, count, tick);
        group.throughput(Throughput::Elements(u64::from(count / CHANGED)));
        group.bench_with_input(BenchmarkId::from_parameter(count), &bytes, |bencher, bytes| {
            let apply = |mirror: &mut Mirror| mirror.apply(black_box(bytes)).expect("a valid delta").tick;
            bencher.iter_batched_ref(|| base.clone(), apply, BatchSize::SmallInput);
        });
    }
    group.finish();
}

fn next_tick(criterion: &mut Criterion) {
    deltas(criterion, "delta", 2, true, false);
}

fn merged(criterion: &mut Criterion) {
    deltas(criterion, "merged", 6, false, false);
}

fn with_hash(criterion: &mut Criterion) {
    deltas(criterion, "delta_with_hash", 2, true, true);
}

criterion_group!(benches, keyframes, next_tick, merged, with_hash);
criterion_main!(benches);
