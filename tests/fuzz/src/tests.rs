//! The targets on their seeds and on changes of those, without a fuzzer.

use crate::corpus::mutations::Random;
use crate::{TARGETS, json, msgpack};

#[test]
fn every_target_has_a_hundred_seeds_of_its_own_at_least() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(seeds.len() >= 100, "{} has {}", target.name, seeds.len());
        assert_eq!(seeds, (target.seeds)(), "{}", target.name);
    }
}

#[test]
fn every_target_holds_on_its_seeds_and_on_changes_of_them() {
    let mut random = Random(1);
    for target in TARGETS {
        let seeds = (target.seeds)();
        seeds.iter().for_each(|seed| (target.check)(seed));
        for _ in 0..20_000 {
            let mut bytes = seeds[random.below(seeds.len())].clone();
            for _ in 0..=random.below(3) {
                let (at, byte) = (random.below(bytes.len() + 1), random.below(256) as u8);
                match random.below(3) {
                    0 => bytes.truncate(at),
                    1 => bytes.insert(at, byte),
                    _ => bytes.iter_mut().skip(at).take(1).for_each(|old| *old = byte),
                }
            }
            (target.check)(&bytes);
        }
    }
}

#[test]
fn numbers_of_every_form_and_repeated_names_are_read_as_rmp_serde_reads_them() {
    for data in [
        &b"\xd2\xff\xff\xff\xfe"[..],
        b"\xd0\x80",
        b"\xd1\x80\x00",
        b"\xca\x3f\x80\x00\x00",
        b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x82\xa1a\x01\xa1a\xc3",
    ] {
        msgpack::check(&[b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xa1x", data].concat());
    }
}

#[test]
fn an_infinite_number_may_be_replaced_by_a_later_one_of_its_name() {
    json::check(br#"{"":1,"":266999999999999999991e49999,"":2}"#);
    json::check(br#"{"a":"\ud800","a":2}"#);
}
