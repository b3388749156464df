//! The machine's monotonic clock, which all programs of a run share, and the processor time of a process.

use anyhow::{Context, Result};
use nix::time::{ClockId, clock_gettime};
use nix::unistd::Pid;

/// Nanoseconds of `CLOCK_MONOTONIC`: comparable between processes of one machine.
pub fn now() -> u64 {
    clock_gettime(ClockId::CLOCK_MONOTONIC).map_or(0, nanoseconds)
}

/// Processor time of all threads of a process since its start, those that have ended included, in nanoseconds.
///
/// # Errors
/// When there is no such process.
pub fn processor_time(pid: i32) -> Result<u64> {
    let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(pid)).with_context(|| format!("process {pid} has no clock"))?;
    Ok(nanoseconds(clock_gettime(clock).with_context(|| format!("the clock of process {pid} cannot be read"))?))
}

/// Processor time of this process, in nanoseconds.
pub fn own_time() -> u64 {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).map_or(0, nanoseconds)
}

fn nanoseconds(time: nix::sys::time::TimeSpec) -> u64 {
    time.tv_sec().unsigned_abs() * 1_000_000_000 + time.tv_nsec().unsigned_abs()
}
