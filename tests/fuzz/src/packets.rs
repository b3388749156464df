//! Engine.IO packets as WebSocket messages. The first byte chooses: `4`, `3` or `b` (revision 3 with base64) for text, the same
//! plus 128 for binary; the message follows.

use engineio::{Codec, Limits, Opcode, Packet, Text};

use crate::same::assert_same;

/// See the module.
pub fn check(data: &[u8]) {
    let Some((&form, message)) = data.split_first() else { return };
    let codec = match form & 0x7f {
        b'4' => Codec::V4,
        b'3' => Codec::V3,
        b'b' => Codec::V3Base64,
        _ => return,
    };
    let limits = Limits { max_payload: 1_024, ..Limits::default() };
    let opcode = if form < 0x80 { Opcode::Text } else { Opcode::Binary };
    let Some(packet) = decode(codec, opcode, message, &limits) else { return };
    assert!(message.len() <= limits.max_payload);
    let frame = codec.frame(&packet);
    assert_eq!(frame.len(), frame.to_bytes().len());
    let again = decode(codec, frame.opcode, &frame.to_bytes(), &Limits::default());
    assert_same(&again, &Some(packet));
}

fn decode(codec: Codec, opcode: Opcode, message: &[u8], limits: &Limits) -> Option<Packet> {
    match opcode {
        Opcode::Text => codec.decode_text(&Text::try_from(message.to_vec()).ok()?, limits).ok(),
        Opcode::Binary => codec.decode_binary(message.to_vec().into(), limits).ok(),
    }
}
