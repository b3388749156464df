//! A client of a scripted world in Muster: Socket.IO with its default parser, where a frame is the attachment of an event, and
//! `seen` as often as the browser's client says it.

use anyhow::{Result, ensure};
use wire::{Header, Tick};

use super::step::{Phase, Step};
use super::window::Window;
use crate::frames::{BINARY, Frame, TEXT, small};

/// Least time between two `seen`, in nanoseconds.
const PAUSE: u64 = 250_000_000;

/// How long each frame is told after one that covers several ticks, in nanoseconds: the server waits for it then.
const EAGER: u64 = 1_000_000_000;

#[derive(Debug)]
pub(super) struct Muster {
    room: usize,
    /// The next message is the attachment of a frame.
    announced: bool,
    /// The newest frame's.
    tick: Option<Tick>,
    seen_at: u64,
    eager_until: u64,
}

impl Muster {
    pub(super) const fn new(room: usize) -> Self {
        Self { room, announced: false, tick: None, seen_at: 0, eager_until: 0 }
    }

    pub(super) fn frame(&mut self, phase: Phase, frame: Frame<'_>, now: u64, window: &mut Window) -> Result<Step> {
        Ok(match (frame.opcode, frame.payload) {
            (BINARY, attachment) => return self.attachment(attachment, now, window),
            (TEXT, b"2") => {
                window.pings += 1;
                Step::say(phase, small(TEXT, b"3"))
            }
            (TEXT, [b'0', ..]) if phase == Phase::Opening => Step::say(Phase::Joining, small(TEXT, b"40")),
            (TEXT, [b'4', b'0', ..]) if phase == Phase::Joining => {
                let join = format!("42[\"join\",{}]", self.room);
                Step::say(Phase::Seating, small(TEXT, join.as_bytes()))
            }
            (TEXT, [b'4', b'5', b'1', b'-', ..]) => {
                self.announced = true;
                Step::to(phase)
            }
            _ => Step::to(phase),
        })
    }

    fn attachment(&mut self, frame: &[u8], now: u64, window: &mut Window) -> Result<Step> {
        ensure!(std::mem::take(&mut self.announced), "an attachment that no event announced");
        let Header { tick, base, .. } = Header::of(frame)?;
        if base.is_some_and(|base| tick.since(base) > 1) {
            self.eager_until = now + EAGER;
        }
        if let Some(last) = self.tick.replace(tick) {
            window.missing += u64::from(tick.0.wrapping_sub(last.0).wrapping_sub(1));
        }
        window.frame();
        if now - self.seen_at < PAUSE && now >= self.eager_until {
            return Ok(Step::to(Phase::Joined));
        }
        self.seen_at = now;
        let seen = format!("42[\"seen\",{}]", tick.0);
        Ok(Step::say(Phase::Joined, small(TEXT, seen.as_bytes())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: Frame<'_> = Frame { opcode: TEXT, payload: b"451-[\"frame\",{\"_placeholder\":true,\"num\":0}]" };

    #[test]
    fn a_frame_counts_with_its_attachment_and_is_told_seen_four_times_a_second() {
        let mut window = Window::begin(None).expect("no process is asked for");
        let mut client = Muster::new(3);
        let mut said = Vec::new();
        for (tick, at) in [(7, 1_000), (8, 1_050), (10, 1_249), (11, 1_250)] {
            let step = client.frame(Phase::Seating, EVENT, at * 1_000_000, &mut window).expect("as a server sends");
            assert_eq!(step, Step::to(Phase::Seating));
            let payload = [wire::frame::FORMAT, wire::frame::FLAG_KEY, tick];
            let frame = Frame { opcode: BINARY, payload: &payload };
            let step = client.frame(Phase::Seating, frame, at * 1_000_000, &mut window).expect("as a server sends");
            assert_eq!(step.phase, Phase::Joined);
            said.extend(step.say);
        }
        assert_eq!((window.events, window.missing), (4, 1));
        assert_eq!(said, [small(TEXT, b"42[\"seen\",7]"), small(TEXT, b"42[\"seen\",11]")]);
        let unannounced = Frame { opcode: BINARY, payload: &[0] };
        assert!(client.frame(Phase::Joined, unannounced, 0, &mut window).is_err());
    }
}
