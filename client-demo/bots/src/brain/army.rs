//! Fighters: where they gather, when they attack, what they attack, when they turn back. Owns the strike group.

use std::collections::BTreeSet;

use messages::action::MAX_UNITS;
use messages::schema::Doing;
use messages::{Action, rules};

use super::battle::{self, Threat};
use super::context::Now;
use super::memory::ONE;
use super::orders::{Note, Orders};
use super::scout::Scout;
use super::sight::{Thing, find};
use super::terrain::{Field, Point, Terrain, Tile};

/// Length of one leg of a march, in steps: the group gathers again after each.
const LEG: u16 = 14;
/// Ticks between two orders of the same kind to the same group.
const REPEAT: u32 = 60;
/// Ticks after which a march goes on without its stragglers.
const LEG_TICKS: u32 = 260;
/// Match time from which no group turns back any more, so that every match ends: 9 minutes.
const LAST_STAND: u32 = 9 * 60 * 20;

/// What the strike group does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Stance {
    /// There is none yet; fighters gather at home.
    #[default]
    Muster,
    /// On the way to the target, or fighting.
    March,
    /// On the way home.
    Retreat,
}

/// All fighters but the scout.
#[derive(Clone, Debug)]
pub(crate) struct Army {
    strike: BTreeSet<u32>,
    stance: Stance,
    target: Point,
    /// Walking distances to the target.
    field: Option<Field>,
    leg: Point,
    leg_since: u32,
    ordered: u32,
    /// Fighters at home get no new order before this tick.
    home_rest: u32,
    focus: Option<u32>,
    focused: u32,
    /// Fighters wanted for the next attack.
    pub(crate) wave: usize,
    /// Where fighters gather.
    rally: Point,
    rallied: Vec<(u32, Point)>,
    scout: Scout,
    home: Vec<Thing>,
    group: Vec<Thing>,
}

impl Army {
    pub(crate) fn new(wave: usize) -> Self {
        Self {
            strike: BTreeSet::new(),
            stance: Stance::Muster,
            target: Point::default(),
            field: None,
            leg: Point::default(),
            leg_since: 0,
            ordered: 0,
            home_rest: 0,
            focus: None,
            focused: 0,
            wave,
            rally: Point::default(),
            rallied: Vec::new(),
            scout: Scout::default(),
            home: Vec::new(),
            group: Vec::new(),
        }
    }

    /// Gives the fighters their orders.
    pub(crate) fn think(&mut self, now: &Now<'_>, threat: Option<Threat>, orders: &mut Orders, out: &mut Vec<Action>) {
        let sight = now.sight;
        self.strike.retain(|id| find(&sight.fighters, *id).is_some());
        let (mut home, mut group) = (std::mem::take(&mut self.home), std::mem::take(&mut self.group));
        home.clear();
        group.clear();
        for fighter in sight.fighters.iter().filter(|fighter| !self.scout.is(fighter.id)) {
            if self.strike.contains(&fighter.id) { group.push(*fighter) } else { home.push(*fighter) }
        }
        self.choose_rally(now);
        match threat {
            Some(threat) => self.defend(now, threat, &home, &group, orders, out),
            None => self.gather(now, &home, orders, out),
        }
        match self.stance {
            Stance::Muster if threat.is_none() => self.muster(now, &home),
            Stance::Muster => {}
            Stance::March => self.march(now, threat.is_some(), &home, &group, orders, out),
            Stance::Retreat => self.retreat(now, &group, orders, out),
        }
        if threat.is_none() && home.len() >= 2 || self.scout.is_out() {
            self.scout.think(now, &home, orders, out);
        }
        self.rally_barracks(now, orders, out);
        (self.home, self.group) = (home, group);
    }

    /// In front of home, on the way to where the next attack will go.
    fn choose_rally(&mut self, now: &Now<'_>) {
        if self.rally != Point::default() && !now.sight.tick.is_multiple_of(64) {
            return;
        }
        let towards = choose_target(now, now.memory.home);
        let tile = now.terrain.walk_back(now.home, towards.tile(), 9);
        self.rally = tile.map_or(now.memory.home, Tile::centre);
    }

    fn rally_barracks(&mut self, now: &Now<'_>, orders: &mut Orders, out: &mut Vec<Action>) {
        for barracks in &now.sight.barracks {
            let known = self.rallied.iter_mut().find(|(id, _)| *id == barracks.id);
            if known.as_ref().is_some_and(|(_, at)| at.within(self.rally, 6)) {
                continue;
            }
            let action = Action::Rally { building: barracks.id, x: self.rally.x, y: self.rally.y };
            if orders.give(out, action, Note::None) {
                match known {
                    Some(known) => known.1 = self.rally,
                    None => self.rallied.push((barracks.id, self.rally)),
                }
            }
        }
    }

    fn defend(
        &mut self,
        now: &Now<'_>,
        threat: Threat,
        home: &[Thing],
        group: &[Thing],
        orders: &mut Orders,
        out: &mut Vec<Action>,
    ) {
        let sight = now.sight;
        let near = battle::middle(group.iter()).is_some_and(|at| at.within(threat.at, 24));
        let overwhelmed = threat.fighters > home.len() + 2 && sight.tick < LAST_STAND;
        let engaged = battle::prize(&now.memory.strongholds, self.leg, 14).is_some();
        if self.stance == Stance::March && (near || overwhelmed && !engaged) {
            self.stance = Stance::Retreat;
        }
        let recalled = if self.stance == Stance::Retreat { group } else { &[] };
        let defenders: Vec<u32> = home
            .iter()
            .chain(recalled)
            .filter(|fighter| fighter.doing != Doing::Attacking)
            .map(|fighter| fighter.id)
            .take(MAX_UNITS)
            .collect();
        if defenders.is_empty() || sight.tick < self.home_rest {
            return;
        }
        let action = if threat.fighters == 0 {
            Action::Attack { units: defenders, target: threat.id }
        } else {
            Action::Move { units: defenders, x: threat.at.x, y: threat.at.y, attack: true }
        };
        if orders.give(out, action, Note::None) {
            self.home_rest = sight.tick + REPEAT / 2;
        }
    }

    /// Calls those who stand idle elsewhere to the rally point.
    fn gather(&mut self, now: &Now<'_>, home: &[Thing], orders: &mut Orders, out: &mut Vec<Action>) {
        if now.sight.tick < self.home_rest {
            return;
        }
        let astray = |fighter: &&Thing| fighter.doing == Doing::Idle && !fighter.at.within(self.rally, 7);
        let units: Vec<u32> = home.iter().filter(astray).map(|fighter| fighter.id).take(MAX_UNITS).collect();
        if !units.is_empty()
            && orders.give(out, Action::Move { units, x: self.rally.x, y: self.rally.y, attack: true }, Note::None)
        {
            self.home_rest = now.sight.tick + REPEAT;
        }
    }

    fn muster(&mut self, now: &Now<'_>, home: &[Thing]) {
        let sight = now.sight;
        let gathered = home.iter().filter(|fighter| fighter.at.within(self.rally, 12)).count();
        let full = sight.supply + 2 >= rules::SUPPLY_LIMIT && gathered >= 20;
        let poor = sight.tick > LAST_STAND && gathered >= 6 && sight.ore < 60;
        if gathered >= self.wave || full || poor {
            self.strike = home.iter().map(|fighter| fighter.id).collect();
            self.stance = Stance::March;
            self.aim(now, self.rally);
        }
    }

    fn aim(&mut self, now: &Now<'_>, from: Point) {
        self.target = choose_target(now, from);
        self.field = Some(now.terrain.field(self.target.tile()));
        self.leg = from;
        self.leg_since = 0;
        self.ordered = 0;
        self.focus = None;
    }

    fn march(
        &mut self,
        now: &Now<'_>,
        threatened: bool,
        home: &[Thing],
        group: &[Thing],
        orders: &mut Orders,
        out: &mut Vec<Action>,
    ) {
        let (sight, memory) = (now.sight, now.memory);
        let Some(middle) = battle::middle(group.iter()) else {
            self.lose(now);
            return;
        };
        if !threatened && home.len() >= (self.wave / 2).max(5) {
            self.strike.extend(home.iter().map(|fighter| fighter.id));
            self.ordered = 0;
        }
        let foes: Vec<Thing> = battle::foes_near(sight, middle, 12).copied().collect();
        if self.outnumbered(group, &foes, sight.tick) {
            self.stance = Stance::Retreat;
            self.lose(now);
            self.ordered = 0;
            return;
        }
        if foes.len() * 3 <= group.len()
            && let Some((prize, _)) = battle::prize(&memory.strongholds, middle, 11)
        {
            self.strike_at(prize, group, sight.tick, orders, out);
            return;
        }
        let held = memory.strongholds.iter().any(|known| known.at.within(self.target, 3));
        let lair = memory.lairs.iter().any(|lair| !lair.empty && lair.at.within(self.target, 3));
        let reached = middle.within(self.target, 6) || sight.covers(self.target);
        let better = memory.strongholds.iter().any(|known| known.kind == messages::Kind::Keep);
        if !held && (!lair || better) && (reached || better || foes.is_empty() && !memory.strongholds.is_empty()) {
            self.aim(now, middle);
        }
        self.advance(middle, group, &foes, now, orders, out);
    }

    /// Sends the group on, leg by leg, and calls up whoever stands idle behind.
    fn advance(
        &mut self,
        middle: Point,
        group: &[Thing],
        foes: &[Thing],
        now: &Now<'_>,
        orders: &mut Orders,
        out: &mut Vec<Action>,
    ) {
        let tick = now.sight.tick;
        let arrived = group.iter().filter(|fighter| fighter.at.within(self.leg, 5)).count();
        let late = tick > self.leg_since + LEG_TICKS;
        let fresh = self.leg_since == 0;
        if fresh || foes.is_empty() && (arrived * 10 >= group.len() * 7 || late) {
            self.leg = next_leg(self.field.as_ref(), now.terrain, if late { middle } else { self.leg }, self.target);
            self.leg_since = tick.max(1);
            self.ordered = 0;
        }
        if tick < self.ordered + REPEAT && self.ordered != 0 || !orders.may() {
            return;
        }
        let all = self.ordered == 0;
        let behind = |fighter: &&Thing| all || fighter.doing == Doing::Idle && !fighter.at.within(self.leg, 4);
        let units: Vec<u32> = group.iter().filter(behind).map(|fighter| fighter.id).take(MAX_UNITS).collect();
        if !units.is_empty()
            && orders.give(out, Action::Move { units, x: self.leg.x, y: self.leg.y, attack: true }, Note::None)
        {
            self.ordered = tick.max(1);
        }
    }

    fn strike_at(&mut self, target: u32, group: &[Thing], tick: u32, orders: &mut Orders, out: &mut Vec<Action>) {
        let new = self.focus != Some(target);
        if !new && tick < self.focused + REPEAT {
            return;
        }
        let slack = |fighter: &&Thing| new || fighter.doing == Doing::Idle;
        let units: Vec<u32> = group.iter().filter(slack).map(|fighter| fighter.id).take(MAX_UNITS).collect();
        if units.is_empty() || orders.give(out, Action::Attack { units, target }, Note::None) {
            (self.focus, self.focused) = (Some(target), tick);
            self.ordered = 0;
        }
    }

    fn outnumbered(&self, group: &[Thing], foes: &[Thing], tick: u32) -> bool {
        let ours = battle::strength(group.iter(), battle::census(foes.iter()));
        let theirs = battle::strength(foes.iter(), battle::census(group.iter()));
        tick < LAST_STAND && theirs > 60 && ours * 5 < theirs * 3
    }

    /// The attack failed: the next one comes with more.
    fn lose(&mut self, now: &Now<'_>) {
        let met = ((now.memory.foe_spears + now.memory.foe_bows) / ONE) as usize;
        self.wave = (self.wave + 3).max(met + 2).min(if now.sight.tick < LAST_STAND { 36 } else { 24 });
        if self.stance == Stance::March {
            self.stance = Stance::Muster;
        }
    }

    fn retreat(&mut self, now: &Now<'_>, group: &[Thing], orders: &mut Orders, out: &mut Vec<Action>) {
        let away: Vec<u32> = group
            .iter()
            .filter(|fighter| !fighter.at.within(self.rally, 8))
            .map(|fighter| fighter.id)
            .take(MAX_UNITS)
            .collect();
        if away.len() * 3 <= group.len() {
            self.strike.clear();
            self.stance = Stance::Muster;
            return;
        }
        if now.sight.tick < self.ordered + 2 * REPEAT && self.ordered != 0 {
            return;
        }
        let action = Action::Move { units: away, x: self.rally.x, y: self.rally.y, attack: false };
        if orders.give(out, action, Note::None) {
            self.ordered = now.sight.tick.max(1);
        }
    }
}

/// Where to go next: known keeps, then starts not seen empty, then any known building, then unseen ground.
fn choose_target(now: &Now<'_>, from: Point) -> Point {
    let memory = now.memory;
    let keeps = memory.strongholds.iter().filter(|known| known.kind == messages::Kind::Keep).map(|known| known.at);
    let lairs = memory.lairs.iter().filter(|lair| !lair.empty).map(|lair| lair.at);
    let others = memory.strongholds.iter().map(|known| known.at);
    let nearest = |at: &Point| at.distance(from);
    keeps
        .min_by_key(nearest)
        .or_else(|| lairs.min_by_key(nearest))
        .or_else(|| others.min_by_key(nearest))
        .or_else(|| memory.stalest(from, now.terrain, now.home))
        .unwrap_or(from)
}

fn next_leg(field: Option<&Field>, terrain: &Terrain, from: Point, target: Point) -> Point {
    let walked = field.and_then(|field| {
        let tile = terrain.walk(field, from.tile(), LEG)?;
        (field.steps(tile)? > 3).then(|| tile.centre())
    });
    // Buildings stand on the target itself; the last leg ends on open ground beside it.
    walked.or_else(|| terrain.nearest_open(target.tile()).map(Tile::centre)).unwrap_or(target)
}
