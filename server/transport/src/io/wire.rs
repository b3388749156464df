//! The stream below a WebSocket, as its one writer sees it: frames are written as far as the kernel takes them, and what it
//! refuses waits here, in order. Owns no queue of packets: whoever feeds it looks at [`Wire::waiting`] first.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use engineio::{Frame, Opcode, Packet};
use socketio::Encoded;
use tokio::net::TcpStream;

use super::framing::{Head, Piece, message_head, ws_head};
use crate::metrics::Metrics;

/// Slices handed to the kernel in one call.
const BATCH: usize = 32;
/// Messages of a packet that are written without being listed on the heap first.
const DIRECT_MESSAGES: usize = 4;
/// Chunks of a latest frame that are written without being listed on the heap first.
const DIRECT_CHUNKS: usize = 8;

/// What a write left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flushed {
    /// The kernel has everything.
    Empty,
    /// The kernel is full; the rest waits for the stream to be writable.
    Waiting,
    /// The stream has failed.
    Broken,
}

/// What goes before a latest frame's payload: a run of its own (JSON's text packet, framed), the head of the binary frame,
/// and for MessagePack the packet's constant bytes with the head of the binary value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FrameParts<'a> {
    pub(crate) before: &'a Bytes,
    pub(crate) head: Head,
    pub(crate) inner: &'a Bytes,
    pub(crate) inner_head: Head,
}

/// Frames on their way into one stream. What the direct writes look at stands first, as in [`Conn`](crate::conn::Conn).
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Wire {
    stream: Arc<TcpStream>,
    bytes: usize,
    broken: bool,
    /// Packets since `pieces` was last empty.
    packets: usize,
    pieces: VecDeque<Piece>,
}

impl Wire {
    /// A wire into `stream`.
    pub(crate) fn new(stream: Arc<TcpStream>) -> Self {
        Self { stream, bytes: 0, broken: false, packets: 0, pieces: VecDeque::new() }
    }

    /// Packets and bytes the kernel has not taken.
    pub(crate) fn waiting(&self) -> (usize, usize) {
        (self.packets, self.bytes)
    }

    /// Whether the kernel has everything and takes more.
    pub(crate) fn is_clear(&self) -> bool {
        self.bytes == 0 && !self.broken
    }

    /// Adds one packet as a frame of its own. Payloads are shared, not copied. Nothing is written yet.
    pub(crate) fn add(&mut self, frame: &Frame) {
        let mut head = ws_head(frame.opcode == Opcode::Text, frame.len());
        head.extend(frame.head);
        self.bytes += head.as_slice().len() + frame.body.len();
        self.packets += 1;
        self.pieces.push_back(Piece::Head(head));
        self.pieces.extend(frame.body.chunks().iter().filter(|c| !c.is_empty()).cloned().map(Piece::Shared));
    }

    /// Adds bytes that are framed already.
    pub(crate) fn add_framed(&mut self, bytes: Bytes) {
        self.bytes += bytes.len();
        self.pieces.push_back(Piece::Shared(bytes));
    }

    /// Adds a whole control frame.
    pub(crate) fn add_control(&mut self, frame: Head) {
        self.bytes += frame.as_slice().len();
        self.pieces.push_back(Piece::Head(frame));
    }

    /// Writes `packets` packets that are framed already, in one call. The wire must be clear; what the kernel refuses is listed.
    /// No byte is copied, and nothing is allocated when the kernel takes all.
    pub(crate) fn write_run(&mut self, run: &Bytes, packets: usize, metrics: &Metrics) -> Flushed {
        debug_assert!(self.is_clear(), "framed packets are only written while nothing waits");
        let written = match self.stream.try_write(run) {
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => 0,
            Err(_) => {
                self.broken = true;
                return Flushed::Broken;
            }
        };
        metrics.packets_out.fetch_add(packets as u64, Relaxed);
        metrics.bytes_out.fetch_add(written as u64, Relaxed);
        if written == run.len() {
            return Flushed::Empty;
        }
        self.pieces.push_back(Piece::Shared(run.slice(written..)));
        self.bytes = run.len() - written;
        self.packets = packets;
        Flushed::Waiting
    }

    /// Writes a packet at once, in one call. The wire must be clear; what the kernel refuses is listed.
    pub(crate) fn write_encoded(&mut self, packet: &Encoded, metrics: &Metrics) -> Flushed {
        debug_assert!(self.is_clear(), "a packet is only written directly while nothing waits");
        let count = 1 + packet.attachments.len();
        metrics.packets_out.fetch_add(count as u64, Relaxed);
        let mut written = 0;
        if count <= DIRECT_MESSAGES {
            let mut heads = [Head::default(); DIRECT_MESSAGES];
            for (head, (text, chunks)) in heads.iter_mut().zip(packet.parts()) {
                *head = message_head(text, chunks.iter().map(Bytes::len).sum());
            }
            let mut slices = [IoSlice::new(&[]); DIRECT_MESSAGES + DIRECT_CHUNKS];
            let frames = heads.iter().zip(packet.parts());
            let run = |(head, (_, chunks))| std::iter::once(Head::as_slice(head)).chain(as_slices(chunks));
            let used = fill(&mut slices, frames.flat_map(run));
            match self.stream.try_write_vectored(slices.get(..used).unwrap_or_default()) {
                Ok(n) => written = n,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => {
                    self.broken = true;
                    return Flushed::Broken;
                }
            }
            metrics.bytes_out.fetch_add(written as u64, Relaxed);
            let total: usize = heads.iter().map(|head| head.as_slice().len()).sum::<usize>() + packet.len();
            if written == total {
                return Flushed::Empty;
            }
        }
        for message in packet.messages() {
            self.add(&Frame::encode(&Packet::Message(message)));
        }
        self.advance(written);
        if count <= DIRECT_MESSAGES { Flushed::Waiting } else { self.flush(metrics) }
    }

    /// Writes a latest frame at once, in one call. What the kernel refuses is listed behind nothing else, as the wire must be
    /// clear. No payload byte is copied, and nothing is allocated when the kernel takes all.
    pub(crate) fn write_frame(&mut self, parts: &FrameParts<'_>, chunks: &[Bytes], metrics: &Metrics) -> Flushed {
        debug_assert!(self.is_clear(), "a latest frame is only written while nothing waits");
        let runs = || {
            let before = [&parts.before[..], parts.head.as_slice(), &parts.inner[..], parts.inner_head.as_slice()];
            before.into_iter().chain(chunks.iter().map(|c| &c[..])).filter(|run| !run.is_empty())
        };
        let total: usize = runs().map(<[u8]>::len).sum();
        let mut written = 0;
        if chunks.len() <= DIRECT_CHUNKS {
            let mut slices = [IoSlice::new(&[]); DIRECT_CHUNKS + 4];
            let used = fill(&mut slices, runs());
            match self.stream.try_write_vectored(slices.get(..used).unwrap_or_default()) {
                Ok(n) => written = n,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => {
                    self.broken = true;
                    return Flushed::Broken;
                }
            }
            metrics.bytes_out.fetch_add(written as u64, Relaxed);
        }
        if written == total {
            metrics.frames_direct.fetch_add(1, Relaxed);
            return Flushed::Empty;
        }
        let before = [
            Piece::Shared(parts.before.clone()),
            Piece::Head(parts.head),
            Piece::Shared(parts.inner.clone()),
            Piece::Head(parts.inner_head),
        ];
        self.pieces.extend(before.into_iter().filter(|p| !p.as_slice().is_empty()));
        self.pieces.extend(chunks.iter().filter(|c| !c.is_empty()).cloned().map(Piece::Shared));
        self.bytes = total;
        self.packets = 1;
        self.advance(written);
        if chunks.len() <= DIRECT_CHUNKS { Flushed::Waiting } else { self.flush(metrics) }
    }

    /// Writes as much as the kernel takes.
    pub(crate) fn flush(&mut self, metrics: &Metrics) -> Flushed {
        if self.broken {
            return Flushed::Broken;
        }
        while !self.pieces.is_empty() {
            let mut slices = [IoSlice::new(&[]); BATCH];
            let used = fill(&mut slices, self.pieces.iter().map(Piece::as_slice));
            match self.stream.try_write_vectored(slices.get(..used).unwrap_or_default()) {
                Ok(n) => {
                    metrics.bytes_out.fetch_add(n as u64, Relaxed);
                    self.advance(n);
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Flushed::Waiting,
                Err(_) => {
                    self.broken = true;
                    return Flushed::Broken;
                }
            }
        }
        Flushed::Empty
    }

    /// Forgets the first `n` bytes.
    fn advance(&mut self, mut n: usize) {
        self.bytes = self.bytes.saturating_sub(n);
        while let Some(first) = self.pieces.front_mut() {
            let len = first.as_slice().len();
            if n < len {
                first.advance(n);
                break;
            }
            n -= len;
            self.pieces.pop_front();
        }
        if self.pieces.is_empty() {
            self.packets = 0;
            // Most connections are idle most of the time.
            self.pieces = VecDeque::new();
        }
    }
}

fn as_slices(chunks: &[Bytes]) -> impl Iterator<Item = &[u8]> {
    chunks.iter().map(|chunk| &chunk[..]).filter(|chunk| !chunk.is_empty())
}

fn fill<'a>(slices: &mut [IoSlice<'a>], runs: impl Iterator<Item = &'a [u8]>) -> usize {
    let mut used = 0;
    for (slot, run) in slices.iter_mut().zip(runs) {
        *slot = IoSlice::new(run);
        used += 1;
    }
    used
}
