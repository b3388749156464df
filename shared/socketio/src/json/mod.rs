//! The default parser: `<type>[<attachments>-][<namespace>,][<id>][<json>]`.

mod decode;
mod encode;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use decode::{Header, decode};
pub(crate) use encode::{encode, encode_event, utf8, write_event, write_value};

/// Key of a placeholder object, which stands for an attachment.
const PLACEHOLDER: &str = "_placeholder";

/// Wire types of an event and an acknowledgement with attachments.
const BINARY_EVENT: u8 = b'5';
const BINARY_ACK: u8 = b'6';
