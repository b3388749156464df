//! Golden frames: a scripted stream and the state that must come of each frame, plus frames that must be refused.

use messages::schema::{DEPOSIT, HEALTH, POSITION, QUEUE, SITE, TASK, UNIT};
use messages::{EventKind, SCHEMA};
use serde_json::{Value, json};
use wire::frame::Header;
use wire::{ActionSeq, EntityId, Event, FrameWriter, Mirror, Receipt, RowValues, SeatUpdate, Tick, write_seat};

use crate::typescript;

/// One component's part of a scripted frame: rows as the frame tells them.
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
    partial: bool,
    left: Vec<u32>,
    entered: Vec<u32>,
    parts: Vec<Part>,
    events: Vec<Event>,
    /// 0 where it is not told.
    applied: u32,
    columns: Vec<(usize, i32)>,
    receipts: Vec<Receipt>,
    seat_events: Vec<Event>,
    missed: Vec<Event>,
    lost: bool,
}

impl Script {
    fn key(tick: u32) -> Self {
        Self {
            tick,
            base: None,
            relative: false,
            hash: false,
            partial: false,
            left: vec![],
            entered: vec![],
            parts: vec![],
            events: vec![],
            applied: 0,
            columns: vec![],
            receipts: vec![],
            seat_events: vec![],
            missed: vec![],
            lost: false,
        }
    }

    fn delta(tick: u32, base: u32, relative: bool) -> Self {
        Self { base: Some(base), relative, ..Self::key(tick) }
    }

    fn bytes(&self, hash: Option<u32>) -> Vec<u8> {
        let ids = |list: &[u32]| list.iter().copied().map(EntityId).collect::<Vec<_>>();
        let (base, relative, partial) = (self.base.map(Tick), self.relative, self.partial);
        let header = Header { tick: Tick(self.tick), base, relative, hash, partial };
        let mut out = Vec::new();
        let mut writer = FrameWriter::begin(&mut out, header, &ids(&self.left));
        for newcomers in [false, true] {
            if newcomers {
                writer.enter(&ids(&self.entered));
            }
            for part in &self.parts {
                let told = part.rows.iter().filter(|(id, _)| self.entered.contains(id) == newcomers);
                let (rows, values): (Vec<_>, Vec<_>) =
                    told.map(|(id, values)| (EntityId(*id), values.as_slice())).unzip();
                let removed = if newcomers { vec![] } else { ids(&part.removed) };
                let (spec, values) = (&SCHEMA.components[part.place], values.concat());
                writer.component(part.place, &removed, RowValues { ids: &rows, values: &values, spec });
            }
        }
        writer.finish(self.events.iter());
        let seat = SeatUpdate {
            applied: (self.applied > 0).then_some(ActionSeq(self.applied)),
            columns: &self.columns,
            receipts: &self.receipts,
            events: &self.seat_events,
            missed: &self.missed,
            lost: self.lost,
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
    let streams = [
        ("a match in small", small_match()),
        ("numbers at their limits", limits()),
        ("many entities", many()),
        ("motion", motion()),
        ("a view in parts", parts()),
        ("what is told once", told_once()),
        ("every form of a list", forms()),
    ];
    let mut list: Vec<Value> = streams.iter().map(|(name, scripts)| stream(name, scripts)).collect();
    list.push(refusals());
    // A frame a line, so that a change shows which frames it changes.
    let streams: Vec<String> = list.iter().map(lines).collect();
    format!("{{\"schema\":{},\n\"streams\":[\n{}\n]}}\n", typescript::schema(), streams.join(",\n"))
}

fn lines(stream: &Value) -> String {
    let frames: Vec<String> = stream["frames"].as_array().into_iter().flatten().map(Value::to_string).collect();
    format!("{{\"name\":{},\"frames\":[\n{}\n]}}", stream["name"], frames.join(",\n"))
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
        "partial": last.partial,
        "lost": last.lost,
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
                part(
                    POSITION,
                    &[
                        (0, &[2688, 2688, 0, 0]),
                        (1, &[3200, 2560, 0, 0]),
                        (2, &[3200, 2816, 0, 0]),
                        (3, &[4096, 2560, 0, 0]),
                    ],
                ),
                part(HEALTH, &[(0, &[1200]), (1, &[40]), (2, &[40])]),
                part(TASK, &[(1, &[0, 0]), (2, &[0, 0])]),
                part(DEPOSIT, &[(3, &[1500])]),
            ],
            columns: vec![(0, 200), (1, 2), (2, 20)],
            ..Script::key(1)
        },
        Script {
            parts: vec![
                part(POSITION, &[(1, &[0, 0, 36, 0]), (2, &[0, 0, -36, 36])]),
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
                part(POSITION, &[(4, &[4990, 2560, 10, 40])]),
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
            parts: vec![
                part(POSITION, &[(1, &[3844, 2560, 0, 0])]),
                Part { place: SITE, removed: vec![0, 3], rows: vec![] },
            ],
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
                    (0, &[i32::MIN, i32::MAX, 0, 0]),
                    (127, &[-1, 1, i32::MAX, i32::MIN]),
                    (128, &[63, -64, 1, -1]),
                    (16_384, &[64, -65, -64, 64]),
                    (65_535, &[8191, 8192, 0, 0]),
                ],
            )],
            columns: vec![(0, i32::MAX), (2, i32::MIN)],
            ..Script::key(u32::MAX - 1)
        },
        Script {
            hash: true,
            parts: vec![part(POSITION, &[(0, &[-1, 1, i32::MIN, i32::MAX]), (65_535, &[i32::MAX, i32::MIN, -1, 1])])],
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
            parts: vec![
                rows(UNIT, &|id| vec![id % 6, id % 4]),
                rows(POSITION, &|id| vec![id * 300, -id * 301, id % 3, 0]),
            ],
            ..Script::key(40)
        },
        Script {
            hash: true,
            parts: vec![rows(POSITION, &|id| vec![id % 5 - 2, 40 - id, 0, id % 2])],
            ..Script::delta(41, 40, true)
        },
        Script {
            hash: true,
            left: ids.iter().copied().filter(|id| id % 2 == 0).collect(),
            ..Script::delta(60, 41, false)
        },
    ]
}

/// Two units that walk: skipped frames, turning, resting, entering and leaving on the way, and wrapping around.
fn motion() -> Vec<Script> {
    let checked = |script: Script| Script { hash: true, ..script };
    let moved =
        |rows: &[(u32, &[i32])], script: Script| Script { parts: vec![part(POSITION, rows)], ..checked(script) };
    vec![
        moved(
            &[(0, &[1_000, 2_000, 36, -4]), (1, &[i32::MAX - 10, i32::MIN + 10, 7, -7])],
            Script { entered: vec![0, 1], ..Script::key(10) },
        ),
        checked(Script::delta(11, 10, true)),
        checked(Script::delta(40, 11, false)),
        // 0 turns, exactly foreseen but for the turn; 2 enters on its way.
        moved(
            &[(0, &[0, 0, 4, 36]), (2, &[464, 500, 36, 0])],
            Script { entered: vec![2], ..Script::delta(41, 40, true) },
        ),
        // 1 is off by a little and goes on as it was; 2 comes to rest.
        moved(&[(1, &[12, -9, 7, -7]), (2, &[0, 0, 0, 0])], Script::delta(42, 41, true)),
        // 0 leaves; the others are told by their values.
        moved(&[(1, &[0, 0, -1, 1])], Script { left: vec![0], ..Script::delta(60, 42, false) }),
        checked(Script::delta(61, 60, true)),
        // 2 is nowhere for a while, then elsewhere, and must not go on from where it was.
        Script {
            parts: vec![Part { place: POSITION, removed: vec![2], rows: vec![] }],
            ..checked(Script::delta(62, 61, true))
        },
        checked(Script::delta(70, 62, false)),
        moved(&[(2, &[-5, 5, 5, -5])], Script::delta(71, 70, true)),
        checked(Script::delta(1_000_000, 71, false)),
    ]
}

/// A keyframe that does not hold all there is, and what enters later.
fn parts() -> Vec<Script> {
    let units = |ids: std::ops::Range<u32>| Script {
        hash: true,
        entered: ids.clone().collect(),
        parts: vec![Part { place: UNIT, removed: vec![], rows: ids.map(|id| (id, vec![3, 1])).collect() }],
        ..Script::key(5)
    };
    vec![
        Script { partial: true, ..units(0..40) },
        Script { tick: 6, base: Some(5), relative: true, partial: true, ..units(40..80) },
        Script { tick: 9, base: Some(6), left: vec![3, 50], ..units(80..100) },
    ]
}

/// Keyframes that repeat receipts and events, of which only those are new that are younger than the last frame.
fn told_once() -> Vec<Script> {
    let event = |tick| Event::new(Tick(tick), EventKind::Fell as u8, None, &[tick as i32]);
    let receipt = |tick| Receipt { seq: ActionSeq(tick), tick: Tick(tick), code: 0 };
    vec![
        Script { events: vec![event(3)], receipts: vec![receipt(2), receipt(3)], applied: 3, ..Script::key(3) },
        Script {
            events: vec![event(8)],
            missed: vec![event(2), event(3), event(5)],
            seat_events: vec![event(1), event(6)],
            receipts: vec![receipt(2), receipt(3), receipt(7)],
            applied: 7,
            lost: true,
            ..Script::key(8)
        },
        Script { hash: true, ..Script::delta(9, 8, true) },
    ]
}

/// Lists of ids and columns for which each form is the shortest.
fn forms() -> Vec<Script> {
    let ids: Vec<u32> = (0..60).chain((60..400).step_by(9)).chain([5_000, 5_001, 65_000]).collect();
    let rows = |place: usize, of: &dyn Fn(u32) -> Vec<i32>| Part {
        place,
        removed: vec![],
        rows: ids.iter().map(|id| (*id, of(*id))).collect(),
    };
    let sparse: Vec<(u32, Vec<i32>)> = (0..50).map(|id| (id, vec![0, if id % 9 == 0 { -1 } else { 0 }])).collect();
    vec![
        Script {
            hash: true,
            entered: ids.clone(),
            parts: vec![
                rows(UNIT, &|id| vec![(id / 100 % 6) as i32, (id % 4) as i32 - 1]),
                rows(POSITION, &|id| {
                    vec![(id % 256 * 64) as i32, 16_384 - (id % 251) as i32, 0, (id % 90) as i32 - 44]
                }),
                rows(HEALTH, &|id| vec![if id % 50 == 0 { i32::MAX } else { (id % 100) as i32 }]),
                rows(TASK, &|id| vec![5, (id % 2) as i32]),
            ],
            ..Script::key(1)
        },
        Script {
            hash: true,
            parts: vec![
                Part { place: UNIT, removed: (0..60).step_by(7).collect(), rows: vec![] },
                Part { place: TASK, removed: vec![], rows: sparse },
            ],
            ..Script::delta(2, 1, true)
        },
        Script { hash: true, left: (0..55).collect(), ..Script::delta(3, 2, true) },
    ]
}

/// Frames that a mirror must refuse after the valid frame before them.
fn refusals() -> Value {
    let valid = small_match().remove(0).bytes(None);
    let truncated = valid[..valid.len() - 1].to_vec();
    let trailing = [valid.as_slice(), &[0]].concat();
    let version = [&[1], &valid[1..]].concat();
    let flags = [&[3, 0xc1], &valid[2..]].concat();
    let wrong_base = Script::delta(9, 8, true).bytes(None);
    let wrong_hash = Script::delta(2, 1, false).bytes(Some(1));
    let ghost = Script { parts: vec![part(HEALTH, &[(77, &[1])])], ..Script::delta(2, 1, false) }.bytes(None);
    let gone = Script { left: vec![77], ..Script::delta(2, 1, false) }.bytes(None);
    let twice = Script { entered: vec![1], ..Script::delta(2, 1, false) }.bytes(None);
    // Format, flags, tick: a relative frame on the keyframe's tick 1.
    let delta = |rest: &[u8], left: u8| [&[3, 2 | left, 2], rest].concat();
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
        ("a count beyond the bytes", delta(&[0xf0, 0xff, 0x0f, 0], 8)),
        ("more ids than there can be", delta(&[0xfd, 0xff, 0xff, 0xff, 0x0f, 0, 0], 8)),
        ("a run past its count", delta(&[2 << 2 | 1, 0, 2, 0, 0], 8)),
        ("a list of no known form", delta(&[1 << 2 | 3, 0, 0, 0], 8)),
        ("a section of two forms", delta(&[0x63, 4, 1, 1, 0, 0], 0)),
        ("a column of no known form", delta(&[0x23, 4, 1, 3, 0, 0], 0)),
        ("bits that are too wide", delta(&[0x23, 4, 1, 2, 0, 25, 0, 0, 0, 0, 0, 0], 0)),
        ("repeats past the rows", delta(&[0x23, 4, 1, 1, 0, 1, 0, 0], 0)),
        ("a component that is not there", delta(&[9, 4, 1, 0, 0, 0], 0)),
        ("unknown seat flags", delta(&[0, 0x40], 0)),
        ("a seat column that is not there", delta(&[0, 2, 8, 0], 0)),
        ("a varint beyond 32 bits", vec![3, 1, 0xff, 0xff, 0xff, 0xff, 0x7f]),
        ("a base before the first tick", vec![3, 0, 1, 2, 0, 0]),
        ("somebody leaves a keyframe", vec![3, 9, 2, 4, 1, 0, 0]),
        ("a newcomer's component twice", vec![3, 0x42, 2, 0, 4, 9, 1, 0, 0, 1, 0, 0, 0, 0]),
        ("a newcomer's row of somebody unknown", vec![3, 0x42, 2, 0, 4, 9, 0x81, 4, 7, 0, 0, 0, 0]),
        ("nothing", vec![]),
    ];
    let frames: Vec<Value> = frames
        .iter()
        .map(|(name, bytes)| {
            let mut mirror = Mirror::new(&SCHEMA);
            mirror.apply(&valid).expect("valid");
            mirror.apply(bytes).map(drop).expect_err(name);
            json!({ "name": name, "after": hex(&valid), "hex": hex(bytes), "error": true })
        })
        .collect();
    json!({ "name": "refused", "frames": frames })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
