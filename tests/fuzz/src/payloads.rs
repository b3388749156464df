//! Polling bodies of both revisions. The first byte chooses: `4`, `3` for text or `b` for binary framing; the body follows.

use engineio::{Codec, Limits};

use crate::same::assert_same;

/// Most packets of a body.
pub(crate) const MAX_PACKETS: usize = 16;

/// See the module.
pub fn check(data: &[u8]) {
    let Some((&form, body)) = data.split_first() else { return };
    let (codec, binary) = match form {
        b'4' => (Codec::V4, false),
        b'3' => (Codec::V3, false),
        b'b' => (Codec::V3, true),
        _ => return,
    };
    let limits = Limits { max_payload: 4_096, payload_packets: MAX_PACKETS, ..Limits::default() };
    let Ok(packets) = codec.decode_body(body.to_vec().into(), binary, &limits) else { return };
    assert!(body.len() <= limits.max_payload && packets.len() <= limits.payload_packets);
    for codec in if codec == Codec::V4 { vec![codec] } else { vec![Codec::V3, Codec::V3Base64] } {
        let written = codec.encode_body(&packets);
        let binary = codec.is_binary_body(&written);
        let again = codec.decode_body(written.into(), binary, &Limits::default()).expect("what we write we read");
        assert_same(&again, &packets);
    }
}
