//! The points that the protocols' public test suites check, against the server of `examples/conformance.rs`, for both
//! revisions. Each runs on a server of its own.

mod client;
mod engine;
#[path = "../../examples/conformance.rs"]
#[allow(dead_code, reason = "an example is a program; its main is of no use here")]
mod example;
mod heartbeat;
mod socket;
mod upgrade;
