//! Actions on their way: numbering, what they cost until the server has decided, refusals, and the pace.
//! Decides nothing about what to do.

use std::collections::VecDeque;

use messages::{Action, Reject};
use wire::Mirror;

use super::terrain::Tile;

/// Ticks of silence that one action costs: at most ten actions a second in the long run.
const PRICE: u32 = 2;
/// Most actions after a long silence.
const BURST: u32 = 6;

/// What has to be undone if an action is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Note {
    /// Nothing: the state shows whether it worked, and it will be tried again.
    None,
    /// A building was to be laid out with this corner.
    Build(Tile),
    /// These workers were sent to gather or help; the first one stands for all.
    Work(u32),
    /// A unit was to be trained in this building.
    Train(u32),
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    seq: u32,
    note: Note,
    ore: i32,
    supply: i32,
}

/// The actions that were sent and not decided yet.
#[derive(Clone, Debug)]
pub(crate) struct Orders {
    /// Number of the next action.
    next: u32,
    sent: VecDeque<Sent>,
    /// Ticks of silence saved up.
    saved: u32,
    last_tick: u32,
    /// When the last action was given.
    pub(crate) last_given: u32,
}

impl Orders {
    /// `applied`: the last action number the seat has used.
    pub(crate) const fn new(applied: u32) -> Self {
        Self { next: applied + 1, sent: VecDeque::new(), saved: PRICE * BURST, last_tick: 0, last_given: 0 }
    }

    /// Takes in the receipts of the newest frame; `refused` hears of every refusal.
    pub(crate) fn settle(&mut self, mirror: &Mirror, mut refused: impl FnMut(Note, Option<Reject>)) {
        for receipt in &mirror.last().receipts {
            let Some(place) = self.sent.iter().position(|sent| sent.seq == receipt.seq.0) else { continue };
            if let Some(sent) = self.sent.remove(place)
                && receipt.code != 0
            {
                refused(sent.note, Reject::from_code(receipt.code));
            }
        }
        // A number that was passed over without a receipt never ran.
        let decided = mirror.applied_seq().0;
        self.sent.retain(|sent| sent.seq > decided);
        self.next = self.next.max(decided.saturating_add(1));
    }

    /// Lets the time up to `tick` count towards the pace.
    pub(crate) fn tick(&mut self, tick: u32) {
        let passed = tick.saturating_sub(self.last_tick);
        self.saved = self.saved.saturating_add(passed).min(PRICE * BURST);
        self.last_tick = tick;
    }

    /// Whether another action may be given now.
    pub(crate) const fn may(&self) -> bool {
        self.saved >= PRICE
    }

    /// Ore promised to actions that are not decided yet.
    pub(crate) fn ore(&self) -> i32 {
        self.sent.iter().map(|sent| sent.ore).sum()
    }

    /// Supply promised likewise.
    pub(crate) fn supply(&self) -> i32 {
        self.sent.iter().map(|sent| sent.supply).sum()
    }

    /// How many units are on order in this building beyond what its queue shows.
    pub(crate) fn training(&self, building: u32) -> i32 {
        self.sent.iter().filter(|sent| sent.note == Note::Train(building)).count() as i32
    }

    /// Gives an action if the pace allows; false when it does not, and nothing has happened then.
    pub(crate) fn give(&mut self, out: &mut Vec<Action>, action: Action, note: Note) -> bool {
        if !self.may() {
            return false;
        }
        self.saved -= PRICE;
        let (ore, supply) = match &action {
            Action::Build { kind, .. } => (kind.stats().cost, 0),
            Action::Train { kind, .. } => (kind.stats().cost, kind.stats().supply),
            _ => (0, 0),
        };
        self.sent.push_back(Sent { seq: self.next, note, ore, supply });
        self.next = self.next.saturating_add(1);
        self.last_given = self.last_tick;
        out.push(action);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brain::fixture::Scene;

    #[test]
    fn refusals_come_back_with_their_note_and_promises_end_with_the_decision() {
        let mut orders = Orders::new(10);
        let mut out = Vec::new();
        let corner = Tile { x: 3, y: 4 };
        let build = Action::Build { units: vec![1], kind: messages::Kind::Keep, x: 3, y: 4 };
        assert!(orders.give(&mut out, build, Note::Build(corner)));
        assert!(orders.give(&mut out, Action::Train { building: 2, kind: messages::Kind::Worker }, Note::Train(2)));
        assert_eq!((orders.ore(), orders.supply(), orders.training(2)), (450, 1, 1));

        let mirror = Scene::new().receipt(11, Reject::Blocked.code()).mirror();
        let mut refused = Vec::new();
        orders.settle(&mirror, |note, reason| refused.push((note, reason)));
        assert_eq!(refused, [(Note::Build(corner), Some(Reject::Blocked))]);
        assert_eq!((orders.ore(), orders.supply()), (50, 1));
    }

    #[test]
    fn the_pace_holds_to_ten_actions_a_second() {
        let mut orders = Orders::new(0);
        let mut out = Vec::new();
        for tick in 0..1_000 {
            orders.tick(tick);
            while orders.give(&mut out, Action::Stop { units: vec![1] }, Note::None) {}
        }
        assert!(out.len() <= 500 + BURST as usize, "{} actions in 50 s", out.len());
        assert!(out.len() >= 490);
    }
}
