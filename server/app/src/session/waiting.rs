//! The waiting room in front of a match.

use std::sync::Arc;
use std::time::Duration;

use host::{Group, QuickMatch, Ticket};
use messages::session::Lobby;
use transport::Socket;

use crate::session::plays::OpenPlay;

/// Someone who is about to play.
#[derive(Clone)]
pub(super) struct Entrant {
    pub(super) socket: Socket,
    pub(super) name: String,
    pub(super) token: String,
    /// The share of the address, which the seat takes over.
    pub(super) play: Arc<OpenPlay>,
}

/// What must be equal for players to meet: the code they gave, and the number of seats.
pub(super) type Key = (Option<String>, u8);

/// Players who will play together, in order of arrival, and the seats of their match.
pub(super) type Party = (Vec<Entrant>, usize);

/// Players who wait.
#[derive(Default)]
pub(super) struct WaitingRoom {
    room: QuickMatch<Key, Entrant>,
    len: usize,
}

impl WaitingRoom {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn next_deadline(&self) -> Option<Duration> {
        self.room.next_deadline()
    }

    /// Adds a player. The party is returned when it is complete by that.
    pub(super) fn join(
        &mut self,
        key: &Key,
        entrant: Entrant,
        now: Duration,
        wait: Duration,
    ) -> (Ticket, Option<Party>) {
        let (ticket, full) = self.room.join(key.clone(), usize::from(key.1), entrant, now, wait);
        self.len += 1;
        (ticket, full.map(|group| self.release(group)))
    }

    /// Tells everyone who waits under this key who is there.
    pub(super) fn announce(&self, key: &Key, now: Duration) {
        if let Some(group) = self.room.group(key) {
            announce(group, now);
        }
    }

    /// Takes a player out again, and tells the others.
    pub(super) fn leave(&mut self, ticket: Ticket, now: Duration) {
        let Some((_, rest)) = self.room.leave(ticket) else { return };
        if let Some(group) = rest {
            announce(group, now);
        }
        self.len -= 1;
    }

    /// The parties whose wait is over.
    pub(super) fn due(&mut self, now: Duration) -> Vec<Party> {
        self.room.due(now).into_iter().map(|group| self.release(group)).collect()
    }

    fn release(&mut self, group: Group<Key, Entrant>) -> Party {
        self.len -= group.players.len();
        (group.players.into_iter().map(|(_, entrant)| entrant).collect(), group.seats)
    }
}

/// Tells everyone in a waiting group who is there.
fn announce(group: &Group<Key, Entrant>, now: Duration) {
    let lobby = Lobby {
        names: group.players.iter().map(|(_, entrant)| entrant.name.clone()).collect(),
        seats: group.seats as u8,
        starts_in_ms: group.deadline.saturating_sub(now).as_millis() as u32,
    };
    for (_, entrant) in &group.players {
        if let Err(error) = entrant.socket.emit("lobby", &(&lobby,)) {
            tracing::debug!(socket = %entrant.socket.id(), %error, "a waiting player was not told");
        }
    }
}
