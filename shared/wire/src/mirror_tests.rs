//! Frames against mirrors, byte by byte.

use proptest::prelude::*;

use super::*;
use crate::schema::MAX_ENTITY_ID;
use crate::{ComponentSpec, FrameWriter, RowValues, SeatUpdate, relative, write_seat};

static SCHEMA: Schema = Schema {
    components: &[
        ComponentSpec::state("place", &["x", "y"]),
        ComponentSpec::state("health", &["hp"]).unsigned(),
        ComponentSpec::motion("travel", 4),
    ],
    seat: &["gold", "food"],
};

fn ids(list: &[u32]) -> Vec<EntityId> {
    list.iter().copied().map(EntityId).collect()
}

fn rows<'a>(place: usize, ids: &'a [EntityId], values: &'a [i32]) -> RowValues<'a> {
    RowValues { ids, values, spec: &SCHEMA.components[place] }
}

fn keyframe() -> Vec<u8> {
    let mut out = Vec::new();
    let header = Header { tick: Tick(7), ..Header::default() };
    let mut writer = FrameWriter::begin(&mut out, header, &[]);
    writer.enter(&ids(&[0, 1, 5]));
    writer.component(0, &[], rows(0, &ids(&[0, 1, 5]), &[1, 2, 3, 4, 5, 6]));
    writer.component(1, &[], rows(1, &ids(&[5]), &[109]));
    writer.component(2, &[], rows(2, &ids(&[0, 1]), &[100, 200, 3, -4, i32::MAX, 0, 2, 0]));
    writer.finish([Event::new(Tick(6), 3, Some(EntityId(5)), &[1, -1])].iter());
    let receipts = [Receipt { seq: ActionSeq(4), tick: Tick(7), code: 2 }];
    let applied = Some(ActionSeq(4));
    let seat = SeatUpdate { applied, columns: &[(1, 50)], receipts: &receipts, ..SeatUpdate::default() };
    write_seat(&mut out, &header, &seat);
    out
}

/// Tick 8 on 7: 1 leaves, 2 enters walking, 5 loses its health, 0 turns.
fn delta() -> Vec<u8> {
    let mut out = Vec::new();
    let header = Header { tick: Tick(8), base: Some(Tick(7)), relative: true, ..Header::default() };
    let mut writer = FrameWriter::begin(&mut out, header, &ids(&[1]));
    writer.component(0, &[], rows(0, &ids(&[0]), &[-1, 0]));
    writer.component(1, &ids(&[5]), rows(1, &[], &[]));
    let mut travel = [0; 4];
    relative(&SCHEMA.components[2], &[105, 190, 5, -10], &[103, 196, 3, -4], &mut travel);
    assert_eq!(travel, [0, 0, 5, -10]);
    writer.component(2, &[], rows(2, &ids(&[0]), &travel));
    writer.enter(&ids(&[2]));
    writer.component(0, &[], rows(0, &ids(&[2]), &[40, 41]));
    writer.component(2, &[], rows(2, &ids(&[2]), &[7, 8, 9, 10]));
    writer.finish([].iter());
    write_seat(&mut out, &header, &SeatUpdate::default());
    out
}

/// A frame that tells nothing but its tick and base.
fn quiet(tick: u32, base: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let header = Header { tick: Tick(tick), base: Some(Tick(base)), ..Header::default() };
    FrameWriter::begin(&mut out, header, &[]).finish([].iter());
    write_seat(&mut out, &header, &SeatUpdate::default());
    out
}

#[test]
fn the_header_is_told_by_the_beginning_of_a_frame_alone() {
    let merged = Header { tick: Tick(40), base: Some(Tick(9)), ..Header::default() };
    assert_eq!(Header::of(&quiet(40, 9)[..4]), Ok(merged));
    let next = Header { tick: Tick(8), base: Some(Tick(7)), relative: true, ..Header::default() };
    assert_eq!(Header::of(&delta()), Ok(next));
    assert!(Header::of(&keyframe()[..2]).is_err());
}

#[test]
fn a_keyframe_then_a_delta_give_the_state_they_describe() {
    let mut mirror = Mirror::new(&SCHEMA);
    let applied = mirror.apply(&keyframe()).expect("valid").clone();
    assert_eq!(applied.entered, ids(&[0, 1, 5]));
    assert_eq!(applied.events, [Event::new(Tick(6), 3, Some(EntityId(5)), &[1, -1])]);
    assert_eq!(applied.receipts, [Receipt { seq: ActionSeq(4), tick: Tick(7), code: 2 }]);
    assert_eq!(mirror.get(EntityId(1), 0), Some(&[3, 4][..]));
    assert_eq!(mirror.get(EntityId(5), 1), Some(&[109][..]));
    assert_eq!((mirror.seat(), mirror.applied_seq()), (&[0, 50][..], ActionSeq(4)));

    let applied = mirror.apply(&delta()).expect("valid");
    assert_eq!((&applied.left, &applied.entered), (&ids(&[1]), &ids(&[2])));
    assert_eq!(mirror.get(EntityId(0), 0), Some(&[0, 2][..]));
    assert_eq!(mirror.get(EntityId(2), 0), Some(&[40, 41][..]));
    assert_eq!(mirror.get(EntityId(5), 1), None);
    assert_eq!(mirror.get(EntityId(0), 2), Some(&[105, 190, 5, -10][..]));
    assert_eq!(mirror.get(EntityId(2), 2), Some(&[7, 8, 9, 10][..]));
    assert!(!mirror.contains(EntityId(1)));
    assert_eq!(mirror.ids().collect::<Vec<_>>(), ids(&[0, 2, 5]));
    assert_eq!(mirror.applied_seq(), ActionSeq(4), "what is not told stays");
}

#[test]
fn what_moves_goes_on_through_frames_that_say_nothing_of_it_and_wraps() {
    let mut mirror = Mirror::new(&SCHEMA);
    mirror.apply(&keyframe()).expect("valid");
    mirror.apply(&quiet(10, 7)).expect("valid");
    assert_eq!(mirror.get(EntityId(0), 2), Some(&[109, 188, 3, -4][..]));
    assert_eq!(mirror.get(EntityId(1), 2), Some(&[i32::MIN + 5, 0, 2, 0][..]));
    let far = u32::MAX - 3;
    mirror.apply(&quiet(far, 10)).expect("valid");
    let ticks = far.wrapping_sub(10) as i32;
    let wanted = [109i32.wrapping_add(ticks.wrapping_mul(3)), 188i32.wrapping_add(ticks.wrapping_mul(-4)), 3, -4];
    assert_eq!(mirror.get(EntityId(0), 2), Some(&wanted[..]));
}

#[test]
fn whoever_sets_out_or_stands_still_is_told_in_few_bytes() {
    let out = |now: [i32; 4], before: [i32; 4]| {
        let mut values = [0; 4];
        relative(&SCHEMA.components[2], &now, &before, &mut values);
        let header = Header { tick: Tick(8), base: Some(Tick(7)), relative: true, ..Header::default() };
        let [with, without] = [true, false].map(|with| {
            let mut out = Vec::new();
            let mut writer = FrameWriter::begin(&mut out, header, &[]);
            if with {
                writer.component(2, &[], rows(2, &ids(&[0]), &values));
            }
            writer.finish([].iter());
            out.len()
        });
        with - without
    };
    assert_eq!(out([160, 140, 60, -60], [100, 200, 0, 0]), 6, "place, count, id, what is there, the velocity");
    assert_eq!(out([100, 200, 0, 0], [1_100, 200, 1_000, 0]), 4);
}

#[test]
fn what_was_told_is_not_told_again_by_a_keyframe() {
    let mut mirror = Mirror::new(&SCHEMA);
    mirror.apply(&keyframe()).expect("valid");
    assert!(mirror.apply(&quiet(9, 8)).is_err());
    assert_eq!((mirror.tick(), mirror.told()), (None, Some(Tick(7))));
    let mut out = Vec::new();
    let header = Header { tick: Tick(9), ..Header::default() };
    let event = |tick| Event::new(Tick(tick), 1, None, &[]);
    FrameWriter::begin(&mut out, header, &[]).finish([event(9)].iter());
    let receipts = [7, 8].map(|tick| Receipt { seq: ActionSeq(tick), tick: Tick(tick), code: 0 });
    let (events, missed) = ([event(6), event(9)], [event(7), event(8)]);
    let seat =
        SeatUpdate { receipts: &receipts, events: &events, missed: &missed, lost: true, ..SeatUpdate::default() };
    write_seat(&mut out, &header, &seat);
    let last = mirror.apply(&out).expect("a keyframe heals");
    assert_eq!(last.events, [event(8), event(9)]);
    assert_eq!(last.seat_events, [event(9)]);
    assert_eq!(last.receipts, receipts[1..]);
    assert!(last.lost);
}

#[test]
fn a_delta_on_another_base_is_refused_until_the_next_keyframe() {
    let mut mirror = Mirror::new(&SCHEMA);
    assert_eq!(mirror.apply(&delta()).unwrap_err(), FrameError::Base { base: Tick(7), have: None });
    mirror.apply(&keyframe()).expect("a keyframe needs no base");
    mirror.apply(&delta()).expect("valid");
    assert!(mirror.apply(&delta()).is_err());
    assert!(mirror.apply(&delta()).is_err());
    mirror.apply(&keyframe()).expect("a keyframe heals");
}

#[test]
fn a_wrong_hash_is_noticed() {
    let mut mirror = Mirror::new(&SCHEMA);
    let header = Header { tick: Tick(1), hash: Some(1), ..Header::default() };
    let mut out = Vec::new();
    FrameWriter::begin(&mut out, header, &[]).finish([].iter());
    write_seat(&mut out, &header, &SeatUpdate::default());
    assert_eq!(mirror.apply(&out).unwrap_err(), FrameError::Hash { ours: 0, theirs: 1 });
}

#[test]
fn every_prefix_and_every_flipped_byte_is_an_error_or_a_frame_but_never_a_panic() {
    for whole in [keyframe(), delta()] {
        let mut base = Mirror::new(&SCHEMA);
        base.apply(&keyframe()).expect("valid");
        for end in 0..whole.len() {
            assert!(base.clone().apply(&whole[..end]).is_err(), "a frame cut to {end} bytes was taken");
        }
        for at in 0..whole.len() {
            for value in 0..=255 {
                let mut bent = whole.clone();
                bent[at] = value;
                let mut mirror = base.clone();
                let _ = mirror.apply(&bent);
                assert!(mirror.live.len() <= MAX_ENTITY_ID as usize + 1);
            }
        }
    }
}

/// What may become of bytes on a bad way.
#[derive(Clone, Debug)]
enum Bend {
    Put(usize, u8),
    Insert(usize, u8),
    Cut(usize),
    /// The rest is that of the other frame from there on.
    Splice(usize, usize),
    /// A number as large as they get.
    Swell(usize),
}

fn bend() -> impl Strategy<Value = Bend> {
    let at = 0..64usize;
    prop_oneof![
        4 => (at.clone(), any::<u8>()).prop_map(|(at, byte)| Bend::Put(at, byte)),
        2 => (at.clone(), any::<u8>()).prop_map(|(at, byte)| Bend::Insert(at, byte)),
        1 => at.clone().prop_map(Bend::Cut),
        1 => (at.clone(), at.clone()).prop_map(|(at, from)| Bend::Splice(at, from)),
        2 => at.prop_map(Bend::Swell),
    ]
}

fn bent(mut frame: Vec<u8>, other: &[u8], bends: &[Bend]) -> Vec<u8> {
    for bend in bends {
        let place = |at: &usize| at % (frame.len() + 1);
        match bend {
            Bend::Put(at, byte) => {
                let at = place(at);
                frame.get_mut(at).into_iter().for_each(|held| *held = *byte);
            }
            Bend::Insert(at, byte) => frame.insert(place(at), *byte),
            Bend::Cut(at) => frame.truncate(place(at)),
            Bend::Splice(at, from) => {
                frame.truncate(place(at));
                frame.extend_from_slice(&other[from % other.len()..]);
            }
            Bend::Swell(at) => {
                let at = place(at);
                frame.splice(at..at, [0xff, 0xff, 0xff, 0xff, 0x0f]);
            }
        }
    }
    frame
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn bent_frames_never_panic_nor_fill_the_memory_and_a_keyframe_heals(
        frames in prop::collection::vec((any::<bool>(), prop::collection::vec(bend(), 1..6)), 1..8),
    ) {
        let mut mirror = Mirror::new(&SCHEMA);
        mirror.apply(&keyframe()).expect("valid");
        for (key, bends) in frames {
            let (frame, other) = if key { (keyframe(), delta()) } else { (delta(), keyframe()) };
            let bytes = bent(frame, &other, &bends);
            if mirror.apply(&bytes).is_err() {
                prop_assert_eq!(mirror.tick(), None, "it asks for a keyframe");
                prop_assert!(mirror.apply(&delta()).is_err());
            }
            prop_assert!(mirror.live.len() <= MAX_ENTITY_ID as usize + 1);
            let last = mirror.last();
            let told = last.events.len() + last.seat_events.len() + last.receipts.len();
            prop_assert!(told <= bytes.len(), "{} bytes told of {} events", bytes.len(), told);
        }
        mirror.told = None;
        mirror.apply(&keyframe()).expect("a keyframe heals");
        let mut fresh = Mirror::new(&SCHEMA);
        fresh.apply(&keyframe()).expect("valid");
        prop_assert_eq!(mirror.hash(), fresh.hash());
        prop_assert_eq!(mirror.seat(), fresh.seat());
        prop_assert_eq!(mirror.last().entered.len(), 3);
    }
}
