//! Players without a screen: brains (a mirror in, actions out), a client that plays over real sockets, and the swarm of
//! them that measures a server. Knows a match only as any client does; shares no code with the server's own crates.

pub mod brain;
pub mod client;
pub mod swarm;

pub use brain::{Brain, Skill};
