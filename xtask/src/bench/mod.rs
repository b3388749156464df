//! Collecting what the benches measured and judging it against the targets. Runs no bench itself.

pub mod callgrind;
pub mod chart;
pub mod counts;
pub mod criterion;
pub mod date;
pub mod latency;
pub mod machine;
pub mod record;
pub mod targets;
pub mod unit;
