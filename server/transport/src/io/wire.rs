//! The stream below a WebSocket, as its one writer sees it: frames are written as far as the kernel takes them, and what it
//! refuses waits here, in order. Owns no queue of packets: whoever feeds it looks at [`Wire::waiting`] first.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use engineio::{Frame, Limits, Opcode, Packet};
use socketio::{Args, Behind, Encoded, Namespace, PacketLimits, Parser};
use tokio::net::TcpStream;

use super::framing::{Head, Piece, message_head, ws_head};
use super::outlet::{Outlet, is_short, with_buffer};
use crate::error::Error;
use crate::metrics::Metrics;

/// Slices handed to the kernel in one call.
const BATCH: usize = 32;
/// Bytes that a piece costs beside its own: a packet of one chunk has two.
const PIECE_COST: usize = Limits::PACKET_COST / 2;
/// Chunks of a latest frame that are written without being listed on the heap first.
const DIRECT_CHUNKS: usize = 8;

/// An event to be encoded: its namespace, name and arguments, and what stands behind these.
pub(crate) type Event<'a> = (&'a Namespace, &'a str, &'a Args, Behind);

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
    outlet: Outlet,
    bytes: usize,
    broken: bool,
    /// Packets since `pieces` was last empty.
    packets: usize,
    /// Bytes of answers to control frames since then.
    controls: usize,
    pieces: VecDeque<Piece>,
}

impl Wire {
    /// A wire into `stream`.
    pub(crate) fn new(stream: Arc<TcpStream>) -> Self {
        Self { outlet: Outlet::new(stream), bytes: 0, broken: false, packets: 0, controls: 0, pieces: VecDeque::new() }
    }

    /// Packets and bytes the kernel has not taken.
    pub(crate) fn waiting(&self) -> (usize, usize) {
        (self.packets, self.bytes)
    }

    /// Memory that what waits takes, by the measure of the queue: small packets take more than their bytes.
    pub(crate) fn cost(&self) -> usize {
        self.bytes + self.pieces.len() * PIECE_COST
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

    /// Bytes of answers to control frames that may wait. Who sends many and reads none has to be let go, however much else waits.
    pub(crate) fn controls(&self) -> usize {
        self.controls
    }

    /// Adds answers to control frames, framed already.
    pub(crate) fn add_framed(&mut self, bytes: Bytes) {
        self.bytes += bytes.len();
        self.controls += bytes.len();
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
        let written = self.outlet.write(run);
        self.note(written, run.len(), packets, metrics, |written| [Piece::Shared(run.slice(written..))])
    }

    /// Encodes a short event into the thread's buffer, lets `note` see its first message, and writes it at once, in one call; what
    /// `note` gives is kept until then. The wire must be clear; what the kernel refuses is copied and listed. Nothing is allocated
    /// when it takes all.
    ///
    /// # Errors
    /// As [`Parser::write_event`]; nothing is written then.
    pub(crate) fn write_event<N>(
        &mut self,
        parser: Parser,
        (namespace, name, args, behind): Event<'_>,
        limits: PacketLimits,
        note: impl FnOnce(bool, &[u8]) -> N,
        metrics: &Metrics,
    ) -> Result<Flushed, Error> {
        with_buffer(|run| {
            // The head is as long as what follows it demands, which is known afterwards.
            run.resize(Head::LONGEST, 0);
            let count = parser.write_event(run, namespace, name, (args, behind), limits)?;
            let text = parser == Parser::Json;
            let first = Head::LONGEST..run.len();
            let head = message_head(text, first.len());
            let from = Head::LONGEST - head.as_slice().len();
            run[from..Head::LONGEST].copy_from_slice(head.as_slice());
            if count > 0 {
                args.binaries(|bytes| {
                    run.extend_from_slice(message_head(false, bytes.len()).as_slice());
                    run.extend_from_slice(bytes);
                });
            }
            // Last, as it writes where no cache is: what reads memory after it may wait for that.
            let noting = note(text, &run[first]);
            let run = &run[from..];
            let written = self.outlet.write(run);
            drop(noting);
            Ok(self.note(written, run.len(), 1 + count, metrics, |written| [copied(&run[written..])]))
        })
    }

    /// Writes a packet at once, in one call. The wire must be clear; what the kernel refuses is listed.
    pub(crate) fn write_encoded(&mut self, packet: &Encoded, metrics: &Metrics) -> Flushed {
        let count = 1 + packet.attachments.len();
        if is_short(packet.len()) {
            return with_buffer(|run| {
                for (text, chunks) in packet.parts() {
                    run.extend_from_slice(message_head(text, chunks.iter().map(Bytes::len).sum()).as_slice());
                    chunks.iter().for_each(|chunk| run.extend_from_slice(chunk));
                }
                let written = self.outlet.write(run);
                self.note(written, run.len(), count, metrics, |written| [copied(&run[written..])])
            });
        }
        debug_assert!(self.is_clear(), "a packet is only written directly while nothing waits");
        metrics.packets_out.fetch_add(count as u64, Relaxed);
        for message in packet.messages() {
            self.add(&Frame::encode(&Packet::Message(message)));
        }
        self.flush(metrics)
    }

    /// Writes a latest frame at once, in one call. What the kernel refuses is listed behind nothing else, as the wire must be
    /// clear. No byte of a long payload is copied, and nothing is allocated when the kernel takes all.
    pub(crate) fn write_frame(&mut self, parts: &FrameParts<'_>, chunks: &[Bytes], metrics: &Metrics) -> Flushed {
        let runs = || {
            let before = [&parts.before[..], parts.head.as_slice(), &parts.inner[..], parts.inner_head.as_slice()];
            before.into_iter().chain(chunks.iter().map(|c| &c[..])).filter(|run| !run.is_empty())
        };
        let total: usize = runs().map(<[u8]>::len).sum();
        let mut written = Ok(0);
        if chunks.len() <= DIRECT_CHUNKS {
            written = self.outlet.write_runs::<{ DIRECT_CHUNKS + 4 }>(runs(), total);
            if matches!(written, Ok(n) if n == total) {
                metrics.frames_direct.fetch_add(1, Relaxed);
            }
        }
        let flushed = self.note(written, total, 1, metrics, |written| {
            let before = [
                Piece::Shared(parts.before.clone()),
                Piece::Head(parts.head),
                Piece::Shared(parts.inner.clone()),
                Piece::Head(parts.inner_head),
            ];
            let pieces = before.into_iter().chain(chunks.iter().cloned().map(Piece::Shared));
            behind(pieces, written)
        });
        if chunks.len() <= DIRECT_CHUNKS { flushed } else { self.flush(metrics) }
    }

    /// Counts what a direct write has done, and lists what it left: `rest` has it all but for the bytes written.
    fn note<P: IntoIterator<Item = Piece>>(
        &mut self,
        written: io::Result<usize>,
        total: usize,
        packets: usize,
        metrics: &Metrics,
        rest: impl FnOnce(usize) -> P,
    ) -> Flushed {
        debug_assert!(self.is_clear(), "only written directly while nothing waits");
        let Ok(written) = written else {
            self.broken = true;
            return Flushed::Broken;
        };
        metrics.packets_out.fetch_add(packets as u64, Relaxed);
        metrics.bytes_out.fetch_add(written as u64, Relaxed);
        if written == total {
            return Flushed::Empty;
        }
        self.pieces.extend(rest(written));
        self.bytes = total - written;
        self.packets = packets;
        Flushed::Waiting
    }

    /// Writes as much as the kernel takes.
    pub(crate) fn flush(&mut self, metrics: &Metrics) -> Flushed {
        if self.broken {
            return Flushed::Broken;
        }
        while !self.pieces.is_empty() {
            let mut slices = [IoSlice::new(&[]); BATCH];
            let used = fill(&mut slices, self.pieces.iter().map(Piece::as_slice));
            match self.outlet.write_vectored(slices.get(..used).unwrap_or_default()) {
                Ok(0) => return Flushed::Waiting,
                Ok(n) => {
                    metrics.bytes_out.fetch_add(n as u64, Relaxed);
                    self.advance(n);
                }
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
            (self.packets, self.controls) = (0, 0);
            // Most connections are idle most of the time.
            self.pieces = VecDeque::new();
        }
    }
}

fn copied(rest: &[u8]) -> Piece {
    Piece::Shared(Bytes::copy_from_slice(rest))
}

/// `pieces` without their first `written` bytes, and without empty ones.
fn behind(pieces: impl Iterator<Item = Piece>, mut written: usize) -> impl Iterator<Item = Piece> {
    pieces.filter_map(move |mut piece| {
        let skipped = written.min(piece.as_slice().len());
        written -= skipped;
        piece.advance(skipped);
        (!piece.as_slice().is_empty()).then_some(piece)
    })
}

fn fill<'a>(slices: &mut [IoSlice<'a>], runs: impl Iterator<Item = &'a [u8]>) -> usize {
    let mut used = 0;
    for (slot, run) in slices.iter_mut().zip(runs) {
        *slot = IoSlice::new(run);
        used += 1;
    }
    used
}
