//! Frames against mirrors, byte by byte.

use super::*;
use crate::{ComponentSpec, FrameWriter, RowValues, SeatUpdate, write_seat};

static SCHEMA: Schema = Schema {
    components: &[ComponentSpec::state("place", &["x", "y"]), ComponentSpec::state("health", &["hp"])],
    seat: &["gold", "food"],
};

const QUIET: SeatUpdate<'static> = SeatUpdate { applied: ActionSeq(0), columns: &[], receipts: &[], events: &[] };

fn ids(list: &[u32]) -> Vec<EntityId> {
    list.iter().copied().map(EntityId).collect()
}

fn keyframe() -> Vec<u8> {
    let mut out = Vec::new();
    let header = Header { tick: Tick(7), base: None, relative: false, hash: None };
    let mut writer = FrameWriter::begin(&mut out, header, &[], &ids(&[0, 1, 5]));
    writer.component(0, &[], RowValues { ids: &ids(&[0, 1, 5]), values: &[1, 2, 3, 4, 5, 6], columns: 2 });
    writer.component(1, &[], RowValues { ids: &ids(&[5]), values: &[-9], columns: 1 });
    writer.finish([Event::new(Tick(6), 3, Some(EntityId(5)), &[1, -1])].iter());
    let receipts = [Receipt { seq: ActionSeq(4), tick: Tick(7), code: 2 }];
    write_seat(
        &mut out,
        &header,
        &SeatUpdate { applied: ActionSeq(4), columns: &[(1, 50)], receipts: &receipts, events: &[] },
    );
    out
}

fn delta() -> Vec<u8> {
    let mut out = Vec::new();
    let header = Header { tick: Tick(8), base: Some(Tick(7)), relative: true, hash: None };
    let mut writer = FrameWriter::begin(&mut out, header, &ids(&[1]), &ids(&[2]));
    writer.component(0, &[], RowValues { ids: &ids(&[0, 2]), values: &[-1, 0, 40, 41], columns: 2 });
    writer.component(1, &ids(&[5]), RowValues { ids: &[], values: &[], columns: 1 });
    writer.finish([].iter());
    write_seat(&mut out, &header, &QUIET);
    out
}

#[test]
fn a_keyframe_then_a_delta_give_the_state_they_describe() {
    let mut mirror = Mirror::new(&SCHEMA);
    let applied = mirror.apply(&keyframe()).expect("valid").clone();
    assert_eq!(applied.entered, ids(&[0, 1, 5]));
    assert_eq!(applied.events, [Event::new(Tick(6), 3, Some(EntityId(5)), &[1, -1])]);
    assert_eq!(applied.receipts, [Receipt { seq: ActionSeq(4), tick: Tick(7), code: 2 }]);
    assert_eq!(mirror.get(EntityId(1), 0), Some(&[3, 4][..]));
    assert_eq!(mirror.seat(), [0, 50]);

    let applied = mirror.apply(&delta()).expect("valid");
    assert_eq!((&applied.left, &applied.entered), (&ids(&[1]), &ids(&[2])));
    assert_eq!(mirror.get(EntityId(0), 0), Some(&[0, 2][..]));
    assert_eq!(mirror.get(EntityId(2), 0), Some(&[40, 41][..]));
    assert_eq!(mirror.get(EntityId(5), 1), None);
    assert!(!mirror.contains(EntityId(1)));
    assert_eq!(mirror.ids().collect::<Vec<_>>(), ids(&[0, 2, 5]));
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
    let header = Header { tick: Tick(1), base: None, relative: false, hash: Some(1) };
    let mut out = Vec::new();
    FrameWriter::begin(&mut out, header, &[], &[]).finish([].iter());
    write_seat(&mut out, &header, &QUIET);
    assert_eq!(mirror.apply(&out).unwrap_err(), FrameError::Hash { ours: StateHash::new().finish(), theirs: 1 });
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
