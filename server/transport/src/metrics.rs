//! Counters of the transport. Owns atomics and a snapshot of them; knows no exporter.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::error::{BadInput, CloseReason};

/// The counters of one server. Cheap to bump from any thread.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Sessions open now.
    pub(crate) sessions: AtomicUsize,
    /// Sessions opened since the start.
    pub(crate) sessions_total: AtomicU64,
    /// Sockets whose clients are gone and may come back.
    pub(crate) parked: AtomicUsize,
    /// Sockets whose clients came back in time, since the start.
    pub(crate) recovered_total: AtomicU64,
    /// Sessions whose packets travel over WebSocket now.
    pub(crate) websockets: AtomicUsize,
    /// Sessions that changed from polling to WebSocket since the start.
    pub(crate) upgrades_total: AtomicU64,
    /// TCP connections open now, requests and WebSockets alike.
    pub(crate) tcp: AtomicUsize,
    /// TCP connections accepted since the start.
    pub(crate) tcp_total: AtomicU64,
    /// TCP connections dropped at once because of a cap.
    pub(crate) tcp_refused: AtomicU64,
    /// Engine.IO packets received.
    pub(crate) packets_in: AtomicU64,
    /// Engine.IO packets handed to the kernel or to a polling response.
    pub(crate) packets_out: AtomicU64,
    /// Bytes of packets received, without HTTP and TCP heads.
    pub(crate) bytes_in: AtomicU64,
    /// Bytes of packets sent, with WebSocket heads, without HTTP and TCP heads.
    pub(crate) bytes_out: AtomicU64,
    /// Frames of the latest-frame lane taken.
    pub(crate) frames_out: AtomicU64,
    /// Frames that the kernel took whole on the thread that sent them.
    pub(crate) frames_direct: AtomicU64,
    /// Handshakes refused because of a cap or a rate.
    pub(crate) handshakes_refused: AtomicU64,
    bad: [AtomicU64; BadInput::ALL.len()],
    /// Closed sessions by reason. A map behind a lock, as a session closes once.
    closes: Mutex<BTreeMap<&'static str, u64>>,
}

/// The counters at one moment. See [`Metrics`] for their meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Sessions open now.
    pub sessions: usize,
    /// Sessions opened since the start.
    pub sessions_total: u64,
    /// Sockets whose clients are gone and may come back, now.
    pub parked: usize,
    /// Sockets whose clients came back in time, since the start.
    pub recovered_total: u64,
    /// Sessions on WebSocket now.
    pub websockets: usize,
    /// Upgrades from polling to WebSocket since the start.
    pub upgrades_total: u64,
    /// TCP connections open now.
    pub tcp: usize,
    /// TCP connections accepted since the start.
    pub tcp_total: u64,
    /// TCP connections dropped at once because of a cap.
    pub tcp_refused: u64,
    /// Engine.IO packets received.
    pub packets_in: u64,
    /// Engine.IO packets sent.
    pub packets_out: u64,
    /// Bytes of packets received.
    pub bytes_in: u64,
    /// Bytes of packets sent.
    pub bytes_out: u64,
    /// Frames of the latest-frame lane taken.
    pub frames_out: u64,
    /// Frames that the kernel took whole on the thread that sent them.
    pub frames_direct: u64,
    /// Handshakes refused because of a cap or a rate.
    pub handshakes_refused: u64,
    /// Bad inputs by class.
    pub bad_inputs: Vec<(BadInput, u64)>,
    /// Closed sessions by reason.
    pub closes: BTreeMap<&'static str, u64>,
}

impl Metrics {
    /// Reads all counters. They are read one by one: the sums of two counters may be off by what happens meanwhile.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            sessions: self.sessions.load(Relaxed),
            sessions_total: self.sessions_total.load(Relaxed),
            parked: self.parked.load(Relaxed),
            recovered_total: self.recovered_total.load(Relaxed),
            websockets: self.websockets.load(Relaxed),
            upgrades_total: self.upgrades_total.load(Relaxed),
            tcp: self.tcp.load(Relaxed),
            tcp_total: self.tcp_total.load(Relaxed),
            tcp_refused: self.tcp_refused.load(Relaxed),
            packets_in: self.packets_in.load(Relaxed),
            packets_out: self.packets_out.load(Relaxed),
            bytes_in: self.bytes_in.load(Relaxed),
            bytes_out: self.bytes_out.load(Relaxed),
            frames_out: self.frames_out.load(Relaxed),
            frames_direct: self.frames_direct.load(Relaxed),
            handshakes_refused: self.handshakes_refused.load(Relaxed),
            bad_inputs: BadInput::ALL.into_iter().zip(self.bad.iter().map(|n| n.load(Relaxed))).collect(),
            closes: self.closes.lock().unwrap_or_else(|e| e.into_inner()).clone(),
        }
    }

    /// Counts one bad input.
    pub(crate) fn bad_input(&self, class: BadInput) {
        self.bad[class as usize].fetch_add(1, Relaxed);
    }

    /// Counts one closed session.
    pub(crate) fn closed(&self, reason: CloseReason) {
        *self.closes.lock().unwrap_or_else(|e| e.into_inner()).entry(reason.as_str()).or_default() += 1;
    }
}

impl Snapshot {
    /// The count of one class of bad input.
    pub fn bad(&self, class: BadInput) -> u64 {
        self.bad_inputs.iter().find(|(c, _)| *c == class).map_or(0, |(_, n)| *n)
    }
}
