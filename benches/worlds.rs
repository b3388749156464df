//! The scripted worlds: deterministic rules that take no input, so that the same state can be synchronized by unlike
//! servers and compared byte by byte. Rules alone; who shows them to clients is elsewhere.
//!
//! Everything is drawn from one generator: `s = s * 1664525 + 1013904223` modulo 2^32, and a number below `n` is
//! `(s >> 8) % n`.

/// Most teams of a world.
pub const TEAMS: usize = 4;
/// Farthest that an entity gets from the origin in each direction.
pub const EDGE: i32 = 10_000;

/// What one world is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Entities, fixed for all time.
    pub entities: usize,
    /// How many in a hundred of them are moving at each tick.
    pub moving_percent: usize,
    /// Four teams with fog, each seeing about half of the entities; otherwise everyone sees all.
    pub fog: bool,
    /// Tells rooms of one plan apart.
    pub room: u32,
}

/// W1: one room where 1,000 entities are seen by all. Played with 8, 32 or 100 clients.
pub const W1: Plan = Plan { entities: 1_000, moving_percent: 20, fog: false, room: 0 };
/// W2: the same with four teams and fog. Played with 8 or 32 clients.
pub const W2: Plan = Plan { fog: true, ..W1 };
/// W3: one of many small rooms of four clients.
pub const W3: Plan = Plan { entities: 150, moving_percent: 30, fog: false, room: 0 };
/// Much to tell at once: 4,000 entities, all of them moving. For clients that fall behind.
pub const CROWD: Plan = Plan { entities: 4_000, moving_percent: 100, fog: false, room: 0 };

/// State hash of a plan's room 0 after so many ticks: a port of the rules to another language must find the same.
pub const CHECKED_AT: u32 = 100;
/// [`Script::checksum`] of [`W1`], [`W2`], [`W3`] and [`CROWD`] after [`CHECKED_AT`] ticks.
pub const CHECKSUMS: [(Plan, u32); 4] = [(W1, 0x559e_090e), (W2, 0xdae8_a447), (W3, 0xa010_e34f), (CROWD, 0x9baf_d70a)];

impl Plan {
    /// The same plan in another room.
    #[must_use]
    pub const fn room(self, room: u32) -> Self {
        Self { room, ..self }
    }

    /// Teams that see unlike things: 1 without fog.
    #[must_use]
    pub const fn teams(&self) -> usize {
        if self.fog { TEAMS } else { 1 }
    }
}

/// One entity's state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Thing {
    /// From -[`EDGE`] to [`EDGE`].
    pub x: i32,
    /// From -[`EDGE`] to [`EDGE`].
    pub y: i32,
    /// 0 to 255.
    pub hp: i32,
    /// 0 to 3; never changes.
    pub state: i32,
}

/// An entity on its way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Walk {
    /// Which.
    pub entity: usize,
    /// Its next step; turned round at the edge.
    pub dx: i32,
    /// Its next step; turned round at the edge.
    pub dy: i32,
    left: u32,
}

/// A world and its generator.
#[derive(Clone, Debug)]
pub struct Script {
    plan: Plan,
    seed: u32,
    /// Ticks so far.
    pub ticks: u32,
    /// All entities.
    pub things: Vec<Thing>,
    /// Those that move in the coming tick.
    pub walks: Vec<Walk>,
    /// Entities that changed their place in the newest tick, some perhaps freed since. Each at most once.
    pub moved: Vec<usize>,
    /// Entities that changed their hp in the newest tick. Perhaps twice.
    pub hurt: Vec<usize>,
    /// Teams and the entities that they began or ceased to see in the newest tick.
    pub toggles: Vec<(usize, usize)>,
    moving: Vec<bool>,
    visible: Vec<Vec<bool>>,
    /// The round of toggling that last toggled an entity; rounds count up over teams and ticks.
    toggled: Vec<u32>,
    round: u32,
}

impl Script {
    /// The world before its first tick.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let mut script = Self {
            plan,
            seed: 12_345u32.wrapping_add(plan.room.wrapping_mul(7_919)),
            ticks: 0,
            things: Vec::with_capacity(plan.entities),
            walks: Vec::new(),
            moved: Vec::new(),
            hurt: Vec::new(),
            toggles: Vec::new(),
            moving: vec![false; plan.entities],
            visible: Vec::new(),
            toggled: vec![0; plan.entities],
            round: 0,
        };
        for _ in 0..plan.entities {
            let (x, y) = (script.draw(20_001) - EDGE, script.draw(20_001) - EDGE);
            let (hp, state) = (script.draw(256), script.draw(4));
            script.things.push(Thing { x, y, hp, state });
        }
        for _ in 0..plan.entities * plan.moving_percent / 100 {
            let walk = script.pick();
            script.walks.push(walk);
        }
        if plan.fog {
            script.visible = (0..TEAMS).map(|_| (0..plan.entities).map(|_| script.draw(2) == 1).collect()).collect();
        }
        script
    }

    /// What it was made from.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Which entities a team sees, one by one; `None` without fog.
    #[must_use]
    pub fn seen(&self, team: usize) -> Option<&[bool]> {
        self.visible.get(team).map(Vec::as_slice)
    }

    /// One tick.
    pub fn step(&mut self) {
        self.ticks += 1;
        self.moved.clear();
        self.hurt.clear();
        self.toggles.clear();
        for place in 0..self.walks.len() {
            let mut walk = self.walks[place];
            let thing = &mut self.things[walk.entity];
            thing.x = bounce(thing.x, &mut walk.dx);
            thing.y = bounce(thing.y, &mut walk.dy);
            self.moved.push(walk.entity);
            walk.left -= 1;
            self.walks[place] = walk;
            if walk.left == 0 {
                self.moving[walk.entity] = false;
                self.walks[place] = self.pick();
            }
        }
        for _ in 0..self.plan.entities * 2 / 100 {
            let entity = self.draw(self.plan.entities) as usize;
            let more = 1 + self.draw(20);
            let hp = &mut self.things[entity].hp;
            *hp = (*hp + more) & 255;
            self.hurt.push(entity);
        }
        for team in 0..self.visible.len() {
            self.round += 1;
            for _ in 0..self.plan.entities / 100 {
                let entity = self.draw(self.plan.entities) as usize;
                if std::mem::replace(&mut self.toggled[entity], self.round) != self.round {
                    self.visible[team][entity] ^= true;
                    self.toggles.push((team, entity));
                }
            }
        }
    }

    /// Compares the checksum where one is known of this moment.
    ///
    /// # Panics
    /// When it is another than in all ports of the rules: what is measured then is no scripted world.
    pub fn check(&self) {
        if self.ticks != CHECKED_AT {
            return;
        }
        if let Some((plan, checksum)) = CHECKSUMS.iter().find(|(plan, _)| *plan == self.plan) {
            let found = self.checksum();
            assert!(found == *checksum, "{plan:?}: {found:08x} instead of {checksum:08x}");
        }
    }

    /// FNV-1a, 32 bits, over each entity's x and y as little-endian `i16`, hp and state as bytes.
    #[must_use]
    pub fn checksum(&self) -> u32 {
        let mut hash = 0x811c_9dc5u32;
        for thing in &self.things {
            let [x, y] = [thing.x, thing.y].map(|value| (value as i16).to_le_bytes());
            for byte in [x[0], x[1], y[0], y[1], thing.hp as u8, thing.state as u8] {
                hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        }
        hash
    }

    fn draw(&mut self, below: usize) -> i32 {
        self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((self.seed >> 8) % below as u32) as i32
    }

    /// Sends an entity off that is not moving yet.
    fn pick(&mut self) -> Walk {
        let mut entity = self.draw(self.plan.entities) as usize;
        while self.moving[entity] {
            entity = self.draw(self.plan.entities) as usize;
        }
        self.moving[entity] = true;
        let mut component = || {
            let step = 1 + self.draw(3);
            if self.draw(2) == 1 { -step } else { step }
        };
        let (dx, dy) = (component(), component());
        Walk { entity, dx, dy, left: 15 + self.draw(21) as u32 }
    }
}

/// The next place; the step turns round where it would lead beyond the edge.
fn bounce(from: i32, step: &mut i32) -> i32 {
    if (from + *step).abs() > EDGE {
        *step = -*step;
    }
    from + *step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_is_what_every_port_of_its_rules_finds() {
        for (plan, _) in CHECKSUMS {
            let mut script = Script::new(plan);
            (0..CHECKED_AT).for_each(|_| script.step());
            script.check();
        }
    }

    #[test]
    #[should_panic(expected = "559e090e")]
    fn a_world_that_went_another_way_is_found_out() {
        let mut script = Script::new(W1);
        script.things[7].hp ^= 1;
        (0..CHECKED_AT).for_each(|_| script.step());
        script.check();
    }
}
