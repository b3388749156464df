//! Bounds on what a peer may make this end hold. Owns the figures; decoder and session apply them.
//! And bounds on what this end sends at a time.

use std::time::Duration;

use crate::Error;

/// Bounds of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most binary attachments of one packet; the official JSON parser refuses more. Defaults to 10.
    pub attachments: usize,
    /// Time from a packet's header to its last attachment. Defaults to 10 s.
    pub attachment_timeout: Duration,
    /// Deepest nesting of arrays and maps in one packet, the packet's own containers included; more than 128 count as
    /// 128, as reading goes down one call for each. Defaults to 32.
    pub depth: usize,
    /// Most values (scalars, arrays and maps) in one packet, since a decoded value is many times larger than the
    /// byte it may have come from. Defaults to 100,000.
    pub values: usize,
    /// Longest packet in bytes, its attachments included. Defaults to 1,000,000.
    pub message_bytes: usize,
    /// Most bytes of one packet of ours, each of its messages counted with
    /// [`PACKET_COST`](engineio::Limits::PACKET_COST): what no queue would take is refused before it is sent. Defaults to no
    /// bound.
    pub packet_bytes: usize,
    /// Most acknowledgements awaited from the peer at a time. Defaults to 1,000.
    pub outstanding_acks: usize,
    /// Most namespaces the peer may be in, or have asked for, at a time; a server refuses further ones. Defaults to 16.
    pub namespaces: usize,
    /// Longest name of a namespace in bytes. Defaults to 256.
    pub namespace_bytes: usize,
    /// Time a new client has to join a first namespace. Defaults to 45 s.
    pub connect_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attachments: 10,
            attachment_timeout: Duration::from_secs(10),
            depth: 32,
            values: 100_000,
            message_bytes: 1_000_000,
            packet_bytes: usize::MAX,
            outstanding_acks: 1_000,
            namespaces: 16,
            namespace_bytes: 256,
            connect_timeout: Duration::from_secs(45),
        }
    }
}

impl Limits {
    /// The bounds of a packet that this end sends.
    pub const fn packet(&self) -> PacketLimits {
        PacketLimits { attachments: self.attachments, bytes: self.packet_bytes }
    }
}

/// Bounds of one packet that this end sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketLimits {
    /// [`Limits::attachments`].
    pub attachments: usize,
    /// [`Limits::packet_bytes`].
    pub bytes: usize,
}

impl PacketLimits {
    /// Refuses a packet of `bytes` bytes with so many attachments.
    pub(crate) fn check(self, attachments: usize, bytes: usize) -> Result<(), Error> {
        if attachments > self.attachments {
            return Err(Error::TooManyAttachments { count: attachments, limit: self.attachments });
        }
        let bytes = bytes.saturating_add((1 + attachments) * engineio::Limits::PACKET_COST);
        if bytes > self.bytes { Err(Error::PacketTooLarge { bytes, limit: self.bytes }) } else { Ok(()) }
    }
}

/// Deepest nesting whatever the settings say.
const MAX_DEPTH: usize = 128;

/// What is left of the bounds while one packet is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) depth: usize,
    pub(crate) values: usize,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { depth: limits.depth.min(MAX_DEPTH), values: limits.values }
    }

    /// For tests of values alone.
    #[cfg(test)]
    pub(crate) fn unlimited() -> Self {
        Self { depth: usize::MAX, values: usize::MAX }
    }
}
