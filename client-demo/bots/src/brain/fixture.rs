//! Hand-made mirrors for tests: entities as a test wants them, through real frame bytes.

use messages::schema::{self, Doing};
use messages::session::{MapInfo, SeatInfo, Start};
use messages::{Kind, SCHEMA};
use wire::{ActionSeq, EntityId, FrameWriter, Header, Mirror, Receipt, RowValues, SeatUpdate, Tick, write_seat};

use super::terrain::{Point, Tile};

/// Side of the test map in tiles.
pub(crate) const SIDE: u16 = 64;

/// The start of a match on open ground, seat 0, everyone against everyone.
pub(crate) fn start(seats: usize) -> Start {
    let seat = |team: usize| SeatInfo { name: format!("p{team}"), team: team as u8, computer: true };
    Start {
        match_id: "test".into(),
        epoch: 1,
        seat: 0,
        rate: 20,
        applied: 0,
        seats: (0..seats).map(seat).collect(),
        map: MapInfo { width: SIDE, height: SIDE, tiles: ".".repeat(usize::from(SIDE) * usize::from(SIDE)) },
    }
}

/// What a view shows at one tick.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scene {
    tick: u32,
    seat: [i32; 3],
    /// Per entity: component rows by place.
    entities: Vec<Vec<(usize, Vec<i32>)>>,
    receipts: Vec<Receipt>,
    applied: u32,
    hash: Option<u32>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self { tick: 1, ..Self::default() }
    }

    pub(crate) fn at_tick(mut self, tick: u32) -> Self {
        self.tick = tick;
        self
    }

    /// Claims this hash.
    pub(crate) fn hash(mut self, hash: u32) -> Self {
        self.hash = Some(hash);
        self
    }

    /// Ore, supply in use, supply cap.
    pub(crate) fn stock(mut self, ore: i32, supply: i32, cap: i32) -> Self {
        self.seat = [ore, supply, cap];
        self
    }

    /// A unit that stands on the centre of a tile.
    pub(crate) fn unit(self, kind: Kind, owner: i32, tile: (i32, i32), doing: Doing) -> Self {
        self.thing(kind, owner, Tile { x: tile.0, y: tile.1 }.centre(), vec![(schema::TASK, vec![doing as i32, 0])])
    }

    pub(crate) fn units(self, count: usize, kind: Kind, owner: i32, tile: (i32, i32), doing: Doing) -> Self {
        (0..count).fold(self, |scene, _| scene.unit(kind, owner, tile, doing))
    }

    /// A finished building with its corner at `tile`.
    pub(crate) fn building(self, kind: Kind, owner: i32, tile: (i32, i32)) -> Self {
        self.thing(kind, owner, centre(kind, tile), Vec::new())
    }

    /// An unfinished one.
    pub(crate) fn site(self, kind: Kind, owner: i32, tile: (i32, i32), progress: i32) -> Self {
        self.thing(kind, owner, centre(kind, tile), vec![(schema::SITE, vec![progress])])
    }

    pub(crate) fn ore(self, tile: (i32, i32), amount: i32) -> Self {
        self.thing(Kind::Ore, schema::NOBODY, centre(Kind::Ore, tile), vec![(schema::DEPOSIT, vec![amount])])
    }

    pub(crate) fn receipt(mut self, seq: u32, code: u8) -> Self {
        self.receipts.push(Receipt { seq: ActionSeq(seq), tick: Tick(self.tick), code });
        self.applied = self.applied.max(seq);
        self
    }

    fn thing(mut self, kind: Kind, owner: i32, at: Point, more: Vec<(usize, Vec<i32>)>) -> Self {
        let mut rows = vec![(schema::UNIT, vec![kind as i32, owner]), (schema::POSITION, vec![at.x, at.y, 0, 0])];
        rows.push((schema::HEALTH, vec![kind.stats().hp]));
        rows.extend(more);
        self.entities.push(rows);
        self
    }

    /// A fresh mirror that has applied this scene as a keyframe.
    pub(crate) fn mirror(&self) -> Mirror {
        let mut mirror = Mirror::new(&SCHEMA);
        self.show(&mut mirror);
        mirror
    }

    /// Applies this scene to a mirror as a keyframe.
    pub(crate) fn show(&self, mirror: &mut Mirror) {
        mirror.apply(&self.bytes()).expect("a scene is a valid keyframe");
    }

    /// This scene as a keyframe.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let header = Header { tick: Tick(self.tick), hash: self.hash, ..Header::default() };
        let mut out = Vec::new();
        let ids: Vec<EntityId> = (0..self.entities.len() as u32).map(EntityId).collect();
        let mut writer = FrameWriter::begin(&mut out, header, &[]);
        writer.enter(&ids);
        for (place, spec) in SCHEMA.components.iter().enumerate() {
            let row = |id: &EntityId| {
                let found = self.entities[id.0 as usize].iter().find(|(at, _)| *at == place);
                found.map(|(_, values)| (*id, values.clone()))
            };
            let (ids, values): (Vec<_>, Vec<_>) = ids.iter().filter_map(row).unzip();
            let rows = RowValues { ids: &ids, values: &values.concat(), spec };
            writer.component(place, &[], rows);
        }
        writer.finish([].iter());
        let columns: Vec<_> = self.seat.into_iter().enumerate().collect();
        let applied = Some(ActionSeq(self.applied));
        let seat = SeatUpdate { applied, columns: &columns, receipts: &self.receipts, ..SeatUpdate::default() };
        write_seat(&mut out, &header, &seat);
        out
    }
}

fn centre(kind: Kind, tile: (i32, i32)) -> Point {
    let half = kind.stats().size * messages::rules::TILE / 2;
    Point { x: tile.0 * messages::rules::TILE + half, y: tile.1 * messages::rules::TILE + half }
}
