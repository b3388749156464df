//! Workers: who digs where, who builds. Owns their roles; what is built and trained is decided in `builder`.

use std::collections::BTreeMap;

use messages::Action;
use messages::schema::Doing;

use super::memory::Memory;
use super::orders::{Note, Orders};
use super::sight::{Sight, Thing, find};
use super::terrain::{Point, Tile};

/// Ticks an order gets before a worker that still stands counts as idle.
const PATIENCE: u32 = 30;
/// Ticks in which a building must have been begun.
pub(crate) const FORGET: u32 = 600;
/// Ticks between two rounds of moving workers to better deposits.
const REBALANCE: u32 = 160;

/// What a worker is meant to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Job {
    /// Dig the deposit at this place.
    Gather(Point),
    /// Work on the building with this corner.
    Build(Tile),
    /// Fight beside the others at home.
    Fight,
    /// Walk to where a building is to stand, since only ground in view can be built on.
    Pioneer,
}

#[derive(Clone, Copy, Debug)]
struct Role {
    job: Job,
    since: u32,
}

/// The workers' roles.
#[derive(Clone, Debug, Default)]
pub(crate) struct Economy {
    roles: BTreeMap<u32, Role>,
    rebalanced: u32,
    free: Vec<Thing>,
}

impl Economy {
    /// Gives idle workers something to do and keeps deposits evenly used.
    pub(crate) fn think(&mut self, sight: &Sight, memory: &Memory, orders: &mut Orders, out: &mut Vec<Action>) {
        // A building that never appeared leaves its builders unbound.
        let stale = |role: &Role| match role.job {
            Job::Build(corner) => {
                sight.tick > role.since + FORGET && !sight.sites.iter().any(|site| site.corner() == corner)
            }
            _ => false,
        };
        self.roles.retain(|id, role| find(&sight.workers, *id).is_some() && !stale(role));
        self.help(sight, orders, out);
        self.employ(sight, memory, orders, out);
        if sight.tick >= self.rebalanced + REBALANCE {
            self.rebalanced = sight.tick;
            self.rebalance(sight, memory, orders, out);
        }
    }

    /// Forgets an order that was refused, so that the worker counts as idle again.
    pub(crate) fn dismiss(&mut self, worker: u32) {
        self.roles.remove(&worker);
    }

    /// Forgets all who were to build at this corner.
    pub(crate) fn abandon(&mut self, corner: Tile) {
        self.roles.retain(|_, role| role.job != Job::Build(corner));
    }

    pub(crate) fn assign(&mut self, workers: &[u32], job: Job, tick: u32) {
        self.roles.extend(workers.iter().map(|id| (*id, Role { job, since: tick })));
    }

    /// The workers nearest to a place that are not building already; those with empty hands first.
    pub(crate) fn nearest(&self, place: Point, count: usize, sight: &Sight) -> Vec<u32> {
        let busy = |worker: &&Thing| !matches!(self.roles.get(&worker.id), Some(Role { job: Job::Build(_), .. }));
        let far = |worker: &Thing| worker.at.distance(place) + if worker.ore > 0 { 512 } else { 0 };
        let mut list: Vec<_> = sight.workers.iter().filter(busy).map(|worker| (far(worker), worker.id)).collect();
        list.sort_unstable();
        let mut ids: Vec<u32> = list.into_iter().take(count).map(|(_, id)| id).collect();
        ids.sort_unstable();
        ids
    }

    fn help(&mut self, sight: &Sight, orders: &mut Orders, out: &mut Vec<Action>) {
        for site in &sight.sites {
            let corner = site.corner();
            let wanted = builders(site.kind, sight.workers.len());
            let at_it = self.roles.values().filter(|role| role.job == Job::Build(corner)).count();
            if at_it >= wanted.div_ceil(2) || !orders.may() {
                continue;
            }
            let units = self.nearest(site.at, wanted - at_it, sight);
            let Some(first) = units.first().copied() else { continue };
            let action = Action::Help { units: units.clone(), target: site.id };
            if orders.give(out, action, Note::Work(first)) {
                self.assign(&units, Job::Build(corner), sight.tick);
            }
        }
    }

    fn is_free(&self, worker: &Thing, tick: u32) -> bool {
        let patience = |role: &Role| if role.job == Job::Pioneer { FORGET } else { PATIENCE };
        let waited = |role: &Role| tick >= role.since + patience(role);
        let idle = worker.doing == Doing::Idle && self.roles.get(&worker.id).is_none_or(waited);
        let done = |role: &Role| role.job == Job::Fight && tick >= role.since + 200;
        let done_fighting = self.roles.get(&worker.id).is_some_and(done);
        idle || done_fighting
    }

    /// Sends idle workers to deposits, all that go to the same one in one action.
    fn employ(&mut self, sight: &Sight, memory: &Memory, orders: &mut Orders, out: &mut Vec<Action>) {
        let mut free = std::mem::take(&mut self.free);
        free.clear();
        free.extend(sight.workers.iter().filter(|worker| self.is_free(worker, sight.tick)));
        free.iter().for_each(|worker| self.dismiss(worker.id));
        while let Some(first) = free.first().copied() {
            if !orders.may() {
                break;
            }
            let Some((place, id)) = self.best_deposit(first.at, sight, memory) else {
                self.explore(&free, sight, memory, orders, out);
                break;
            };
            let room = 5usize.saturating_sub(self.digging(place)).max(2);
            let units: Vec<u32> = free.drain(..room.min(free.len())).map(|worker| worker.id).collect();
            let action = Action::Gather { units: units.clone(), target: id };
            if orders.give(out, action, Note::Work(first.id)) {
                self.assign(&units, Job::Gather(place), sight.tick);
            }
        }
        self.free = free;
    }

    /// No deposit in view: walk to a remembered one.
    fn explore(&mut self, free: &[Thing], sight: &Sight, memory: &Memory, orders: &mut Orders, out: &mut Vec<Action>) {
        let Some(first) = free.first() else { return };
        let ours = memory.deposits.iter().filter(|deposit| memory.is_ours(deposit.at));
        let Some(deposit) = ours.min_by_key(|deposit| deposit.at.distance(first.at)) else { return };
        let units: Vec<u32> = free.iter().map(|worker| worker.id).take(messages::action::MAX_UNITS).collect();
        let action = Action::Move { units: units.clone(), x: deposit.at.x, y: deposit.at.y, attack: false };
        if orders.give(out, action, Note::Work(first.id)) {
            self.assign(&units, Job::Gather(deposit.at), sight.tick);
        }
    }

    fn digging(&self, place: Point) -> usize {
        self.roles.values().filter(|role| role.job == Job::Gather(place)).count()
    }

    /// The deposit in view that is worth most to a worker at `from`: near a keep, not crowded, not under attack.
    fn best_deposit(&self, from: Point, sight: &Sight, memory: &Memory) -> Option<(Point, u32)> {
        let worth = |deposit: &super::memory::Deposit| {
            let id = deposit.id?;
            let haul = sight.keeps.iter().map(|keep| keep.at.distance(deposit.at)).min().unwrap_or(0);
            let danger = sight.foes.iter().any(|foe| foe.fights() && foe.at.within(deposit.at, 7));
            let crowd = self.digging(deposit.at) as i64 * 640;
            let cost = haul * 2 + from.distance(deposit.at) / 4 + crowd + if danger { 20_000 } else { 0 };
            Some((cost, deposit.at, id))
        };
        memory.deposits.iter().filter_map(worth).min().map(|(_, place, id)| (place, id))
    }

    /// Moves two workers from the most crowded deposit to a much better one.
    fn rebalance(&mut self, sight: &Sight, memory: &Memory, orders: &mut Orders, out: &mut Vec<Action>) {
        let crowded = memory.deposits.iter().max_by_key(|deposit| self.digging(deposit.at));
        let Some(crowded) = crowded.filter(|deposit| self.digging(deposit.at) > 3) else { return };
        let Some((place, id)) = self.best_deposit(crowded.at, sight, memory) else { return };
        let near_keep = sight.keeps.iter().any(|keep| keep.at.within(place, 12));
        if !near_keep || self.digging(place) + 3 > self.digging(crowded.at) {
            return;
        }
        let digs_there = |id: &u32| self.roles.get(id).is_some_and(|role| role.job == Job::Gather(crowded.at));
        let movers = sight.workers.iter().filter(|worker| worker.ore == 0).map(|worker| worker.id);
        let units: Vec<u32> = movers.filter(digs_there).take(2).collect();
        let Some(first) = units.first().copied() else { return };
        if orders.give(out, Action::Gather { units: units.clone(), target: id }, Note::Work(first)) {
            self.assign(&units, Job::Gather(place), sight.tick);
        }
    }
}

/// How many workers build this kind together.
pub(crate) const fn builders(kind: messages::Kind, workers: usize) -> usize {
    let wanted = if matches!(kind, messages::Kind::Keep) { 4 } else { 2 };
    let spare = workers / 3;
    if spare == 0 {
        1
    } else if spare < wanted {
        spare
    } else {
        wanted
    }
}
