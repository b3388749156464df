//! The MessagePack parser: the bytes are one binary message. rmp-serde has to agree on the data, but for extensions, which it reads in
//! its own way.

use engineio::Message;
use socketio::{Decoder, Parser, Value};

use crate::same::{assert_bounded_and_stable, assert_same, limits};

/// First bytes of the extensions that the parser takes.
const EXTENSIONS: [u8; 2] = [0xd4, 0xd7];

/// See the module.
pub fn check(data: &[u8]) {
    let limits = limits();
    let decoded = Decoder::with_parser(limits.clone(), Parser::MessagePack).decode(Message::binary(data.to_vec()));
    let Ok(packet) = decoded else { return };
    assert!(data.len() <= limits.message_bytes);
    let packet = packet.expect("each message is a packet");
    assert_bounded_and_stable(&packet, Parser::MessagePack);
    if !data.iter().any(|byte| EXTENSIONS.contains(byte)) {
        let theirs: Value = rmp_serde::from_slice(data).expect("rmp-serde reads it too");
        assert_same(&packet.data.as_ref(), &theirs.get("data").filter(|data| **data != Value::Null));
    }
}
