//! What the behaviour tests share: a server in this process, programs written for Node, a browser.
//!
//! Holds no test. Nothing else in the workspace may import it.

pub mod browser;
pub mod node;
pub mod raw;
pub mod recording;
pub mod server;
