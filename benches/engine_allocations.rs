//! Heap allocations of a tick in steady state, by what is simulated. The allocator counts.
//!
//! Allowed are the payloads and nothing else. A view frame that is encoded takes two: its buffer, and the count of those who
//! share it, which `Bytes` keeps apart. A seat part that is not that of the frame before takes its buffer. A match that has
//! run for some time, with entities coming and going, must take everything else from memory it has.

use std::alloc::System;
use std::collections::BTreeSet;

use benches::field::{Size, field};
use benches::measure::{Start, figure};
use benches::world_game::{Sampled, Setup};
use benches::worlds::{W1, W2};
use engine::{Frame, Game, Match, SeatId, Tick};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Ticks until every list has the room it needs: ids have rested and come back several times.
const WARM: u32 = 1_500;
/// Ticks counted.
const COUNTED: u32 = 100;

/// What was allocated in all ticks counted.
#[derive(Default)]
struct Count {
    /// In the step.
    step: usize,
    /// For frames.
    frames: usize,
    /// Of those, what is allowed.
    payloads: usize,
}

/// Plays a match where each of `clients` takes a frame each tick; the first one is `late` ticks behind the others.
fn count<G: Game>(mut game: Match<G>, clients: u8, warm: u32, late: u32) -> Count {
    let mut count = Count::default();
    // As connections do, one holds the frame before until the next is there, so that memory of its own stands for each.
    let [mut before, mut now] = [(); 2].map(|()| Vec::with_capacity(usize::from(clients)));
    for tick in 0..warm + COUNTED {
        let region = Region::new(ALLOCATOR);
        game.step();
        let step = region.change();
        std::mem::swap(&mut before, &mut now);
        now.clear();
        let region = Region::new(ALLOCATOR);
        for seat in 0..clients {
            let age = if seat == 0 { 1 + late } else { 1 };
            let base = game.tick().0.checked_sub(age).filter(|base| *base > 0).map(Tick);
            now.push(game.frame(SeatId(seat), base).expect("the seat is there"));
        }
        let frames = region.change();
        if tick >= warm {
            count.step += step.allocations + step.reallocations;
            count.frames += frames.allocations + frames.reallocations;
            count.payloads += payloads(&before, &now);
        }
    }
    count
}

/// Allocations that these frames may take, when the ones before are there already.
fn payloads(before: &[Frame], now: &[Frame]) -> usize {
    let set = |list: &[Frame], part: fn(&Frame) -> *const u8| list.iter().map(part).collect::<BTreeSet<_>>();
    let (view, seat) = (|frame: &Frame| frame.view.as_ptr(), |frame: &Frame| frame.seat.as_ptr());
    2 * set(now, view).len() + set(now, seat).difference(&set(before, seat)).count()
}

fn report(name: &str, strict: bool, Count { step, frames, payloads }: Count) {
    let (ticks, name) = (f64::from(COUNTED), format!("engine_allocations/{name}"));
    let beyond = step + frames.saturating_sub(payloads);
    figure(&format!("{name}/step"), step as f64 / ticks, "allocations a tick");
    figure(&format!("{name}/frames"), frames as f64 / ticks, "allocations a tick");
    figure(&format!("{name}/beyond_payloads"), beyond as f64 / ticks, "allocations a tick");
    assert!(!strict || beyond == 0, "{name}: {step} in steps, {frames} for frames, of which {payloads} are payloads");
}

fn main() {
    let start = Start::from_args();
    let run = |name: &str, strict, count: &dyn Fn() -> Count| {
        if start.wants(&format!("engine_allocations/{name}")) {
            report(name, strict, count());
        }
    };
    let size = Size { views: 4, clients: 20, ..Size::of(500) };
    let active = Size { changes: 100, seen: 200, drift: 3, ..size };
    run("idle", true, &|| count(field(size), size.clients, WARM, 0));
    run("active", true, &|| count(field(active), active.clients, WARM, 0));
    run("laggard", true, &|| count(field(active), active.clients, WARM, 30));
    run("keyframes", true, &|| count(field(active), active.clients, WARM, 100));
    run("W1", true, &|| count(Match::<Sampled>::new(&Setup::shared(W1, 32)), 32, WARM, 0));
    run("W2", true, &|| count(Match::<Sampled>::new(&Setup::own(W2, 32)), 32, WARM, 0));
    let battle = || Match::<game::Strategy>::new(&game::Setup::skirmish(4, 4, 200));
    run("after_a_battle", true, &|| count(battle(), 4, WARM, 0));
    // The rules may allocate where something happens, such as a way that must be found.
    run("battle", false, &|| count(battle(), 4, 100, 0));
}
