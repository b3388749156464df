//! What must hold whatever a peer sends, for each way that its bytes are read: a module for each, whose `check` takes any bytes and
//! panics where something does not hold. libFuzzer looks for such bytes (`cargo xtask fuzz`); the tests here try the seeds and
//! changes of them.

pub mod attachments;
pub mod json;
pub mod msgpack;
pub mod packets;
pub mod payloads;
pub mod seeds;

#[allow(dead_code, unreachable_pub, reason = "the files belong to a test, which uses all of them")]
#[path = "../../../shared/socketio/tests/reference/corpus/mod.rs"]
mod corpus;
mod same;
#[cfg(test)]
mod tests;

/// A target: what it is called, its check, and bytes to begin with.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of the program and of the module.
    pub name: &'static str,
    /// Panics where something does not hold.
    pub check: fn(&[u8]),
    /// Bytes to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All targets.
pub const TARGETS: [Target; 5] = [
    Target { name: "payloads", check: payloads::check, seeds: seeds::payloads },
    Target { name: "packets", check: packets::check, seeds: seeds::packets },
    Target { name: "attachments", check: attachments::check, seeds: seeds::attachments },
    Target { name: "json", check: json::check, seeds: seeds::json },
    Target { name: "msgpack", check: msgpack::check, seeds: seeds::msgpack },
];
