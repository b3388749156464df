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

/// Events one behind the other: the offset's number and the first message's length with its kind, 8 bytes each, then that
/// message, and the attachments, each behind its length. All numbers are little-endian. Who adds an event keeps its length.
///
/// Where the next byte goes does not depend on how long the forgotten ones were. That length comes from memory that is in no
/// cache, and so writing need not wait for it.
#[derive(Debug, Default)]
pub(super) struct Ring {
    /// A power of two of them, or none.
    bytes: Box<[u8]>,
    /// Where the next one goes.
    end: usize,
    /// How many before it are in use.
    used: usize,
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

    fn reserve(&mut self, len: usize) {
        let needed = self.used + len;
        if needed > self.bytes.len() {
            let mut bytes = self.copy(0, self.used);
            bytes.resize(needed.next_power_of_two(), 0);
            (self.bytes, self.end) = (bytes.into(), self.used);
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(self.bytes.len() - self.end));
        self.bytes[self.end..][..first.len()].copy_from_slice(first);
        self.bytes[..rest.len()].copy_from_slice(rest);
        self.end = (self.end + bytes.len()) & (self.bytes.len() - 1);
        self.used += bytes.len();
    }

    /// Reads where the next `len` bytes go, a byte of each cache line; the sum of them is of no use.
    pub(super) fn fetch(&self, len: usize) -> u64 {
        let place = |at: usize| self.bytes.get((self.end + at) & self.bytes.len().wrapping_sub(1));
        (0..len).step_by(CACHE_LINE).filter_map(place).map(|byte| u64::from(*byte)).sum()
    }

    /// Forgets the first event, which has `len` bytes.
    pub(super) fn drop_first(&mut self, len: usize) {
        self.used -= len;
        if self.used == 0 {
            *self = Self::default();
        }
    }

    /// `len` of the bytes in use, from `at` on.
    fn copy(&self, at: usize, len: usize) -> Vec<u8> {
        let from = self.end.wrapping_sub(self.used).wrapping_add(at) & self.bytes.len().saturating_sub(1);
        let (behind, rest) = (&self.bytes[from..], &self.bytes[..len.saturating_sub(self.bytes.len() - from)]);
        [&behind[..len - rest.len()], rest].concat()
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
