//! Counts the fragments of a WebSocket message as its bytes come in, which tungstenite does not tell. Follows the heads of
//! frames (RFC 6455, section 5.2) and nothing else: whether they are right is tungstenite's to say.

/// Longest head up to the payload's length, in bytes; the mask's key behind it is part of what is passed over.
const MAX_HEAD: usize = 10;

/// Where in the frames the stream is.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    head: [u8; MAX_HEAD],
    /// Bytes of the head there are.
    len: usize,
    /// Bytes to pass over until the next head.
    rest: u64,
    /// Frames of the message that is not complete.
    count: usize,
    /// The highest that `count` was among the bytes seen.
    most: usize,
}

impl Fragments {
    /// Follows `bytes`; tells the most frames that one message among them consists of so far.
    pub(super) fn follow(&mut self, mut bytes: &[u8]) -> usize {
        self.most = self.count;
        while !bytes.is_empty() {
            if self.rest > 0 {
                let passed = usize::try_from(self.rest).unwrap_or(usize::MAX).min(bytes.len());
                bytes = bytes.get(passed..).unwrap_or_default();
                self.rest -= passed as u64;
                continue;
            }
            let Some((byte, behind)) = bytes.split_first() else { break };
            bytes = behind;
            if let Some(place) = self.head.get_mut(self.len) {
                *place = *byte;
            }
            self.len += 1;
            self.end_of_head();
        }
        self.most
    }

    /// Looks whether the head is whole.
    fn end_of_head(&mut self) {
        let [first, second, a, b, long @ ..] = self.head;
        let (head, payload) = match second & 0x7f {
            126 => (4, u64::from(u16::from_be_bytes([a, b]))),
            127 => {
                let [c, d, e, f, g, h] = long;
                (10, u64::from_be_bytes([a, b, c, d, e, f, g, h]))
            }
            short => (2, u64::from(short)),
        };
        if self.len < head.max(2) {
            return;
        }
        let key = if second & 0x80 == 0 { 0 } else { 4 };
        self.len = 0;
        self.rest = payload.saturating_add(key);
        // Control frames, from opcode 8 on, come between the fragments and are none.
        if first & 0x08 == 0 {
            self.count += 1;
            self.most = self.most.max(self.count);
            if first & 0x80 != 0 {
                self.count = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A masked frame of `len` bytes of payload.
    fn frame(first: u8, len: usize) -> Vec<u8> {
        let mut frame = vec![first];
        match len {
            0..=125 => frame.push(0x80 | len as u8),
            126..=0xffff => {
                frame.push(0x80 | 126);
                frame.extend((len as u16).to_be_bytes());
            }
            _ => {
                frame.push(0x80 | 127);
                frame.extend((len as u64).to_be_bytes());
            }
        }
        frame.extend([0x81; 4]);
        frame.resize(frame.len() + len, 0x01);
        frame
    }

    #[test]
    fn fragments_are_counted_whatever_the_pieces_they_come_in() {
        let message = [
            frame(0x01, 3),
            frame(0x00, 0),
            frame(0x89, 125),
            frame(0x00, 126),
            frame(0x00, 70_000),
            frame(0x8a, 0),
            frame(0x80, 1),
        ]
        .concat();
        for size in [1, 2, 3, 7, 1_000, message.len()] {
            let mut fragments = Fragments::default();
            let most = message.chunks(size).map(|chunk| fragments.follow(chunk)).max();
            assert_eq!((most, fragments.count), (Some(5), 0), "in pieces of {size}");
            assert_eq!(fragments.follow(&frame(0x82, 10)), 1, "the next message begins anew");
        }
    }

    #[test]
    fn a_length_beyond_all_bounds_is_passed_over_without_an_overflow() {
        let mut fragments = Fragments::default();
        assert_eq!(fragments.follow(&[0x82, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 1, 2]), 1);
        assert_eq!(fragments.follow(&[0; 1_000]), 0);
    }
}
