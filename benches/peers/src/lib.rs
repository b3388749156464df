//! The programs of the transport comparison: a load client, and servers that do what Muster's `fanout` example does. Servers
//! take the same flags and obey the same commands; see [`flags`] and [`control`].

pub mod bare;
pub mod clock;
pub mod control;
pub mod flags;
mod frames;
pub mod load;
pub mod oxide;
pub mod payload;
pub mod reader;
pub mod ticker;
#[path = "../../worlds.rs"]
pub mod worlds;
