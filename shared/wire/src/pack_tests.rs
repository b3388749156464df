//! Packed lists come back as they were, in the form that is shortest.

use proptest::prelude::*;

use super::*;

fn ids(list: &[u32]) -> Vec<u8> {
    let mut out = Vec::new();
    write_ids(&mut out, &list.iter().copied().map(EntityId).collect::<Vec<_>>());
    let (mut reader, mut back) = (Reader::new(&out), Vec::new());
    read_ids(&mut reader, &mut back, "ids").expect("what was written can be read");
    assert_eq!(reader.remaining(), 0);
    assert_eq!(back.iter().map(|id| id.0).collect::<Vec<_>>(), list);
    out
}

fn values(rows: &[i32], columns: usize, unsigned: bool) -> (u8, Vec<u8>) {
    let mut out = Vec::new();
    let form = write_values(&mut out, rows, columns, unsigned);
    let (mut reader, mut back) = (Reader::new(&out), Vec::new());
    let count = rows.len() / columns;
    read_values(&mut reader, (count, columns), form, unsigned, &mut back).expect("what was written can be read");
    assert_eq!(reader.remaining(), 0);
    let by_column: Vec<i32> =
        (0..columns).flat_map(|at| rows.get(at..).unwrap_or(&[]).iter().step_by(columns).copied()).collect();
    assert_eq!(back, if rows.is_empty() { vec![] } else { by_column });
    (form, out)
}

#[test]
fn ids_take_the_shortest_form() {
    assert_eq!(ids(&[]), [0]);
    assert_eq!(ids(&[5, 6, 400]), [3 << 2, 5, 0, 0x89, 3]);
    assert_eq!(ids(&(7..20_007).collect::<Vec<_>>()).len(), 3 + 1 + 3, "neighbours are a run");
    assert_eq!(ids(&(0..100).map(|id| id * 7).collect::<Vec<_>>()).len(), 2 + 50, "small gaps are half bytes");
    assert_eq!(ids(&[3, 23, 28, 33, 38, 42]), [6 << 2 | NIBBLES as u8, 0xf3, 0x44, 0x34, 19 - 15]);
    ids(&[0, 65_535]);
}

/// Bytes that ids take in each of their forms, one id after the other.
fn lengths(ids: &[u32]) -> [usize; 3] {
    let (mut gaps, mut escapes, mut runs, mut next, mut more) = (0, 0, 0, 0, None);
    for id in ids {
        let gap = id - next;
        next = id + 1;
        gaps += varint::len_u32(gap);
        escapes += gap.checked_sub(ESCAPE).map_or(0, varint::len_u32);
        match more {
            Some(count) if gap == 0 => more = Some(count + 1),
            _ => {
                runs += varint::len_u32(gap) + more.map_or(0, varint::len_u32);
                more = Some(0);
            }
        }
    }
    let count = varint::len_u32((ids.len() as u32) << 2);
    [gaps, ids.len().div_ceil(2) + escapes, runs + more.map_or(0, varint::len_u32)].map(|bytes| count + bytes)
}

/// Gaps, and how many neighbours follow.
fn some_runs() -> impl Strategy<Value = Vec<(u32, u32)>> {
    let step = (prop_oneof![Just(0u32), 1..14u32, 13..18u32, 100..400u32], 1..80u32);
    prop_oneof![prop::collection::vec(step.clone(), 0..4), prop::collection::vec(step, 0..60)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_ids_take_the_shortest_form(
        steps in some_runs(),
        apart: bool,
    ) {
        let mut list = Vec::new();
        let mut next = 0;
        for (gap, run) in steps {
            let run = if apart { 1 + run % 2 } else { run };
            list.extend(next + gap..next + gap + run);
            next += gap + run;
        }
        prop_assert_eq!(ids(&list).len(), lengths(&list).into_iter().min().unwrap_or(0));
    }
}

#[test]
fn values_take_the_shortest_form() {
    assert_eq!(values(&[1, -1, 300], 3, false), (0, vec![2, 1, 0xd8, 4]));
    assert_eq!(values(&[100, -1], 1, true), (0, vec![100, 0xff, 0xff, 0xff, 0xff, 0x0f]));
    assert_eq!(values(&[0, 0, 40, -3], 4, false), (SECTION_ZEROS, vec![0b1100, 80, 5]));
    let stones: Vec<i32> = (0..100).flat_map(|_| [7, 1_000]).collect();
    assert_eq!(values(&stones, 2, false), (SECTION_COLUMNS, vec![0b0101, 14, 99, 0xd0, 0x0f, 99]));
    let small: Vec<i32> = (0..100).map(|row| row % 7 - 3).collect();
    assert_eq!(values(&small, 1, false).1.len(), 1 + 2 + 38, "three bits for each of a hundred");
    let wide = [i32::MIN, i32::MAX, 0, i32::MIN, i32::MAX, 0];
    values(&wide, 1, false);
    values(&wide, 2, true);
}

#[test]
fn a_list_that_claims_more_than_it_may_hold_is_refused() {
    let read = |bytes: &[u8]| read_ids(&mut Reader::new(bytes), &mut Vec::new(), "ids");
    let mut bytes = Vec::new();
    varint::write_u32(&mut bytes, 65_536 << 2 | RUNS);
    varint::write_u32(&mut bytes, 0);
    varint::write_u32(&mut bytes, 65_535);
    read(&bytes).expect("all ids there are");
    assert!(matches!(read(&[(2 << 2) | RUNS as u8, 0, 2]), Err(FrameError::Range { .. })), "a run past the count");
    assert!(matches!(read(&[0xff, 0xff, 0xff, 0xff, 0x0d, 0, 1]), Err(FrameError::Range { .. })), "too many");
    assert!(matches!(read(&[1 << 2 | 3, 0]), Err(FrameError::Range { .. })), "an unknown form");
    assert!(matches!(read(&[4 << 2 | NIBBLES as u8, 0]), Err(FrameError::Truncated { .. })));
    let values = |form, bytes: &[u8]| read_values(&mut Reader::new(bytes), (2, 1), form, false, &mut Vec::new());
    assert!(matches!(values(SECTION_COLUMNS, &[REPEATS, 0, 2]), Err(FrameError::Range { .. })));
    assert!(matches!(values(SECTION_COLUMNS, &[BITS, 0, 25, 0, 0, 0, 0, 0, 0, 0]), Err(FrameError::Range { .. })));
    assert!(matches!(values(SECTION_COLUMNS, &[3, 0, 0]), Err(FrameError::Range { .. })));
    assert!(matches!(values(SECTION_COLUMNS | SECTION_ZEROS, &[0, 0, 0]), Err(FrameError::Range { .. })));
}

fn number() -> impl Strategy<Value = i32> {
    prop_oneof![4 => Just(0), 4 => -4..5i32, 2 => -100..100i32, 1 => any::<i32>()]
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        list in prop::collection::btree_set(prop_oneof![0..65_536u32, 0..300u32], 0..200),
        cells in prop::collection::vec(number(), 0..400),
        columns in 1..=16usize,
        unsigned in any::<bool>(),
    ) {
        let list: Vec<u32> = list.into_iter().collect();
        let plain: usize = 5 + list.iter().zip(std::iter::once(0).chain(list.iter().map(|id| id + 1)))
            .map(|(id, next)| varint::len_u32(id - next)).sum::<usize>();
        prop_assert!(ids(&list).len() <= plain);
        values(&cells[..cells.len() / columns * columns], columns, unsigned);
    }
}
