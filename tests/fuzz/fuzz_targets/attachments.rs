//! See [`fuzz::attachments`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::attachments::check(data));
