//! What a client says and counts, by who is at the other end.

use std::net::SocketAddr;

use anyhow::Result;

use super::colyseus::Colyseus;
use super::events::Events;
use super::flags::{Flags, Speaks};
use super::muster::Muster;
use super::step::{Phase, Step};
use super::window::Window;
use crate::frames::Frame;

/// A client's part in it.
#[derive(Debug)]
pub(super) enum Role {
    Events(Events),
    Muster(Muster),
    Colyseus(Colyseus),
}

impl Role {
    /// The part of the client of this number.
    pub(super) fn new(flags: &Flags, index: usize) -> Self {
        let room = index.checked_div(flags.room_size).unwrap_or(0);
        match flags.speaks {
            Speaks::Events => Self::Events(Events::new(flags.parser)),
            Speaks::Muster => Self::Muster(Muster::new(room)),
            Speaks::Colyseus => Self::Colyseus(Colyseus::new(room)),
        }
    }

    /// The HTTP request that comes before the WebSocket, where there is one.
    pub(super) fn asks(&self, host: SocketAddr) -> Option<String> {
        match self {
            Self::Colyseus(it) => Some(it.asks(host)),
            Self::Events(_) | Self::Muster(_) => None,
        }
    }

    /// The body of its answer.
    ///
    /// # Errors
    /// When it is not as expected.
    pub(super) fn answered(&mut self, body: &[u8]) -> Result<()> {
        match self {
            Self::Colyseus(it) => it.answered(body),
            Self::Events(_) | Self::Muster(_) => Ok(()),
        }
    }

    /// Where the WebSocket is.
    pub(super) fn path(&self) -> &str {
        match self {
            Self::Colyseus(it) => it.path(),
            Self::Events(_) | Self::Muster(_) => "/socket.io/?EIO=4&transport=websocket",
        }
    }

    /// A WebSocket frame that came at `now`.
    ///
    /// # Errors
    /// When the server refuses.
    pub(super) fn frame(&mut self, phase: Phase, frame: Frame<'_>, now: u64, window: &mut Window) -> Result<Step> {
        match self {
            Self::Events(it) => Ok(it.frame(phase, frame, now, window)),
            Self::Muster(it) => it.frame(phase, frame, now, window),
            Self::Colyseus(it) => it.frame(phase, frame, window),
        }
    }
}
