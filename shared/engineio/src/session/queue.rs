//! What waits to be sent on the active transport. Owns the order and the count of bytes; the bounds are applied to
//! messages only, since the machine itself never queues more than a few control packets.

use std::collections::VecDeque;

use crate::{Codec, Error, Limits, Message, Packet, Probe};

#[derive(Debug, Default)]
pub(super) struct Queue {
    packets: VecDeque<Packet>,
    /// Sum of the costs of `packets`, so that asking for the depth needs no walk.
    bytes: usize,
}

fn cost(packet: &Packet) -> usize {
    let payload = match packet {
        Packet::Message(message) => message.len(),
        _ => 0,
    };
    payload + Limits::PACKET_COST
}

impl Queue {
    pub(super) fn push_message(&mut self, message: Message, limits: &Limits) -> Result<(), Error> {
        let len = message.len();
        let full = self.packets.len() >= limits.queue_packets
            || self.bytes.saturating_add(len).saturating_add(Limits::PACKET_COST) > limits.queue_bytes;
        if full {
            return Err(Error::QueueFull { len, queued: self.bytes, limit: limits.queue_bytes });
        }
        self.push_control(Packet::Message(message));
        Ok(())
    }

    pub(super) fn push_control(&mut self, packet: Packet) {
        self.bytes += cost(&packet);
        self.packets.push_back(packet);
    }

    /// Queues a pong unless one waits already, so that a peer that pings without reading costs nothing.
    pub(super) fn push_pong(&mut self, probe: Probe) {
        let waiting = |packet: &Packet| matches!(packet, Packet::Pong(_));
        if !self.packets.back().is_some_and(waiting) && !self.packets.iter().any(waiting) {
            self.push_control(Packet::Pong(probe));
        }
    }

    pub(super) fn pop(&mut self) -> Option<Packet> {
        let packet = self.packets.pop_front()?;
        self.bytes -= cost(&packet);
        if self.packets.is_empty() {
            // Most sessions are idle most of the time.
            self.packets = VecDeque::new();
        }
        Some(packet)
    }

    /// A polling body of as many packets as fit into the limits, at least one; none where nothing waits.
    pub(super) fn pop_payload(&mut self, codec: Codec, max_bytes: usize, max_packets: usize) -> Option<Vec<u8>> {
        let (mut len, mut count) = (0_usize, 0);
        for packet in &self.packets {
            len = len.saturating_add(codec.body_len(packet));
            if count > 0 && (len > max_bytes || count >= max_packets) {
                break;
            }
            count += 1;
        }
        if count == 0 {
            return None;
        }
        let body = codec.encode_body(self.packets.range(..count));
        self.bytes -= self.packets.drain(..count).map(|packet| cost(&packet)).sum::<usize>();
        Some(body)
    }

    /// Packets ahead of the one that closes the session, which nothing follows; all of them where none does.
    pub(super) fn ahead_of_close(&self) -> usize {
        self.packets.len() - usize::from(self.packets.back() == Some(&Packet::Close))
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.packets.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_counts_bytes_and_packets_and_frees_what_leaves() {
        let limits = Limits { queue_bytes: 2 * (Limits::PACKET_COST + 10), queue_packets: 3, ..Limits::default() };
        let ten = || Message::text("0123456789");
        let mut queue = Queue::default();
        queue.push_message(ten(), &limits).unwrap();
        queue.push_message(ten(), &limits).unwrap();
        assert_eq!(
            queue.push_message(Message::text(""), &limits),
            Err(Error::QueueFull { len: 0, queued: limits.queue_bytes, limit: limits.queue_bytes })
        );
        queue.pop().unwrap();
        queue.push_message(ten(), &limits).unwrap();

        let limits = Limits { queue_packets: 2, ..Limits::default() };
        assert!(queue.push_message(ten(), &limits).is_err());
        queue.pop().unwrap();
        queue.pop().unwrap();
        assert_eq!((queue.bytes(), queue.len()), (0, 0));
    }

    #[test]
    fn a_payload_is_cut_at_its_limits_but_has_at_least_one_packet() {
        let limits = Limits::default();
        let mut queue = Queue::default();
        for _ in 0..5 {
            queue.push_message(Message::text("abcd"), &limits).unwrap();
        }
        assert_eq!(queue.pop_payload(Codec::V4, 1, 100).unwrap(), b"4abcd");
        assert_eq!(queue.pop_payload(Codec::V4, 12, 100).unwrap(), b"4abcd\x1e4abcd");
        assert_eq!(queue.pop_payload(Codec::V4, 100, 1).unwrap(), b"4abcd");
        assert_eq!(queue.pop_payload(Codec::V4, 100, 100).unwrap(), b"4abcd");
        assert_eq!(queue.pop_payload(Codec::V4, 100, 100), None);
    }
    #[test]
    fn packets_ahead_of_a_close_are_counted_without_it() {
        let mut queue = Queue::default();
        assert_eq!(queue.ahead_of_close(), 0);
        queue.push_control(Packet::Noop);
        assert_eq!(queue.ahead_of_close(), 1);
        queue.push_control(Packet::Close);
        assert_eq!(queue.ahead_of_close(), 1);
        queue.pop().unwrap();
        assert_eq!(queue.ahead_of_close(), 0);
    }
}
