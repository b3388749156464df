//! What a client says and counts, by who is at the other end.

use std::net::SocketAddr;

use anyhow::Result;
use clap::ValueEnum;

use super::client::Phase;
use super::colyseus::Colyseus;
use super::events::Events;
use super::flags::Flags;
use super::muster::Muster;
use super::window::Window;
use crate::frames::Frame;

/// What a server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Speaks {
    /// Socket.IO events with a stamp.
    Events,
    /// Muster's frames over Socket.IO, of the worlds' rooms.
    Muster,
    /// Colyseus' patches, of the worlds' rooms.
    Colyseus,
}

/// A client's part in it.
#[derive(Debug)]
pub(super) enum Role {
    Events(Events),
    Muster(Muster),
    Colyseus(Colyseus),
}

/// What a message leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) phase: Phase,
    /// Bytes to send.
    pub(super) say: Option<Vec<u8>>,
}

impl Step {
    /// Nothing is said.
    pub(super) const fn to(phase: Phase) -> Self {
        Self { phase, say: None }
    }

    /// These bytes are sent.
    pub(super) const fn say(phase: Phase, bytes: Vec<u8>) -> Self {
        Self { phase, say: Some(bytes) }
    }
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
