//! Events that one socket alone is sent, as bytes in a row. Thousands of small pieces, each with memory of its own, would cost
//! several cache misses to keep and as many to forget; here keeping is copying to where the last one ended, and forgetting is
//! counting on. What forgetting looks at stands before each event, where the next one of a full ring is written anyway.

use std::collections::VecDeque;

use bytes::Bytes;
use engineio::{Binary, Message, Text};

use crate::{Args, Encoded};

/// Bytes of a length.
const LEN: usize = 4;

/// Bytes of a [`Heading`].
const HEADING: usize = 20;

/// What stands before an event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heading {
    /// Bytes of the event behind this.
    pub(super) len: u32,
    /// What it counts in its log.
    pub(super) cost: u32,
    /// Its place among all events of a log, also those that are shared.
    pub(super) order: u32,
    /// Its offset's number.
    pub(super) number: u64,
}

/// Events one behind the other: a [`Heading`], 1 for a text or 0, then the first message and the attachments, each behind its
/// length. All numbers are little-endian.
#[derive(Debug)]
pub(super) struct Ring {
    bytes: VecDeque<u8>,
    events: u32,
}

impl Ring {
    pub(super) const fn new() -> Self {
        Self { bytes: VecDeque::new(), events: 0 }
    }

    /// How many events are there.
    pub(super) fn len(&self) -> usize {
        self.events as usize
    }

    /// Messages of an event, and its bytes without its heading.
    pub(super) fn size_of(text: bool, head: &[u8], args: &Args) -> (usize, usize) {
        let (mut messages, mut len) = (1, 1 + LEN + head.len());
        if text {
            args.binaries(|bytes| {
                messages += 1;
                len += LEN + bytes.len();
            });
        }
        (messages, len)
    }

    /// Adds an event behind the others. What is no text has no attachments.
    pub(super) fn push(&mut self, heading: Heading, text: bool, head: &[u8], args: &Args) {
        let mut bytes = [0; HEADING + 1];
        bytes[..4].copy_from_slice(&heading.len.to_le_bytes());
        bytes[4..8].copy_from_slice(&heading.cost.to_le_bytes());
        bytes[8..12].copy_from_slice(&heading.order.to_le_bytes());
        bytes[12..HEADING].copy_from_slice(&heading.number.to_le_bytes());
        bytes[HEADING] = u8::from(text);
        self.bytes.extend(&bytes);
        self.message(head);
        if text {
            args.binaries(|bytes| self.message(bytes));
        }
        self.events += 1;
    }

    fn message(&mut self, bytes: &[u8]) {
        self.bytes.extend(&(bytes.len() as u32).to_le_bytes());
        self.bytes.extend(bytes);
    }

    /// What stands before the first event.
    pub(super) fn first(&self) -> Option<Heading> {
        self.heading(0)
    }

    fn heading(&self, at: usize) -> Option<Heading> {
        let (mut bytes, end) = ([0; HEADING], at + HEADING);
        if end > self.bytes.len() {
            return None;
        }
        bytes.iter_mut().zip(self.bytes.range(at..end)).for_each(|(to, from)| *to = *from);
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let number = u64::from(word(12)) | u64::from(word(16)) << 32;
        Some(Heading { len: word(0), cost: word(4), order: word(8), number })
    }

    /// Forgets the first event, which has this heading.
    pub(super) fn drop_first(&mut self, heading: Heading) {
        self.bytes.drain(..HEADING + heading.len as usize);
        self.events -= 1;
        if self.events == 0 {
            self.bytes = VecDeque::new();
        }
    }

    /// The headings of all events, oldest first, each with where its event begins.
    pub(super) fn headings(&self) -> impl Iterator<Item = (Heading, usize)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let heading = self.heading(at)?;
            let begin = at + HEADING;
            at = begin + heading.len as usize;
            Some((heading, begin))
        })
    }

    /// The event of `len` bytes that begins at `at`.
    pub(super) fn read(&self, at: usize, len: usize) -> Encoded {
        let all: Bytes = self.bytes.range(at..at + len).copied().collect();
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
