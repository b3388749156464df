//! The events of one connection: their stamps, and the gaps between their ticks.

use super::window::Window;
use crate::payload;

/// What a connection has seen so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Where in a binary message the payload begins: the same in all of a connection.
    offset: usize,
    last_tick: Option<u32>,
}

impl Seen {
    /// A binary message that was received at `now`. Without a stamp it is no event.
    pub(super) fn binary(&mut self, packet: &[u8], now: u64, window: &mut Window) {
        let at_usual = packet.get(self.offset..).and_then(payload::read);
        let Some((sent, tick)) = at_usual.or_else(|| {
            self.offset = payload::find(packet)?;
            payload::read(&packet[self.offset..])
        }) else {
            return;
        };
        if let Some(last) = self.last_tick.replace(tick) {
            window.missing += u64::from(tick.wrapping_sub(last).wrapping_sub(1));
        }
        window.event(sent, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(before: &[u8], tick: u32) -> Vec<u8> {
        let mut bytes = payload::template(32);
        payload::stamp(&mut bytes, 1_000_000, tick, None);
        [before, &bytes].concat()
    }

    #[test]
    fn events_are_counted_wherever_their_payload_begins_and_gaps_are_missing_ones() {
        let mut window = Window::begin(None).expect("no process is asked for");
        let mut seen = Seen::default();
        for (before, tick) in [(&b""[..], 7), (b"", 8), (b"", 11), (b"packet", 12)] {
            seen.binary(&packet(before, tick), 3_000_000, &mut window);
        }
        seen.binary(b"no event at all", 3_000_000, &mut window);
        assert_eq!((window.events, window.missing), (4, 2));
    }
}
