//! Muster beside its peers: builds the servers of `benches/peers`, runs them in turns under one load client, and judges the
//! targets of the transport and, in [`worlds`], of state synchronization. What the servers do is not decided here.

pub mod allocations;
pub mod args;
pub mod cell;
pub mod compare;
pub mod findings;
pub mod idle;
pub mod load;
pub mod programs;
pub mod reconnect;
pub mod rounds;
pub mod sample;
pub mod saturate;
pub mod server;
pub mod size;
pub mod slow;
pub mod syscalls;
pub mod table;
pub mod which;
pub mod worlds;
