//! Events that one socket alone is sent, as bytes in a row. Thousands of small pieces, each with memory of its own, would cost
//! several cache misses to keep and as many to forget; here keeping is copying to where the last one ended, and forgetting is
//! counting on, which reads nothing of what is forgotten.

use bytes::Bytes;
use engineio::{Binary, Message, Text};

use crate::{Args, Encoded};

/// Bytes of a length.
const LEN: usize = 4;

/// Bytes of an offset's number, and of the first message's length and kind.
const HEADING: usize = 16;

/// Bytes that come from memory together.
const CACHE_LINE: usize = 64;

/// Added to a text's length.
const TEXT: u64 = 1 << 32;

/// Bytes that memory is taken for at a time. Taken in ever larger pieces, thousands of rings that fill alike would all be copied
/// in the same tick.
const BLOCK: usize = 1024;

/// Events one behind the other: the offset's number and the first message's length with its kind, 8 bytes each, then that
/// message, and the attachments, each behind its length. All numbers are little-endian. Who adds an event keeps its length.
///
/// Where the next byte goes does not depend on how long the forgotten ones were. That length comes from memory that is in no
/// cache, and so writing need not wait for it.
#[derive(Debug, Default)]
pub(super) struct Ring {
    /// The first one follows the last one.
    #[expect(clippy::vec_box, reason = "what is in them is not to be copied when there are more")]
    blocks: Vec<Box<[u8; BLOCK]>>,
    /// Where the next byte goes, counted over all blocks.
    end: u32,
    /// How many bytes before it are in use.
    used: u32,
}

impl Ring {
    /// Messages of an event, and its bytes in a ring.
    pub(super) fn size_of(text: bool, head: &[u8], args: &Args) -> (usize, usize) {
        let (mut messages, mut len) = (1, HEADING + head.len());
        if text {
            args.binaries(|bytes| {
                messages += 1;
                len += LEN + bytes.len();
            });
        }
        (messages, len)
    }

    /// Adds an event of `len` bytes behind the others. What is no text has no attachments.
    pub(super) fn push(&mut self, len: usize, number: u64, (text, head): (bool, &[u8]), args: &Args) {
        self.reserve(len);
        let kind = if text { TEXT } else { 0 };
        // One by one: what is put together first can only be read again when all that was written before has left the core.
        self.put(&number.to_le_bytes());
        self.put(&(head.len() as u64 | kind).to_le_bytes());
        self.put(head);
        if text {
            args.binaries(|bytes| {
                self.put(&(bytes.len() as u32).to_le_bytes());
                self.put(bytes);
            });
        }
    }

    fn capacity(&self) -> usize {
        self.blocks.len() * BLOCK
    }

    fn reserve(&mut self, len: usize) {
        // A block is left, so that the last bytes never come to stand in the first one's block, before it: new blocks follow theirs.
        let needed = self.used as usize + len + BLOCK;
        if needed > self.capacity() {
            let begin = self.place(0);
            self.blocks.rotate_left(begin / BLOCK);
            self.end = (begin % BLOCK) as u32 + self.used;
            self.blocks.resize_with(needed.div_ceil(BLOCK), || Box::new([0; BLOCK]));
        }
    }

    fn put(&mut self, mut bytes: &[u8]) {
        self.used += bytes.len() as u32;
        while !bytes.is_empty() {
            let (block, from) = (self.end as usize / BLOCK, self.end as usize % BLOCK);
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - from));
            self.blocks[block][from..][..now.len()].copy_from_slice(now);
            self.end += now.len() as u32;
            if self.end as usize == self.capacity() {
                self.end = 0;
            }
            bytes = later;
        }
    }

    /// Reads which block is next; what it returns is of no use.
    pub(super) fn fetch_block(&self) -> usize {
        self.blocks.get(self.end as usize / BLOCK).map_or(0, |block| block.as_ptr().addr())
    }

    /// Reads where the next `len` bytes go, a byte of each cache line; the sum of them is of no use.
    pub(super) fn fetch(&self, len: usize) -> u64 {
        let (mut sum, mut left, mut place) = (0, len.min(self.capacity()), self.end as usize);
        while left > 0 {
            let block = &self.blocks[place / BLOCK][place % BLOCK..];
            let block = &block[..block.len().min(left)];
            // As little as can be between one line and the next, so that as many as can be are on their way.
            sum += block.chunks(CACHE_LINE).map(|line| u64::from(line[0])).sum::<u64>();
            left -= block.len();
            place = self.wrapped(place + block.len());
        }
        sum
    }

    /// Forgets the first event, which has `len` bytes.
    pub(super) fn drop_first(&mut self, len: usize) {
        self.used -= len as u32;
        if self.used == 0 {
            *self = Self::default();
        }
    }

    fn wrapped(&self, place: usize) -> usize {
        if place < self.capacity() { place } else { place - self.capacity() }
    }

    /// The place of the byte in use at `at`.
    fn place(&self, at: usize) -> usize {
        self.wrapped(self.end as usize + self.capacity() - self.used as usize + at)
    }

    /// `len` of the bytes in use, from `at` on.
    fn copy(&self, at: usize, len: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(len);
        while bytes.len() < len {
            let place = self.place(at + bytes.len());
            let block = &self.blocks[place / BLOCK][place % BLOCK..];
            bytes.extend_from_slice(&block[..block.len().min(len - bytes.len())]);
        }
        bytes
    }

    /// A number that stands at `at`: with an event's beginning, that of its offset.
    pub(super) fn number(&self, at: usize) -> u64 {
        self.copy(at, 8).into_iter().rev().fold(0, |number, byte| number << 8 | u64::from(byte))
    }

    /// The event of `len` bytes that begins at `at`.
    pub(super) fn read(&self, at: usize, len: usize) -> Encoded {
        let (length, text) = (self.number(at + 8) % TEXT, self.number(at + 8) >= TEXT);
        let all = Bytes::from(self.copy(at + HEADING, len - HEADING));
        let head = all.slice(..length as usize);
        let mut rest = all.slice(length as usize..);
        let mut attachments = Vec::new();
        while let Some((length, behind)) = rest.split_first_chunk::<LEN>() {
            let end = LEN + (u32::from_le_bytes(*length) as usize).min(behind.len());
            attachments.push(Binary::from(rest.slice(LEN..end)));
            rest = rest.slice(end..);
        }
        let head = match Text::try_from(head.clone()) {
            Ok(head) if text => Message::Text(head),
            _ => Message::Binary(head.into()),
        };
        Encoded { head, attachments: attachments.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn a_ring_takes_little_more_memory_than_what_is_in_it_and_none_for_nothing() {
        let mut ring = Ring::default();
        let args = Args::from(vec![Value::Bin(vec![7; 700].into())]);
        let (_, len) = Ring::size_of(true, b"head", &args);
        for number in 0..1_000 {
            if number >= 10 {
                ring.drop_first(len);
            }
            ring.push(len, number, (true, b"head"), &args);
            let (kept, first) = (number.min(9) as usize + 1, number.saturating_sub(9));
            assert!(ring.capacity() < kept * len + 2 * BLOCK, "{} for {kept}", ring.capacity());
            for at in 0..kept {
                assert_eq!(ring.number(at * len), first + at as u64);
                assert_eq!(ring.read(at * len, len).attachments[0], vec![7; 700].into());
            }
            ring.fetch(len);
        }
        (0..10).for_each(|_| ring.drop_first(len));
        assert_eq!(ring.capacity(), 0);
    }

    #[test]
    fn a_ring_that_grows_wherever_it_begins_keeps_what_is_in_it() {
        let (mut ring, mut kept) = (Ring::default(), std::collections::VecDeque::new());
        let mut random = 1_u32;
        for number in 0..3_000_u64 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // More and larger ones, again and again.
            let bytes = vec![random as u8; (random >> 8) as usize % (100 + 3 * number as usize % 3_000)];
            let args = Args::from(vec![Value::Bin(bytes.clone().into())]);
            let (_, len) = Ring::size_of(true, b"head", &args);
            ring.push(len, number, (true, b"head"), &args);
            kept.push_back((number, len, bytes));
            while kept.len() > 1 + number as usize % 97 {
                kept.pop_front().inspect(|(_, len, _)| ring.drop_first(*len));
            }
            let mut at = 0;
            for (number, len, bytes) in &kept {
                assert_eq!(ring.number(at), *number);
                assert_eq!(ring.read(at, *len).attachments[0], bytes.clone().into());
                at += len;
            }
        }
    }
}
