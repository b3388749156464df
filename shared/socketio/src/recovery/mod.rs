//! Connection state recovery, as far as it needs no clock: a bounded log of what was sent to one socket, and the offsets by which
//! its client tells what it has seen. Who is parked for how long is the transport's.

mod behind;
mod log;
mod offset;
mod ring;

pub use behind::Behind;
pub use log::{MissedLog, Noted};
pub use offset::{Claim, Offset};
