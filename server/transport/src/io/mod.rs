//! What stands between packets and the kernel: framing, bytes the kernel has refused, and reading WebSocket messages.

mod fragments;
mod framing;
mod outlet;
mod reader;
mod wire;

pub(crate) use framing::{Head, ws_close, ws_head, ws_run};
pub(crate) use outlet::is_short;
pub(crate) use reader::{ReadError, Reader, Received};
pub(crate) use wire::{Event, Flushed, FrameParts, Wire};
