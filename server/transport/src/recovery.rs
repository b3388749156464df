//! The bounds of connection state recovery. Owns no behaviour: what is kept is in `sockets::trail`, who is waited for in
//! `sockets::parking`.

use std::time::Duration;

use engineio::Limits;
use socketio::MissedLog;

use crate::error::Error;

/// Most that [`Recovery::max_bytes`] may be: logs count in 32 bits.
const MOST_BYTES: usize = 1 << 30;

/// Settings of connection state recovery: a client that lost its connection and is back in time has its id, its rooms, its data
/// and every event it missed, as `socket.io-client` 4.6 and newer ask for. Events that were volatile, asked for an
/// acknowledgement, or are [latest frames](crate::FrameEvent) are not kept.
///
/// Networks lose connections without a word: a client that is back before its loss was noticed ends its former connection by
/// that, and goes on from there.
///
/// What a client has missed in all its namespaces has to fit into its queue as far as it does not take it at once; where it does
/// not, the connection ends with [`QueueFull`](crate::CloseReason::QueueFull), and the client begins anew with the next one.
///
/// The server sends each missed event once. `socket.io-client` (4.8 and before) may hand one out twice all the same: what comes
/// while it is not yet connected waits in its `receiveBuffer`, which it keeps when it loses the connection, without taking the
/// offsets. Where that matters, empty it with `socket.io.on("open", () => { socket.receiveBuffer = [] })`.
///
/// A namespace may hold [`max_parked`](Self::max_parked) times [`max_bytes`](Self::max_bytes) for clients that are away.
///
/// A client hears of it by an offset, which every event that can be recovered has as an additional last argument. It takes any text
/// at an event's end for one, so an event that is not kept and ends in a text, or has no arguments, has an additional null there;
/// but for those that ask for an acknowledgement, where it looks for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Time a client has to come back. Defaults to 120 s.
    pub max_disconnection: Duration,
    /// Whether the namespace's middlewares are left out for a client that is back. Connect handlers run in any case. One that is
    /// lost again while an asynchronous middleware decides about it is waited for anew. Defaults to true.
    pub skip_middlewares: bool,
    /// Most events kept for one socket; the oldest go first, and a client that missed them starts afresh. At most half of
    /// [`Config::max_queue_packets`](crate::Config::max_queue_packets), unless [`max_bytes`](Self::max_bytes) has no room for so
    /// many. Defaults to 256.
    pub max_events: usize,
    /// Most bytes of events kept for one socket, each event counted as its bytes and 96 for each of its messages; bytes of
    /// broadcasts are shared by all receivers. At most 1,073,741,824, and with 192 for each message, as the queue counts, at most
    /// half of [`Config::max_queue_bytes`](crate::Config::max_queue_bytes): a quarter is always right. Defaults to 65,536.
    pub max_bytes: usize,
    /// Most sockets of one namespace that are waited for; the oldest go first. Defaults to 10,000.
    pub max_parked: usize,
    /// Most of them whose clients came from one address, so that a single one cannot have all others forgotten; the oldest go
    /// first. Addresses count as for [`Config::max_sessions_per_ip`](crate::Config::max_sessions_per_ip). Defaults to
    /// 5,000.
    pub max_parked_per_ip: usize,
}

impl Default for Recovery {
    fn default() -> Self {
        Self {
            max_disconnection: Duration::from_secs(120),
            skip_middlewares: true,
            max_events: 256,
            max_bytes: 65_536,
            max_parked: 10_000,
            max_parked_per_ip: 5_000,
        }
    }
}

impl Recovery {
    /// Most bytes that what one socket has missed can count in its client's queue, where each message counts more beside its
    /// own bytes than in the log.
    fn most_missed(&self, attachments: usize) -> usize {
        let messages = self.max_events.saturating_mul(attachments.saturating_add(1));
        let messages = messages.min(self.max_bytes / MissedLog::MESSAGE_COST);
        self.max_bytes + messages * (Limits::PACKET_COST - MissedLog::MESSAGE_COST)
    }

    /// # Errors
    /// [`Error::Config`] names the first field that cannot work beside the bounds of the queue and of a packet's attachments.
    pub(crate) fn validate(&self, queue: &Limits, attachments: usize, longest: Duration) -> Result<(), Error> {
        if self.max_disconnection.is_zero() || self.max_disconnection > longest {
            let time = self.max_disconnection;
            return Err(Error::Config(format!(
                "recovery.max_disconnection of {time:?} is not above 0 and at most {longest:?}"
            )));
        }
        if self.max_bytes > MOST_BYTES {
            let bytes = self.max_bytes;
            return Err(Error::Config(format!("recovery.max_bytes of {bytes} is above {MOST_BYTES}")));
        }
        let bytes = self.most_missed(attachments);
        if bytes > queue.queue_bytes / 2 {
            let (kept, queue) = (self.max_bytes, queue.queue_bytes);
            return Err(Error::Config(format!(
                "recovery.max_bytes of {kept} makes {bytes} bytes in the queue, above half of max_queue_bytes, {queue}"
            )));
        }
        let events = self.max_events.min(self.max_bytes / MissedLog::MESSAGE_COST);
        if events > queue.queue_packets / 2 {
            let queue = queue.queue_packets;
            return Err(Error::Config(format!(
                "recovery.max_events of {events} is above half of max_queue_packets, {queue}"
            )));
        }
        for (name, value) in [
            ("max_events", self.max_events),
            ("max_bytes", self.max_bytes),
            ("max_parked", self.max_parked),
            ("max_parked_per_ip", self.max_parked_per_ip),
        ] {
            if value == 0 {
                return Err(Error::Config(format!("recovery.{name} must not be zero")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said about so many events and bytes, with so many attachments a packet, beside the standard queue.
    fn told(max_events: usize, max_bytes: usize, attachments: usize) -> Option<String> {
        beside(&Limits::default(), max_events, max_bytes, attachments)
    }

    fn beside(queue: &Limits, max_events: usize, max_bytes: usize, attachments: usize) -> Option<String> {
        let bounds = Recovery { max_events, max_bytes, ..Recovery::default() };
        bounds.validate(queue, attachments, Duration::from_secs(1_000)).err().map(|error| error.to_string())
    }

    #[test]
    fn what_was_missed_fits_into_half_of_the_queue_as_the_queue_counts_it() {
        let named =
            |told: Option<String>| assert!(told.as_ref().is_some_and(|it| it.contains("max_bytes")), "{told:?}");
        // All of them small: each counts twice as much in the queue.
        assert_eq!(told(100_000, 683 * 96 - 1, 10), None, "a log of it has at most 682 messages");
        named(told(100_000, 683 * 96, 10));
        // Few of them, with one attachment each.
        assert_eq!(told(8, 131_072 - 16 * 96, 1), None);
        named(told(8, 131_072 - 16 * 96 + 1, 1));
    }

    #[test]
    fn events_that_are_kept_are_at_most_half_of_the_packets_that_may_wait() {
        let queue = |queue_packets| Limits { queue_packets, ..Limits::default() };
        assert_eq!(beside(&queue(200), 100, 65_536, 1), None);
        let told = beside(&queue(199), 100, 65_536, 1);
        assert!(told.is_some_and(|it| it.contains("max_events") && it.contains("max_queue_packets")));
        assert_eq!(beside(&queue(20), 100, 10 * 96, 1), None, "there is room for ten");
    }
}
