//! The waiting room: players who want a match are put together by key until a match is full or its wait is over.
//!
//! A pure machine: time is an argument and the next deadline is data.

use std::collections::BTreeMap;
use std::time::Duration;

/// Names one waiting player.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Ticket(pub u64);

/// Players who will play together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group<K, P> {
    /// What they asked for.
    pub key: K,
    /// Seats of the match.
    pub seats: usize,
    /// Who is there, in order of arrival; at most `seats`.
    pub players: Vec<(Ticket, P)>,
    /// When the match starts with whoever is there.
    pub deadline: Duration,
}

/// The waiting room. `K` is what must be equal for players to meet, `P` what the caller keeps of a player.
#[derive(Debug)]
pub struct QuickMatch<K, P> {
    waiting: BTreeMap<K, Group<K, P>>,
    next: u64,
}

impl<K, P> Default for QuickMatch<K, P> {
    fn default() -> Self {
        Self { waiting: BTreeMap::new(), next: 0 }
    }
}

impl<K: Ord + Clone, P> QuickMatch<K, P> {
    /// Adds a player. The first of a group decides its seats and how long it waits from `now`.
    /// The group itself is returned when it is full by that.
    pub fn join(
        &mut self,
        key: K,
        seats: usize,
        player: P,
        now: Duration,
        wait: Duration,
    ) -> (Ticket, Option<Group<K, P>>) {
        self.next += 1;
        let ticket = Ticket(self.next);
        let fresh = || Group { key: key.clone(), seats: seats.max(1), players: Vec::new(), deadline: now + wait };
        let group = self.waiting.entry(key.clone()).or_insert_with(fresh);
        group.players.push((ticket, player));
        let full = group.players.len() >= group.seats;
        (ticket, if full { self.waiting.remove(&key) } else { None })
    }

    /// Takes a player out again. Returns the player and, where others still wait, their group.
    pub fn leave(&mut self, ticket: Ticket) -> Option<(P, Option<&Group<K, P>>)> {
        let holds = |group: &Group<K, P>| group.players.iter().position(|(held, _)| *held == ticket);
        let (key, place) = self.waiting.iter().find_map(|(key, group)| Some((key.clone(), holds(group)?)))?;
        let group = self.waiting.get_mut(&key)?;
        let (_, player) = group.players.remove(place);
        if group.players.is_empty() {
            self.waiting.remove(&key);
        }
        Some((player, self.waiting.get(&key)))
    }

    /// The group that waits under this key.
    #[must_use]
    pub fn group(&self, key: &K) -> Option<&Group<K, P>> {
        self.waiting.get(key)
    }

    /// The next time at which [`QuickMatch::due`] has something to give.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        self.waiting.values().map(|group| group.deadline).min()
    }

    /// Removes and returns the groups whose wait is over.
    pub fn due(&mut self, now: Duration) -> Vec<Group<K, P>> {
        self.waiting.extract_if(.., |_, group| group.deadline <= now).map(|(_, group)| group).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_full_group_starts_at_once_and_the_next_player_opens_another() {
        let mut room = QuickMatch::default();
        assert!(room.join("2", 2, "ann", Duration::ZERO, SECOND).1.is_none());
        assert!(room.join("4", 4, "cat", Duration::ZERO, SECOND).1.is_none());
        let (_, group) = room.join("2", 2, "bob", SECOND / 2, SECOND);
        let names: Vec<_> = group.expect("full").players.into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["ann", "bob"]);
        assert!(room.join("2", 2, "dan", SECOND / 2, SECOND).1.is_none());
        assert_eq!(room.next_deadline(), Some(SECOND));
    }

    #[test]
    fn a_wait_that_is_over_starts_with_whoever_is_there() {
        let mut room = QuickMatch::default();
        room.join("4", 4, "ann", Duration::ZERO, SECOND);
        room.join("4", 4, "bob", SECOND / 2, SECOND);
        assert!(room.due(SECOND - Duration::from_millis(1)).is_empty());
        assert_eq!(room.due(SECOND)[0].players.len(), 2);
        assert_eq!(room.next_deadline(), None);
    }

    #[test]
    fn whoever_leaves_is_not_waited_for() {
        let mut room = QuickMatch::default();
        let (ann, _) = room.join("2", 2, "ann", Duration::ZERO, SECOND);
        assert_eq!(room.leave(ann).map(|(player, rest)| (player, rest.is_none())), Some(("ann", true)));
        assert!(room.leave(ann).is_none());
        assert!(room.due(SECOND).is_empty());
    }
}
