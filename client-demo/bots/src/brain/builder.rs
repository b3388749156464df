//! What is built and trained, and in which order ore is spent. Owns the plans for buildings that do not stand yet.

use messages::{Action, Kind, rules};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::context::Now;
use super::economy::{Economy, FORGET, Job, builders};
use super::orders::{Note, Orders};
use super::sight::Thing;
use super::spot::Spots;
use super::terrain::{Point, Tile};

/// A building that was ordered and is not in view yet.
#[derive(Clone, Copy, Debug)]
struct Plan {
    kind: Kind,
    corner: Tile,
    since: u32,
}

/// The plans.
#[derive(Clone, Debug, Default)]
pub(crate) struct Builder {
    plans: Vec<Plan>,
    spots: Spots,
    /// No ground was found lately; not searched again before this tick.
    rest: u32,
    /// Where a worker was sent to bring the ground into view, and when.
    pioneer: Option<(Point, u32)>,
}

impl Builder {
    /// A building was refused; `blocked` when its place was at fault.
    pub(crate) fn refuse(&mut self, corner: Tile, blocked: bool, tick: u32) {
        self.plans.retain(|plan| plan.corner != corner);
        if blocked {
            self.spots.refuse(corner, tick);
            self.rest = tick + 20;
        }
    }

    /// Spends ore. `threatened`: enemies are at home, so fighters come first.
    pub(crate) fn think(
        &mut self,
        now: &Now<'_>,
        threatened: bool,
        economy: &mut Economy,
        (orders, rng): (&mut Orders, &mut ChaCha8Rng),
        out: &mut Vec<Action>,
    ) {
        let sight = now.sight;
        let begun = |plan: &Plan| sight.own_buildings().any(|building| building.corner() == plan.corner);
        self.plans.retain(|plan| !begun(plan) && sight.tick < plan.since + FORGET);

        let want = self.wanted(now);
        let ore = sight.ore - orders.ore();
        if let Some(kind) = want.filter(|kind| !threatened && ore >= kind.stats().cost && sight.tick >= self.rest) {
            self.build(kind, now, economy, (orders, rng), out);
        }
        // What is saved for the next building is not spent on units, unless there is a fight at home.
        let saved = if threatened { 0 } else { want.map_or(0, |kind| kind.stats().cost) };
        train_workers(now, saved, orders, out);
        train_fighters(now, saved, orders, out);
    }

    fn count(&self, kind: Kind, now: &Now<'_>) -> (usize, usize) {
        let standing = now.sight.own_buildings().filter(|thing| thing.kind == kind && !thing.unfinished).count();
        let sites = now.sight.sites.iter().filter(|thing| thing.kind == kind).count();
        (standing, sites + self.plans.iter().filter(|plan| plan.kind == kind).count())
    }

    /// The building that is needed most, if any is.
    fn wanted(&self, now: &Now<'_>) -> Option<Kind> {
        let (sight, traits) = (now.sight, now.traits);
        let (keeps, keeps_coming) = self.count(Kind::Keep, now);
        let (barracks, barracks_coming) = self.count(Kind::Barracks, now);
        if keeps + keeps_coming == 0 {
            return Some(Kind::Keep);
        }
        let workers = sight.workers.len();
        if workers >= 8 && barracks + barracks_coming == 0 {
            return Some(Kind::Barracks);
        }
        let cap = sight.cap + keeps_coming as i32 * Kind::Keep.stats().provides;
        let short = sight.supply + 4 + 3 * barracks as i32 >= cap;
        let may_grow = cap < rules::SUPPLY_LIMIT && workers >= 10;
        let dry = keeps_coming == 0 && dry(now) && self.expansion(now).is_some();
        if may_grow && (short && (keeps_coming == 0 || sight.ore >= 700) || dry) {
            return Some(Kind::Keep);
        }
        let due = match workers {
            0..8 => 0,
            8..12 => 1,
            12..15 => 2,
            _ => 2 + keeps.saturating_sub(1),
        };
        let rich = usize::from(sight.ore > 450);
        let enough = (due + rich).min(traits.barracks);
        (barracks_coming == 0 && barracks < enough && !short).then_some(Kind::Barracks)
    }

    fn build(
        &mut self,
        kind: Kind,
        now: &Now<'_>,
        economy: &mut Economy,
        (orders, rng): (&mut Orders, &mut ChaCha8Rng),
        out: &mut Vec<Action>,
    ) {
        if !orders.may() {
            return;
        }
        let taken: Vec<Tile> = self.plans.iter().map(|plan| plan.corner).collect();
        let jitter = rng.random_range(0..64);
        let centre = now.sight.keeps.first().map_or(now.memory.home, |keep| keep.at);
        let expansion = if kind == Kind::Keep { self.expansion(now) } else { None };
        let at_ore = expansion.and_then(|place| self.spots.find(kind, (place, 5), &taken, jitter, now));
        if at_ore.is_none()
            && let Some(place) = expansion
            && self.pioneers(place, now, economy, orders, out)
        {
            return;
        }
        let near_home = || self.spots.find(kind, (centre, 7), &taken, jitter, now);
        let near = |keep: &Thing| self.spots.find(kind, (keep.at, 8), &taken, jitter, now);
        let anywhere = || now.sight.keeps.iter().find_map(near);
        let Some(corner) = at_ore.or_else(near_home).or_else(anywhere) else {
            self.rest = now.sight.tick + 100;
            return;
        };
        let units = economy.nearest(corner.centre(), builders(kind, now.sight.workers.len()), now.sight);
        if units.is_empty() {
            return;
        }
        let action = Action::Build { units: units.clone(), kind, x: corner.x, y: corner.y };
        if orders.give(out, action, Note::Build(corner)) {
            economy.assign(&units, Job::Build(corner), now.sight.tick);
            self.plans.push(Plan { kind, corner, since: now.sight.tick });
        }
    }

    /// Sends a worker ahead to where the next keep is to stand. False when one had its time and found no ground.
    fn pioneers(
        &mut self,
        place: Point,
        now: &Now<'_>,
        economy: &mut Economy,
        orders: &mut Orders,
        out: &mut Vec<Action>,
    ) -> bool {
        let tick = now.sight.tick;
        if let Some((at, since)) = self.pioneer.filter(|(at, _)| *at == place) {
            let arrived = now.sight.workers.iter().any(|worker| worker.at.within(at, 4));
            return !arrived && tick < since + FORGET;
        }
        let units = economy.nearest(place, 1, now.sight);
        if !units.is_empty() {
            let action = Action::Move { units: units.clone(), x: place.x, y: place.y, attack: false };
            if orders.give(out, action, Note::None) {
                economy.assign(&units, Job::Pioneer, tick);
                self.pioneer = Some((place, tick));
            }
        }
        true
    }

    /// A known deposit on our side of the map that no keep serves, the nearest one on foot.
    fn expansion(&self, now: &Now<'_>) -> Option<Point> {
        let (sight, memory) = (now.sight, now.memory);
        let served = |at: Point| {
            let planned = self.plans.iter().any(|plan| plan.kind == Kind::Keep && plan.corner.centre().within(at, 11));
            planned || sight.own_buildings().any(|thing| thing.kind == Kind::Keep && thing.at.within(at, 11))
        };
        let risky = |at: Point| !memory.is_ours(at) || sight.foes.iter().any(|foe| foe.at.within(at, 10));
        let places = memory.deposits.iter().filter(|deposit| deposit.amount > 300).map(|deposit| deposit.at);
        let good = places.filter(|at| !served(*at) && !risky(*at));
        let walk = |at: Point| Some((now.home.steps(now.terrain.nearest_open(at.tile())?)?, at));
        good.filter_map(walk).min().map(|(_, at)| at)
    }
}

/// Whether the deposits near own keeps will be empty within a minute or two.
fn dry(now: &Now<'_>) -> bool {
    let near = |at: Point| now.sight.keeps.iter().any(|keep| keep.at.within(at, 11));
    let left: i32 = now.memory.deposits.iter().filter(|deposit| near(deposit.at)).map(|deposit| deposit.amount).sum();
    left < 80 * now.sight.workers.len() as i32
}

fn train_workers(now: &Now<'_>, saved: i32, orders: &mut Orders, out: &mut Vec<Action>) {
    let (sight, traits) = (now.sight, now.traits);
    let keeps = sight.keeps.len();
    let wanted = (traits.workers + traits.more_workers * keeps.saturating_sub(1)).min(30);
    let coming: i32 = sight.keeps.iter().map(|keep| keep.waiting + orders.training(keep.id)).sum();
    let mut missing = wanted as i32 - sight.workers.len() as i32 - coming;
    // A dozen workers come before anything is saved.
    let saved = if sight.workers.len() < 9 { 0 } else { saved };
    for keep in &sight.keeps {
        if missing > 0
            && keep.waiting + orders.training(keep.id) < 2
            && train(now, keep.id, Kind::Worker, saved, orders, out)
        {
            missing -= 1;
        }
    }
}

fn train_fighters(now: &Now<'_>, saved: i32, orders: &mut Orders, out: &mut Vec<Action>) {
    let sight = now.sight;
    let bows = sight.fighters.iter().filter(|fighter| fighter.kind == Kind::Bow).count() as u32;
    let all = sight.fighters.len() as u32;
    let share = bow_share(now.memory.foe_spears, now.memory.foe_bows);
    for (place, barracks) in sight.barracks.iter().enumerate() {
        // Every second barracks leans to the other kind, so that what is in training alternates.
        let lean = if place % 2 == 0 { 120 } else { 0 };
        let kind = if bows * 1_000 + lean * all < share * (all + 1) { Kind::Bow } else { Kind::Spear };
        if barracks.waiting + orders.training(barracks.id) < 2 {
            train(now, barracks.id, kind, saved, orders, out);
        }
    }
}

/// Per mille of bows that answers these enemies: bows beat spears, spears beat bows.
fn bow_share(spears: u32, bows: u32) -> u32 {
    (500 * spears).checked_div(spears + bows).map_or(450, |share| 250 + share)
}

fn train(now: &Now<'_>, building: u32, kind: Kind, saved: i32, orders: &mut Orders, out: &mut Vec<Action>) -> bool {
    let (sight, stats) = (now.sight, kind.stats());
    let room = sight.cap - sight.supply - orders.supply() >= stats.supply;
    let paid = sight.ore - orders.ore() - saved >= stats.cost;
    room && paid && orders.give(out, Action::Train { building, kind }, Note::Train(building))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_enemy_spears_call_for_more_bows() {
        assert!(bow_share(640, 64) > bow_share(320, 320));
        assert!(bow_share(64, 640) < bow_share(320, 320));
    }
}
