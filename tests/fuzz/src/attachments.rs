//! Messages that follow one another on a connection with the JSON parser: packets and their attachments. Messages are parted by
//! bytes 255, which no text has; one that begins with a byte 0 is binary.

use engineio::{Message, Text};
use socketio::{Decoder, Parser};

use crate::same::{assert_bounded_and_stable, limits};

/// What parts messages.
pub(crate) const BETWEEN: u8 = 0xff;
/// What a binary message begins with.
pub(crate) const BINARY: u8 = 0;

/// See the module.
pub fn check(data: &[u8]) {
    let limits = limits();
    let mut decoder = Decoder::with_parser(limits.clone(), Parser::Json);
    // Bytes of the packet that is under way.
    let mut held = 0;
    for part in data.split(|&byte| byte == BETWEEN) {
        let message = match part.split_first() {
            Some((&BINARY, bytes)) => Message::binary(bytes.to_vec()),
            _ => match Text::try_from(part.to_vec()) {
                Ok(text) => Message::Text(text),
                Err(_) => return,
            },
        };
        let (due, is_text) = (decoder.missing_attachments(), matches!(message, Message::Text(_)));
        held += message.len();
        let Ok(packet) = decoder.decode(message) else { return };
        assert!(is_text == (due == 0), "text where none is due, or binary");
        assert!(held <= limits.message_bytes, "{held} bytes held");
        let missing = decoder.missing_attachments();
        assert!(missing <= limits.attachments && packet.is_some() == (missing == 0));
        if !is_text {
            assert_eq!(missing, due - 1);
        }
        if let Some(packet) = packet {
            held = 0;
            assert_bounded_and_stable(&packet, Parser::Json);
        }
    }
}
