//! The MessagePack parser: the bytes are one binary message.

use engineio::Message;
use socketio::{Decoder, Parser};

use crate::same::{assert_bounded_and_stable, limits};

/// See the module.
pub fn check(data: &[u8]) {
    let limits = limits();
    let decoded = Decoder::with_parser(limits.clone(), Parser::MessagePack).decode(Message::binary(data.to_vec()));
    let Ok(packet) = decoded else { return };
    assert!(data.len() <= limits.message_bytes);
    assert_bounded_and_stable(&packet.expect("each message is a packet"), Parser::MessagePack);
}
