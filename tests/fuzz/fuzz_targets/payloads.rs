//! See [`fuzz::payloads`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::payloads::check(data));
