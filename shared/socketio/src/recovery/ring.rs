//! Events that one socket alone is sent, as bytes in a row. Thousands of small pieces, each with memory of its own, would cost
//! several cache misses to keep and as many to forget; here keeping is copying to where the last one ended, and forgetting is
//! counting on.

use std::collections::VecDeque;

use bytes::Bytes;
use engineio::{Binary, Message, Text};

use crate::{Args, Encoded};

/// Bytes of a length.
const LEN: usize = 4;

/// Events one behind the other: 1 for a text or 0, then the first message and the attachments, each behind its length (u32,
/// little-endian).
#[derive(Debug)]
pub(super) struct Ring(VecDeque<u8>);

impl Ring {
    pub(super) const fn new() -> Self {
        Self(VecDeque::new())
    }

    /// Bytes that an event takes here.
    pub(super) fn len_of(text: bool, head: &[u8], args: &Args) -> usize {
        let mut len = 1 + LEN + head.len();
        if text {
            args.binaries(|bytes| len += LEN + bytes.len());
        }
        len
    }

    /// Adds an event behind the others. What is no text has no attachments.
    pub(super) fn push(&mut self, text: bool, head: &[u8], args: &Args) {
        self.0.push_back(u8::from(text));
        self.message(head);
        if text {
            args.binaries(|bytes| self.message(bytes));
        }
    }

    fn message(&mut self, bytes: &[u8]) {
        self.0.extend(&(bytes.len() as u32).to_le_bytes());
        self.0.extend(bytes);
    }

    /// Forgets the first `len` bytes, which are whole events.
    pub(super) fn drop_first(&mut self, len: usize) {
        self.0.drain(..len);
        if self.0.is_empty() {
            self.0 = VecDeque::new();
        }
    }

    /// The event of `len` bytes that begins at `at`.
    pub(super) fn read(&self, at: usize, len: usize) -> Encoded {
        let all: Bytes = self.0.range(at..at + len).copied().collect();
        let mut messages = Vec::new();
        let mut rest = all.slice(1..);
        while let Some((length, behind)) = rest.split_first_chunk::<LEN>() {
            let end = LEN + (u32::from_le_bytes(*length) as usize).min(behind.len());
            messages.push(rest.slice(LEN..end));
            rest = rest.slice(end..);
        }
        let mut messages = messages.into_iter();
        let head = messages.next().unwrap_or_default();
        let head = match Text::try_from(head.clone()) {
            Ok(text) if all[0] == 1 => Message::Text(text),
            _ => Message::Binary(head.into()),
        };
        Encoded { head, attachments: messages.map(Binary::from).collect() }
    }
}
