//! Golden frames: a scripted stream and the state that must come of each frame, plus frames that must be refused.

use messages::schema::{DEPOSIT, HEALTH, POSITION, QUEUE, SITE, TASK, UNIT};
use messages::{EventKind, SCHEMA};
use serde_json::{Value, json};
use wire::frame::Header;
use wire::{ActionSeq, EntityId, Event, FrameWriter, Mirror, Receipt, RowValues, SeatUpdate, Tick, write_seat};

/// One component's part of a scripted frame.
struct Part {
    place: usize,
    removed: Vec<u32>,
    rows: Vec<(u32, Vec<i32>)>,
}

struct Script {
    tick: u32,
    base: Option<u32>,
    relative: bool,
    hash: bool,
    left: Vec<u32>,
    entered: Vec<u32>,
    parts: Vec<Part>,
    events: Vec<Event>,
    applied: u32,
    columns: Vec<(usize, i32)>,
    receipts: Vec<Receipt>,
    seat_events: Vec<Event>,
}

impl Script {
    fn key(tick: u32) -> Self {
        Self {
            tick,
            base: None,
            relative: false,
            hash: false,
            left: vec![],
            entered: vec![],
            parts: vec![],
            events: vec![],
            applied: 0,
            columns: vec![],
            receipts: vec![],
            seat_events: vec![],
        }
    }

    fn delta(tick: u32, base: u32, relative: bool) -> Self {
        Self { base: Some(base), relative, ..Self::key(tick) }
    }

    fn bytes(&self, hash: Option<u32>) -> Vec<u8> {
        let ids = |list: &[u32]| list.iter().copied().map(EntityId).collect::<Vec<_>>();
        let header = Header { tick: Tick(self.tick), base: self.base.map(Tick), relative: self.relative, hash };
        let mut out = Vec::new();
        let mut writer = FrameWriter::begin(&mut out, header, &ids(&self.left), &ids(&self.entered));
        for part in &self.parts {
            let rows: Vec<_> = part.rows.iter().map(|(id, _)| EntityId(*id)).collect();
            let values: Vec<i32> = part.rows.iter().flat_map(|(_, values)| values.iter().copied()).collect();
            let columns = SCHEMA.components[part.place].columns.len();
            writer.component(part.place, &ids(&part.removed), RowValues { ids: &rows, values: &values, columns });
        }
        writer.finish(self.events.iter());
        let seat = SeatUpdate {
            applied: ActionSeq(self.applied),
            columns: &self.columns,
            receipts: &self.receipts,
            events: &self.seat_events,
        };
        write_seat(&mut out, &header, &seat);
        out
    }
}

fn part(place: usize, rows: &[(u32, &[i32])]) -> Part {
    Part { place, removed: vec![], rows: rows.iter().map(|(id, values)| (*id, values.to_vec())).collect() }
}

/// The vectors as JSON: `schema` and `streams`, each a list of frames for one mirror.
pub(crate) fn json() -> String {
    let streams =
        [("a match in small", small_match()), ("numbers at their limits", limits()), ("many entities", many())];
    let mut list: Vec<Value> = streams.iter().map(|(name, scripts)| stream(name, scripts)).collect();
    list.push(refusals());
    let components = SCHEMA.components.iter();
    let components: Vec<_> = components.map(|it| json!({ "name": it.name, "columns": it.columns })).collect();
    let file = json!({ "schema": { "components": components, "seat": SCHEMA.seat }, "streams": list });
    format!("{}\n", serde_json::to_string_pretty(&file).expect("json"))
}

fn stream(name: &str, scripts: &[Script]) -> Value {
    let mut mirror = Mirror::new(&SCHEMA);
    let frames: Vec<Value> = scripts
        .iter()
        .map(|script| {
            let hash = script.hash.then(|| {
                let mut ahead = mirror.clone();
                ahead.apply(&script.bytes(None)).expect("a scripted frame applies");
                ahead.hash()
            });
            let bytes = script.bytes(hash);
            mirror.apply(&bytes).expect("a scripted frame applies");
            state(&mirror, &bytes)
        })
        .collect();
    json!({ "name": name, "frames": frames })
}

fn state(mirror: &Mirror, bytes: &[u8]) -> Value {
    let last = mirror.last();
    let entities = mirror.ids().map(|id| {
        let components = (0..SCHEMA.components.len()).filter_map(|place| Some((place, mirror.get(id, place)?)));
        let components: serde_json::Map<String, Value> =
            components.map(|(place, values)| (place.to_string(), json!(values))).collect();
        json!({ "id": id.0, "components": components })
    });
    let event = |event: &Event| json!({ "tick": event.tick.0, "kind": event.kind, "subject": event.subject.map(|id| id.0), "args": event.args() });
    let receipt = |receipt: &Receipt| json!({ "seq": receipt.seq.0, "tick": receipt.tick.0, "code": receipt.code });
    json!({
        "hex": hex(bytes),
        "tick": last.tick.0,
        "base": last.base.map(|tick| tick.0),
        "hash": mirror.hash(),
        "hashChecked": last.hash_checked,
        "entered": last.entered.iter().map(|id| id.0).collect::<Vec<_>>(),
        "left": last.left.iter().map(|id| id.0).collect::<Vec<_>>(),
        "events": last.events.iter().map(event).collect::<Vec<_>>(),
        "entities": entities.collect::<Vec<_>>(),
        "applied": mirror.applied_seq().0,
        "seat": mirror.seat(),
        "receipts": last.receipts.iter().map(receipt).collect::<Vec<_>>(),
        "seatEvents": last.seat_events.iter().map(event).collect::<Vec<_>>(),
    })
}

fn small_match() -> Vec<Script> {
    let event = |tick: u32, kind: EventKind, subject: Option<u32>, args: &[i32]| {
        Event::new(Tick(tick), kind as u8, subject.map(EntityId), args)
    };
    vec![
        Script {
            hash: true,
            entered: vec![0, 1, 2, 3],
            parts: vec![
                part(UNIT, &[(0, &[0, 0]), (1, &[2, 0]), (2, &[2, 0]), (3, &[5, -1])]),
                part(POSITION, &[(0, &[2688, 2688]), (1, &[3200, 2560]), (2, &[3200, 2816]), (3, &[4096, 2560])]),
                part(HEALTH, &[(0, &[1200]), (1, &[40]), (2, &[40])]),
                part(TASK, &[(1, &[0, 0]), (2, &[0, 0])]),
                part(DEPOSIT, &[(3, &[1500])]),
            ],
            columns: vec![(0, 200), (1, 2), (2, 20)],
            ..Script::key(1)
        },
        Script {
            parts: vec![
                part(POSITION, &[(1, &[36, 0]), (2, &[-36, 36])]),
                part(TASK, &[(1, &[1, 0])]),
                part(QUEUE, &[(0, &[2, 1, 0])]),
            ],
            applied: 1,
            columns: vec![(0, 150), (1, 3)],
            receipts: vec![Receipt { seq: ActionSeq(1), tick: Tick(2), code: 0 }],
            ..Script::delta(2, 1, true)
        },
        Script {
            left: vec![2],
            entered: vec![4],
            parts: vec![
                part(UNIT, &[(4, &[3, 1])]),
                part(POSITION, &[(1, &[36, 0]), (4, &[5000, 2600])]),
                part(HEALTH, &[(1, &[-9]), (4, &[90])]),
                part(TASK, &[(1, &[1, 0]), (4, &[5, 0])]),
                part(SITE, &[(0, &[250])]),
                Part { place: QUEUE, removed: vec![0], rows: vec![] },
            ],
            events: vec![
                event(3, EventKind::Hit, Some(4), &[3272, 2560]),
                event(3, EventKind::Fell, Some(2), &[3164, 2852, 2, 0]),
            ],
            seat_events: vec![event(3, EventKind::Alarm, None, &[3272, 2560])],
            ..Script::delta(3, 2, true)
        },
        Script {
            hash: true,
            left: vec![4],
            parts: vec![part(POSITION, &[(1, &[4000, 2560])]), Part { place: SITE, removed: vec![0, 3], rows: vec![] }],
            events: vec![event(15, EventKind::Shot, None, &[1, 2, 3, 4])],
            receipts: vec![Receipt { seq: ActionSeq(3), tick: Tick(17), code: 7 }],
            applied: 3,
            ..Script::delta(20, 3, false)
        },
        Script {
            hash: true,
            entered: vec![9],
            parts: vec![part(UNIT, &[(9, &[0, 0])])],
            columns: vec![(1, 7)],
            ..Script::key(100)
        },
    ]
}

fn limits() -> Vec<Script> {
    vec![
        Script {
            hash: true,
            entered: vec![0, 127, 128, 16_384, 65_535],
            parts: vec![part(
                POSITION,
                &[
                    (0, &[i32::MIN, i32::MAX]),
                    (127, &[-1, 1]),
                    (128, &[63, -64]),
                    (16_384, &[64, -65]),
                    (65_535, &[8191, 8192]),
                ],
            )],
            columns: vec![(0, i32::MAX), (2, i32::MIN)],
            ..Script::key(u32::MAX - 1)
        },
        Script {
            hash: true,
            parts: vec![part(POSITION, &[(0, &[-1, 1]), (65_535, &[i32::MAX, i32::MIN])])],
            ..Script::delta(u32::MAX, u32::MAX - 1, true)
        },
    ]
}

fn many() -> Vec<Script> {
    let ids: Vec<u32> = (0..300).filter(|id| id % 7 != 3).collect();
    let rows = |place: usize, of: &dyn Fn(i32) -> Vec<i32>| Part {
        place,
        removed: vec![],
        rows: ids.iter().map(|id| (*id, of(*id as i32))).collect(),
    };
    vec![
        Script {
            hash: true,
            entered: ids.clone(),
            parts: vec![rows(UNIT, &|id| vec![id % 6, id % 4]), rows(POSITION, &|id| vec![id * 300, -id * 301])],
            ..Script::key(40)
        },
        Script {
            hash: true,
            parts: vec![rows(POSITION, &|id| vec![id % 5 - 2, 40 - id])],
            ..Script::delta(41, 40, true)
        },
        Script {
            hash: true,
            left: ids.iter().copied().filter(|id| id % 2 == 0).collect(),
            ..Script::delta(60, 41, false)
        },
    ]
}

/// Frames that a mirror must refuse after the valid frame before them.
fn refusals() -> Value {
    let valid = small_match().remove(0).bytes(None);
    let truncated = valid[..valid.len() - 1].to_vec();
    let trailing = [valid.as_slice(), &[0]].concat();
    let version = [&[9], &valid[1..]].concat();
    let flags = [&[1, 0x13], &valid[2..]].concat();
    let wrong_base = Script::delta(9, 8, true).bytes(None);
    let wrong_hash = Script::delta(2, 1, false).bytes(Some(1));
    let ghost = Script { parts: vec![part(HEALTH, &[(77, &[1])])], ..Script::delta(2, 1, false) }.bytes(None);
    let gone = Script { left: vec![77], ..Script::delta(2, 1, false) }.bytes(None);
    let twice = Script { entered: vec![1], ..Script::delta(2, 1, false) }.bytes(None);
    let count = vec![1, 0, 2, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x0f];
    let wide = vec![1, 1, 0xff, 0xff, 0xff, 0xff, 0x7f];
    let frames = [
        ("truncated", truncated),
        ("trailing byte", trailing),
        ("another format", version),
        ("unknown flags", flags),
        ("a base it does not hold", wrong_base),
        ("another hash", wrong_hash),
        ("a change of an unknown entity", ghost),
        ("an unknown entity leaves", gone),
        ("an entity enters twice", twice),
        ("a count beyond the bytes", count),
        ("a varint beyond 32 bits", wide),
        ("nothing", vec![]),
    ];
    let frames: Vec<Value> = frames
        .iter()
        .map(|(name, bytes)| {
            let mut mirror = Mirror::new(&SCHEMA);
            mirror.apply(&valid).expect("valid");
            mirror.apply(bytes).expect_err("must be refused");
            json!({ "name": name, "after": hex(&valid), "hex": hex(bytes), "error": true })
        })
        .collect();
    json!({ "name": "refused", "frames": frames })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
