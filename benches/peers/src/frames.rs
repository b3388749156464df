//! WebSocket frames, as far as a load client has to know them: heads without masks, and small frames to send.

/// One frame of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) opcode: u8,
    pub(crate) payload: &'a [u8],
}

/// The first frame of `bytes` and what follows it; `None` while it is not whole.
pub(crate) fn split(bytes: &[u8]) -> Option<(Frame<'_>, &[u8])> {
    let (&[first, second], rest) = bytes.split_first_chunk::<2>()?;
    let (len, rest) = match second & 0x7f {
        126 => {
            let (len, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*len)), rest)
        }
        127 => {
            let (len, rest) = rest.split_first_chunk::<8>()?;
            (usize::try_from(u64::from_be_bytes(*len)).ok()?, rest)
        }
        len => (usize::from(len), rest),
    };
    let (payload, rest) = rest.split_at_checked(len)?;
    Some((Frame { opcode: first & 0x0f, payload }, rest))
}

/// Opcodes of RFC 6455, section 5.2.
pub(crate) const TEXT: u8 = 1;
pub(crate) const BINARY: u8 = 2;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;

/// A client's frame of up to 125 bytes. Its mask is zero, so the payload stands in it as it is.
pub(crate) fn small(opcode: u8, payload: &[u8]) -> Vec<u8> {
    debug_assert!(payload.len() < 126, "{} bytes are no small frame", payload.len());
    let mut frame = vec![0x80 | opcode, 0x80 | payload.len() as u8, 0, 0, 0, 0];
    frame.extend_from_slice(payload);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_every_length_are_split_and_partial_ones_wait() {
        for len in [0, 5, 125, 126, 300, 65_535, 65_536] {
            let mut bytes = match len {
                0..=125 => vec![0x82, len as u8],
                126..=65_535 => [[0x82, 126].as_slice(), &(len as u16).to_be_bytes()].concat(),
                _ => [[0x82, 127].as_slice(), &(len as u64).to_be_bytes()].concat(),
            };
            bytes.resize(bytes.len() + len, 7);
            assert_eq!(split(&bytes[..bytes.len() - 1]), None, "{len}");
            bytes.push(9);
            let (frame, rest) = split(&bytes).expect("a whole frame");
            assert_eq!((frame.opcode, frame.payload.len(), rest), (2, len, [9].as_slice()));
        }
    }
}
