//! A client of a server that sends Socket.IO events with a stamp.

use super::seen::Seen;
use super::step::{Phase, Step};
use super::window::Window;
use crate::flags::Parser;
use crate::frames::{BINARY, Frame, TEXT, small};

#[derive(Debug)]
pub(super) struct Events {
    parser: Parser,
    seen: Seen,
}

impl Events {
    pub(super) fn new(parser: Parser) -> Self {
        Self { parser, seen: Seen::default() }
    }

    pub(super) fn frame(&mut self, phase: Phase, frame: Frame<'_>, now: u64, window: &mut Window) -> Step {
        match (frame.opcode, frame.payload) {
            (BINARY, packet) if phase == Phase::Joined => {
                self.seen.binary(packet, now, window);
                Step::to(phase)
            }
            (TEXT, b"2") => {
                window.pings += 1;
                Step::say(phase, small(TEXT, b"3"))
            }
            (TEXT, [b'0', ..]) if phase == Phase::Opening => {
                let connect = match self.parser {
                    Parser::Json => small(TEXT, b"40"),
                    Parser::Msgpack => small(BINARY, b"\x82\xa4type\x00\xa3nsp\xa1/"),
                };
                Step::say(Phase::Joining, connect)
            }
            (TEXT, [b'4', b'0', ..]) | (BINARY, _) if phase == Phase::Joining => Step::to(Phase::Joined),
            _ => Step::to(phase),
        }
    }
}
