//! The bare writer: the opening as cheap as it can be, then the same bytes on the wire as any Socket.IO server sends, framed once
//! and written straight from the tick's thread. No heartbeat, no rooms, no acknowledgements, no queue: what the kernel refuses is
//! lost. No server can be cheaper than this on the same kernel and runtime.

mod connection;
mod framing;
mod run;

pub use run::run;
