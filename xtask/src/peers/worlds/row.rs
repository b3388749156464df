//! What is served to whom: the rows of the comparison.

use std::fmt;

use super::super::size::Size;

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// As the servers' flag has it.
    pub(super) world: &'static str,
    pub(super) rooms: usize,
    /// Clients of each room.
    pub(super) clients: usize,
    /// In worlds with fog: each client has a view of its own.
    pub(super) own: bool,
    /// Positions are dead-reckoned, which Colyseus can't do.
    pub(super) reckoned: bool,
}

impl Row {
    const fn new(world: &'static str, rooms: usize, clients: usize) -> Self {
        Self { world, rooms, clients, own: false, reckoned: false }
    }

    const fn own(self) -> Self {
        Self { own: true, ..self }
    }

    /// So many rooms of W3.
    pub(super) const fn small_rooms(rooms: usize) -> Self {
        Self::new("W3", rooms, 4)
    }

    /// The same with dead reckoning.
    pub(super) const fn reckoned(self) -> Self {
        Self { reckoned: true, ..self }
    }

    /// All clients.
    pub(super) const fn everybody(&self) -> usize {
        self.rooms * self.clients
    }

    /// The flags of the servers.
    pub(super) fn flags(&self) -> Vec<String> {
        let views = if self.own { "own" } else { "shared" };
        let mut flags = ["--world", self.world, "--views", views, "--clients", &self.clients.to_string()]
            .map(str::to_owned)
            .to_vec();
        if self.reckoned {
            flags.push("--reckoned".to_owned());
        }
        flags
    }

    /// Short name, in figures: `8xW2-32-own`.
    pub(super) fn name(&self) -> String {
        let views = if self.own { "-own" } else { "" };
        let reckoned = if self.reckoned { "-reckoned" } else { "" };
        format!("{}x{}-{}{views}{reckoned}", self.rooms, self.world, self.clients)
    }

    /// Seconds of a measurement. The rows that targets look at are measured longer.
    pub(super) const fn seconds(&self, size: Size) -> f64 {
        match size {
            Size::Quick => 1.0,
            Size::Usual | Size::Full if self.rooms == 8 => 5.0,
            Size::Usual | Size::Full => 3.5,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rooms = if self.rooms == 1 { "1 room".to_owned() } else { format!("{} rooms", self.rooms) };
        write!(f, "{}, {rooms} of {}", self.world, self.clients)?;
        match (self.world, self.own) {
            ("W2", true) => write!(f, ", a view for each client"),
            ("W2", false) => write!(f, ", a view for each team"),
            _ => Ok(()),
        }
    }
}

/// The rows that targets look at.
pub(super) const W1: Row = Row::new("W1", 8, 32);
pub(super) const W2_OWN: Row = Row::new("W2", 8, 32).own();
pub(super) const W2_SHARED: Row = Row::new("W2", 8, 32);
pub(super) const W3: Row = Row::small_rooms(100);

/// All rows, in the order of their turns.
pub(super) const ROWS: [Row; 13] = [
    Row::new("W1", 1, 8),
    Row::new("W1", 1, 32),
    Row::new("W1", 1, 100),
    Row::new("W2", 1, 8).own(),
    Row::new("W2", 1, 32).own(),
    Row::new("W2", 1, 8),
    Row::new("W2", 1, 32),
    W1,
    W2_OWN,
    W2_SHARED,
    Row::small_rooms(10),
    Row::small_rooms(50),
    W3,
];
