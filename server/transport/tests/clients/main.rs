//! Clients that others wrote against a server in this process.
//!
//! A test is one line: [`driver::serving`] starts the server and hands its address to whatever drives the client, mostly
//! [`node::run`] with a program of `tests/node`. The program prints a line `ok ...` for each thing that held and ends with
//! another code than 0 when one did not; see `tests/node/lib/scenarios.mjs`. [`playground`] is the application they talk to.
//!
//! All of them are ignored unless asked for, as they need packages from npm: `cargo xtask test --only clients` installs those.

mod driver;
mod engine_io;
#[allow(unreachable_pub, reason = "the file belongs to the crate `tests`, which needs the whole game to build")]
#[path = "../../../../tests/src/node.rs"]
mod node;
mod playground;
mod socket_io_2;
