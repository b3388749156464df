//! Bounds on what a peer may make this end hold. Owns the figures; the codecs and the session apply them.

/// Bounds on input and on the outgoing queue. Every figure applies to one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest polling body or WebSocket message accepted, in bytes; announced to the peer as `maxPayload`.
    /// Defaults to 1,000,000.
    pub max_payload: usize,
    /// Most packets accepted in one polling body. Defaults to 1,000.
    pub payload_packets: usize,
    /// Most bytes waiting to be sent, each packet counted as its payload and [`PACKET_COST`](Self::PACKET_COST).
    /// Defaults to 262,144 (256 KiB).
    pub queue_bytes: usize,
    /// Most messages waiting to be sent. Defaults to 4,096.
    pub queue_packets: usize,
}

impl Limits {
    /// What one queued packet counts beside its payload, in bytes: about what it takes in memory with its place in the queue and
    /// its allocations, so that the bound holds for small messages too.
    pub const PACKET_COST: usize = 192;
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_payload: 1_000_000, payload_packets: 1_000, queue_bytes: 256 * 1024, queue_packets: 4_096 }
    }
}
