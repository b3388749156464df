//! What is in view now, sorted by what it means to this seat. Owns the reading of a mirror; remembers nothing.

use messages::schema::{self, Doing};
use messages::session::Start;
use messages::{Kind, rules};
use wire::{EntityId, Mirror};

use super::terrain::{Point, Tile};

/// One entity in view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thing {
    pub(crate) id: u32,
    pub(crate) kind: Kind,
    pub(crate) at: Point,
    /// Team of the owner; `None` for ore.
    pub(crate) team: Option<u8>,
    pub(crate) doing: Doing,
    /// Ore carried by a worker or left in a deposit.
    pub(crate) ore: i32,
    /// Still under construction.
    pub(crate) unfinished: bool,
    /// How many are in the building's queue.
    pub(crate) waiting: i32,
    /// Hit points left.
    pub(crate) hp: i32,
}

impl Thing {
    /// The tile of its north-west corner.
    pub(crate) fn corner(&self) -> Tile {
        let half = self.kind.stats().size * rules::TILE / 2;
        Point { x: self.at.x - half, y: self.at.y - half }.tile()
    }

    /// Spears and bows.
    pub(crate) const fn fights(&self) -> bool {
        matches!(self.kind, Kind::Spear | Kind::Bow)
    }
}

/// Everything in view. All lists ascend by id. Kept between thoughts for its memory, filled anew each time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sight {
    pub(crate) tick: u32,
    pub(crate) ore: i32,
    pub(crate) supply: i32,
    pub(crate) cap: i32,
    pub(crate) workers: Vec<Thing>,
    pub(crate) fighters: Vec<Thing>,
    /// Own finished keeps.
    pub(crate) keeps: Vec<Thing>,
    /// Own finished barracks.
    pub(crate) barracks: Vec<Thing>,
    /// Own unfinished buildings.
    pub(crate) sites: Vec<Thing>,
    /// What belongs to other seats of the team.
    pub(crate) allies: Vec<Thing>,
    /// Enemies that walk.
    pub(crate) foes: Vec<Thing>,
    /// Enemies that stand.
    pub(crate) strongholds: Vec<Thing>,
    pub(crate) deposits: Vec<Thing>,
}

impl Sight {
    /// Reads the mirror. Entities that lack a kind or a place, or belong to no seat of the match, are passed over.
    pub(crate) fn look(&mut self, mirror: &Mirror, tick: u32, start: &Start) {
        let own_team = team_of(start, i32::from(start.seat));
        self.clear();
        self.tick = tick;
        let seat = |place: usize| mirror.seat().get(place).copied().unwrap_or(0);
        self.ore = seat(schema::SEAT_ORE);
        self.supply = seat(schema::SEAT_SUPPLY);
        self.cap = seat(schema::SEAT_SUPPLY_CAP);
        for id in mirror.ids() {
            let Some((owner, thing)) = read(mirror, id, start) else { continue };
            let list = match (thing.kind, thing.team) {
                (Kind::Ore, _) => &mut self.deposits,
                (_, None) => continue,
                (kind, _) if owner == i32::from(start.seat) => match kind {
                    _ if thing.unfinished => &mut self.sites,
                    Kind::Worker => &mut self.workers,
                    Kind::Keep => &mut self.keeps,
                    Kind::Barracks => &mut self.barracks,
                    _ => &mut self.fighters,
                },
                (_, team) if team == own_team => &mut self.allies,
                (kind, _) if kind.is_building() => &mut self.strongholds,
                _ => &mut self.foes,
            };
            list.push(thing);
        }
    }

    fn clear(&mut self) {
        let lists = [
            &mut self.workers,
            &mut self.fighters,
            &mut self.keeps,
            &mut self.barracks,
            &mut self.sites,
            &mut self.allies,
            &mut self.foes,
            &mut self.strongholds,
            &mut self.deposits,
        ];
        lists.into_iter().for_each(Vec::clear);
    }

    /// Everything whose eyes this seat sees through.
    pub(crate) fn eyes(&self) -> impl Iterator<Item = &Thing> {
        self.own_buildings().chain(&self.workers).chain(&self.fighters).chain(&self.allies)
    }

    pub(crate) fn own_buildings(&self) -> impl Iterator<Item = &Thing> {
        self.keeps.iter().chain(&self.barracks).chain(&self.sites)
    }

    /// Whether something standing at `point` would surely be in view.
    pub(crate) fn covers(&self, point: Point) -> bool {
        self.eyes().any(|eye| eye.at.within(point, eye.kind.stats().sight - 1))
    }

    /// Everything that takes up ground and is in view: (corner, side in tiles).
    pub(crate) fn footprints(&self) -> impl Iterator<Item = (Tile, i32)> {
        let stands = self.allies.iter().filter(|ally| ally.kind.is_building());
        self.own_buildings()
            .chain(&self.deposits)
            .chain(&self.strongholds)
            .chain(stands)
            .map(|thing| (thing.corner(), thing.kind.stats().size))
    }
}

/// The thing with this id, in a list that ascends by id.
pub(crate) fn find(list: &[Thing], id: u32) -> Option<&Thing> {
    list.binary_search_by_key(&id, |thing| thing.id).ok().and_then(|place| list.get(place))
}

pub(crate) fn team_of(start: &Start, owner: i32) -> Option<u8> {
    usize::try_from(owner).ok().and_then(|seat| start.seats.get(seat)).map(|seat| seat.team)
}

fn read(mirror: &Mirror, id: EntityId, start: &Start) -> Option<(i32, Thing)> {
    let (&[kind, owner], &[x, y, ..]) = (mirror.get(id, schema::UNIT)?, mirror.get(id, schema::POSITION)?) else {
        return None;
    };
    let value = |place: usize, column: usize| mirror.get(id, place).and_then(|row| row.get(column)).copied();
    let kind = Kind::from_wire(kind)?;
    let carried = if kind == Kind::Ore { value(schema::DEPOSIT, 0) } else { value(schema::TASK, 1) };
    let thing = Thing {
        id: id.0,
        kind,
        at: Point { x, y },
        team: team_of(start, owner),
        doing: value(schema::TASK, 0).and_then(Doing::from_wire).unwrap_or(Doing::Idle),
        ore: carried.unwrap_or(0),
        unfinished: value(schema::SITE, 0).is_some(),
        waiting: value(schema::QUEUE, 1).unwrap_or(0),
        hp: value(schema::HEALTH, 0).unwrap_or(0),
    };
    Some((owner, thing))
}
