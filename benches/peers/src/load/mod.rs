//! The load client: many raw WebSocket clients on one thread, cheap enough never to be the bottleneck. It looks at frame heads
//! and stamps only. Who is at the other end is a [`role`]'s business.

mod client;
mod colyseus;
mod drive;
mod events;
mod flags;
mod muster;
mod role;
mod run;
mod seen;
mod step;
mod window;

pub use flags::Flags;
pub use run::run;
