//! The load client: many raw WebSocket clients on one thread, cheap enough never to be the bottleneck. It looks at frame heads
//! and stamps only.

mod client;
mod drive;
mod flags;
mod frames;
mod run;
mod seen;
mod window;

pub use flags::Flags;
pub use run::run;
