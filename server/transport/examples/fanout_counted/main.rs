//! The `fanout` example with an allocator that counts: its `stats` tell the allocations since the start. Apart from `fanout`, as
//! counting costs time.

#[path = "../fanout/main.rs"]
#[expect(dead_code, reason = "the main function of the other example")]
mod fanout;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<(), transport::Error> {
    fanout::run(|| {
        let stats = ALLOCATOR.stats();
        Some(stats.allocations + stats.reallocations)
    })
}
