//! Clients that others wrote against a server in this process.
//!
//! A test is one line: [`driver::serving`] starts the server and hands its address to whatever drives the client, mostly
//! [`node::run`] with a program of `tests/node`. The program prints a line `ok ...` for each thing that held and ends with
//! another code than 0 when one did not; see `tests/node/lib/scenarios.mjs`. [`arena`] is the application that today's clients
//! talk to, [`playground`] the one for those of Socket.IO 2.
//!
//! All of them are ignored unless asked for, as they need packages from npm and PyPI: `cargo xtask test --only clients` installs
//! those.

mod arena;
#[path = "../../examples/chat.rs"]
#[allow(dead_code)]
mod chat;
mod driver;
#[path = "../../examples/echo.rs"]
#[allow(dead_code)]
mod echo;
mod engine_io;
mod examples;
#[allow(unreachable_pub, reason = "the file belongs to the crate `tests`, which needs the whole game to build")]
#[path = "../../../../tests/src/node.rs"]
mod node;
mod playground;
mod python;
mod socket_io;
mod socket_io_2;
