//! One computer player. Owns the order of a thought and its pace; the parts of the game are thought about beside it.

use messages::session::Start;
use messages::{Action, EventKind, Reject};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wire::Mirror;

use super::army::Army;
use super::battle;
use super::builder::Builder;
use super::context::Now;
use super::economy::{Economy, Job};
use super::memory::Memory;
use super::orders::{Note, Orders};
use super::sight::Sight;
use super::skill::{Skill, Traits};
use super::terrain::{Field, Terrain};

/// A computer player: looks at a mirror, says what to do. The same start, seed, skill and frames give the same actions.
///
/// Its actions are to be numbered one by one from `start.applied + 1`, in the order given: receipts are understood by
/// these numbers.
#[derive(Clone, Debug)]
pub struct Brain {
    start: Start,
    traits: Traits,
    rng: ChaCha8Rng,
    terrain: Terrain,
    /// Walking distances to the first keep; `None` until the first view.
    home: Option<Field>,
    sight: Sight,
    memory: Memory,
    orders: Orders,
    economy: Economy,
    builder: Builder,
    army: Army,
    next_thought: u32,
    /// Longest silence in ticks before a harmless order is given; 0 for no such thing.
    pace: u32,
    pulled: u32,
}

impl Brain {
    /// A player for the seat that `start` names.
    #[must_use]
    pub fn new(start: &Start, seed: u64, skill: Skill) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let traits = skill.traits();
        let wave = traits.wave + rng.random_range(0..5);
        Self {
            terrain: Terrain::new(&start.map),
            orders: Orders::new(start.applied),
            next_thought: rng.random_range(0..traits.interval),
            start: start.clone(),
            traits,
            rng,
            home: None,
            sight: Sight::default(),
            memory: Memory::default(),
            economy: Economy::default(),
            builder: Builder::default(),
            army: Army::new(wave),
            pace: 0,
            pulled: 0,
        }
    }

    /// The same player, who repeats an order when it has said nothing for `ticks`: for measuring.
    #[must_use]
    pub const fn with_pace(mut self, ticks: u32) -> Self {
        self.pace = ticks;
        self
    }

    /// Looks at the newest frame and appends what to do now, often nothing. Call after every applied frame: receipts and
    /// events of a frame that is not shown are lost on the player.
    pub fn think(&mut self, mirror: &Mirror, out: &mut Vec<Action>) {
        let Some(tick) = mirror.tick().map(|tick| tick.0) else { return };
        self.hear(mirror, tick);
        self.orders.tick(tick);
        if tick < self.next_thought {
            return;
        }
        self.next_thought = tick + self.traits.interval + self.rng.random_range(0..2);
        self.sight.look(mirror, tick, &self.start);
        if self.home.is_none() {
            self.memory.begin(&self.sight, &self.terrain, self.start.seats.len());
            self.home = Some(self.terrain.field(self.memory.home.tile()));
        }
        self.memory.update(&self.sight, &self.terrain);
        self.decide(out);
    }

    /// Receipts and events of this frame.
    fn hear(&mut self, mirror: &Mirror, tick: u32) {
        let Self { orders, economy, builder, memory, .. } = self;
        orders.settle(mirror, |note, reason| match note {
            Note::Build(corner) => {
                // Whatever else was wrong will be right or wrong again at the next try.
                builder.refuse(corner, matches!(reason, Some(Reject::Blocked | Reject::OffMap)), tick);
                economy.abandon(corner);
            }
            Note::Work(worker) => economy.dismiss(worker),
            Note::Train(_) | Note::None => {}
        });
        for event in &mirror.last().events {
            if EventKind::from_wire(event.kind) == Some(EventKind::Defeated)
                && let Some(team) = event.args().first().and_then(|team| u8::try_from(*team).ok())
            {
                memory.defeated(team);
            }
        }
    }

    fn decide(&mut self, out: &mut Vec<Action>) {
        let Self { sight, memory, terrain, orders, economy, builder, army, rng, .. } = self;
        let Some(home) = &self.home else { return };
        let now = Now { sight, memory, terrain, home, traits: self.traits };
        let threat = battle::threat(sight);
        let threatened = threat.is_some_and(|threat| threat.fighters > 0);
        if let Some(threat) = threat.filter(|threat| threat.fighters > 0) {
            // Few intruders and nobody else to stop them: workers take up what they have.
            let alone = sight.fighters.len() < threat.fighters;
            if alone && threat.fighters <= 3 && sight.tick > self.pulled + 100 {
                let units = economy.nearest(threat.at, threat.fighters * 4, sight);
                let action = Action::Attack { units: units.clone(), target: threat.id };
                if !units.is_empty() && orders.give(out, action, Note::None) {
                    economy.assign(&units, Job::Fight, sight.tick);
                    self.pulled = sight.tick;
                }
            }
        }
        army.think(&now, threat, orders, out);
        builder.think(&now, threatened, economy, (orders, rng), out);
        economy.think(sight, memory, orders, out);
        if self.pace > 0 && sight.tick >= orders.last_given + self.pace {
            fidget(sight, orders, rng, out);
        }
    }
}

/// Moves the rally point of a keep by a little: an order without consequence.
fn fidget(sight: &Sight, orders: &mut Orders, rng: &mut ChaCha8Rng, out: &mut Vec<Action>) {
    if let Some(keep) = sight.keeps.first() {
        let (dx, dy) = (rng.random_range(-64..64), rng.random_range(0..64));
        let south = keep.kind.stats().size * 128 + 200;
        let action = Action::Rally { building: keep.id, x: keep.at.x + dx, y: keep.at.y + south + dy };
        orders.give(out, action, Note::None);
    }
}
