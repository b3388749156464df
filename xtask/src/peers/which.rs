//! The servers that are compared: of the transport, and of the scripted worlds.

use clap::ValueEnum;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Which {
    /// The floor: frames made once and written straight from the tick.
    Bare,
    /// Muster, events.
    Muster,
    /// Muster, events that are kept for clients that may come back.
    Recovery,
    /// Muster, one event a write, also when more than one is due.
    Single,
    /// Muster, the latest-frame lane.
    Frames,
    /// Muster with an allocator that counts.
    #[value(skip)]
    Counted,
    /// socketioxide on axum.
    Oxide,
    /// socket.io on Node.
    Node,
}

impl Which {
    /// Those that a plain run measures, in the order of their turns.
    pub const USUAL: [Self; 5] = [Self::Bare, Self::Muster, Self::Recovery, Self::Oxide, Self::Node];

    /// Those that are saturated, in the order of their turns.
    pub const SATURATED: [Self; 4] = [Self::Bare, Self::Muster, Self::Single, Self::Oxide];

    /// Short name, in figures and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Muster => "muster",
            Self::Recovery => "recovery",
            Self::Single => "single",
            Self::Frames => "frames",
            Self::Counted => "counted",
            Self::Oxide => "oxide",
            Self::Node => "node",
        }
    }

    /// Name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Bare => "bare writer",
            Self::Muster => "Muster",
            Self::Recovery => "Muster, recovery on",
            Self::Single => "Muster, one event a write",
            Self::Frames => "Muster, latest frames",
            Self::Counted => "Muster, counting",
            Self::Oxide => "socketioxide",
            Self::Node => "socket.io (Node)",
        }
    }
}

/// Who synchronizes a scripted world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Muster.
    Muster,
    /// Colyseus on Node.
    Colyseus,
}

impl Side {
    /// Both, in the order of their turns.
    pub const BOTH: [Self; 2] = [Self::Muster, Self::Colyseus];

    /// Short name, in figures, files and the load client's flag.
    pub fn name(self) -> &'static str {
        match self {
            Self::Muster => "muster",
            Self::Colyseus => "colyseus",
        }
    }
}
