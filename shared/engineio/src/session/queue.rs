//! What waits to be sent on the active transport. Owns the order and the count of bytes; the bounds are applied to
//! messages only, since the machine itself never queues more than a few control packets.

use std::collections::VecDeque;

use crate::{Error, Limits, Message, Packet, Probe, payload};

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
    pub(super) fn push_pong(&mut self) {
        let pong = Packet::Pong(Probe::Heartbeat);
        if self.packets.back() != Some(&pong) && !self.packets.contains(&pong) {
            self.push_control(pong);
        }
    }

    pub(super) fn pop(&mut self) -> Option<Packet> {
        let packet = self.packets.pop_front()?;
        self.bytes -= cost(&packet);
        Some(packet)
    }

    /// A polling body of as many packets as fit into the limits, at least one; none where nothing waits.
    pub(super) fn pop_payload(&mut self, max_bytes: usize, max_packets: usize) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        let mut count = 0;
        while let Some(packet) = self.packets.front() {
            let fits = body.len() + 1 + payload::encoded_len(packet) <= max_bytes && count < max_packets;
            if count > 0 && !fits {
                break;
            }
            payload::append(&mut body, packet);
            count += 1;
            self.pop();
        }
        (count > 0).then_some(body)
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
            Err(Error::QueueFull { len: 0, queued: 84, limit: 84 })
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
        assert_eq!(queue.pop_payload(1, 100).unwrap(), b"4abcd");
        assert_eq!(queue.pop_payload(12, 100).unwrap(), b"4abcd\x1e4abcd");
        assert_eq!(queue.pop_payload(100, 1).unwrap(), b"4abcd");
        assert_eq!(queue.pop_payload(100, 100).unwrap(), b"4abcd");
        assert_eq!(queue.pop_payload(100, 100), None);
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
