//! Heads of the server's WebSocket frames (RFC 6455, section 5.2). Server frames carry no mask, so a frame is its head and
//! the untouched payload.

use bytes::{BufMut, Bytes, BytesMut};
use engineio::{Frame, Message, Opcode, Packet};

/// The head of one frame, or of one frame and the constant bytes before its payload. Lives on the stack.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Head {
    bytes: [u8; 16],
    from: u8,
    to: u8,
}

impl Head {
    /// Bytes of the longest head of a frame with one byte behind it.
    pub(crate) const LONGEST: usize = 11;

    /// The bytes not written yet.
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(usize::from(self.from)..usize::from(self.to)).unwrap_or_default()
    }

    /// Adds bytes after the head; at most 6 fit behind the longest one, further ones are ignored.
    pub(crate) fn extend(&mut self, more: &[u8]) {
        let to = usize::from(self.to);
        if let Some(room) = self.bytes.get_mut(to..to + more.len()) {
            room.copy_from_slice(more);
            self.to += more.len() as u8;
        }
    }

    fn advance(&mut self, n: usize) {
        self.from = self.to.min(self.from.saturating_add(n.min(16) as u8));
    }
}

/// The head of a final frame of `len` payload bytes, text or binary.
pub(crate) fn ws_head(text: bool, len: usize) -> Head {
    let mut head = Head::default();
    head.extend(&[if text { 0x81 } else { 0x82 }]);
    match len {
        0..=125 => head.extend(&[len as u8]),
        126..=0xffff => {
            head.extend(&[126]);
            head.extend(&(len as u16).to_be_bytes());
        }
        _ => {
            head.extend(&[127]);
            head.extend(&(len as u64).to_be_bytes());
        }
    }
    head
}

/// The head of the frame of an Engine.IO message of `len` bytes, and for text the packet's type, which binary has not.
pub(crate) fn message_head(text: bool, len: usize) -> Head {
    let mut head = ws_head(text, len + usize::from(text));
    head.extend(if text { b"4" } else { b"" });
    head
}

/// The frames of `messages` in one run of bytes: made once, written to many.
pub(crate) fn ws_run(messages: impl Iterator<Item = Message>) -> Bytes {
    let mut run = BytesMut::new();
    for message in messages {
        let frame = Frame::encode(&Packet::Message(message));
        run.put_slice(ws_head(frame.opcode == Opcode::Text, frame.len()).as_slice());
        frame.slices().for_each(|slice| run.put_slice(slice));
    }
    run.freeze()
}

/// A close frame, with a code of RFC 6455, section 7.4.1, or without one.
pub(crate) fn ws_close(code: Option<u16>) -> Head {
    let mut head = Head::default();
    match code {
        Some(code) => {
            head.extend(&[0x88, 2]);
            head.extend(&code.to_be_bytes());
        }
        None => head.extend(&[0x88, 0]),
    }
    head
}

/// A run of bytes on its way to the kernel.
#[derive(Debug)]
pub(crate) enum Piece {
    /// A frame's head.
    Head(Head),
    /// Payload, shared with other connections where it is a broadcast.
    Shared(Bytes),
}

impl Piece {
    /// The bytes not written yet.
    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Head(head) => head.as_slice(),
            Self::Shared(bytes) => bytes,
        }
    }

    /// Forgets the first `n` bytes.
    pub(crate) fn advance(&mut self, n: usize) {
        match self {
            Self::Head(head) => head.advance(n),
            Self::Shared(bytes) => bytes::Buf::advance(bytes, n.min(bytes.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_use_the_shortest_length_that_fits() {
        assert_eq!(ws_head(true, 0).as_slice(), [0x81, 0]);
        assert_eq!(ws_head(false, 125).as_slice(), [0x82, 125]);
        assert_eq!(ws_head(false, 126).as_slice(), [0x82, 126, 0, 126]);
        assert_eq!(ws_head(true, 65_535).as_slice(), [0x81, 126, 0xff, 0xff]);
        assert_eq!(ws_head(false, 65_536).as_slice(), [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn a_close_frame_carries_its_code_in_two_bytes() {
        assert_eq!(ws_close(Some(1009)).as_slice(), [0x88, 2, 0x03, 0xf1]);
        assert_eq!(ws_close(None).as_slice(), [0x88, 0]);
    }

    #[test]
    fn a_partly_written_piece_goes_on_where_it_stopped() {
        let mut head = Piece::Head(ws_head(false, 300));
        head.advance(3);
        assert_eq!(head.as_slice(), [44]);
        let mut shared = Piece::Shared(Bytes::from_static(b"abc"));
        shared.advance(2);
        assert_eq!(shared.as_slice(), b"c");
        shared.advance(9);
        assert!(shared.as_slice().is_empty());
    }
}
