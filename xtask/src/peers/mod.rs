//! The transport beside its peers: builds the servers of `benches/peers`, runs them in turns under one load client, and judges
//! the transport's targets. What the servers do is not decided here.

pub mod args;
pub mod cell;
pub mod load;
pub mod programs;
pub mod rounds;
pub mod sample;
pub mod server;
pub mod table;
pub mod which;
