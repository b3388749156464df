//! A client of a scripted world in Colyseus: a seat is reserved over HTTP, then a WebSocket of binary messages, whose first
//! byte says what they are.

use std::net::SocketAddr;

use anyhow::{Result, bail};
use serde::Deserialize;

use super::step::{Phase, Step};
use super::window::Window;
use crate::frames::{BINARY, Frame, PING, PONG, small};

/// Messages, as the package `@colyseus/shared-types` numbers them; the upper bits of a first byte are flags.
const JOIN_ROOM: u8 = 10;
const ERROR: u8 = 11;
const ROOM_STATE: u8 = 14;
const ROOM_STATE_PATCH: u8 = 15;
const CODE: u8 = 0x1f;

#[derive(Debug)]
pub(super) struct Colyseus {
    room: usize,
    path: String,
}

/// A reserved seat.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seat {
    session_id: String,
    room_id: String,
    process_id: String,
}

impl Colyseus {
    pub(super) const fn new(room: usize) -> Self {
        Self { room, path: String::new() }
    }

    pub(super) fn asks(&self, host: SocketAddr) -> String {
        let body = format!("{{\"room\":{}}}", self.room);
        format!(
            "POST /matchmake/joinOrCreate/world HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    pub(super) fn answered(&mut self, body: &[u8]) -> Result<()> {
        let Seat { session_id, room_id, process_id } = serde_json::from_slice(body)?;
        self.path = format!("/{process_id}/{room_id}?sessionId={session_id}");
        Ok(())
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn frame(&self, phase: Phase, frame: Frame<'_>, window: &mut Window) -> Result<Step> {
        Ok(match (frame.opcode, frame.payload) {
            (PING, payload) => {
                window.pings += 1;
                Step::say(phase, small(PONG, payload))
            }
            (BINARY, message @ [first, ..]) => match first & CODE {
                ROOM_STATE_PATCH => {
                    window.frame();
                    Step::to(phase)
                }
                JOIN_ROOM if phase == Phase::Opening => Step::say(Phase::Joining, small(BINARY, &[JOIN_ROOM])),
                ROOM_STATE if phase == Phase::Joining => Step::to(Phase::Joined),
                ERROR => bail!("refused: {}", String::from_utf8_lossy(message)),
                _ => Step::to(phase),
            },
            _ => Step::to(phase),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_reserves_acknowledges_and_counts_patches_alone() {
        let mut window = Window::begin(None).expect("no process is asked for");
        let mut client = Colyseus::new(5);
        let address = "127.0.0.1:9".parse().expect("an address");
        assert!(client.asks(address).ends_with("Content-Length: 10\r\n\r\n{\"room\":5}"));
        let seat = br#"{"name":"world","sessionId":"S","roomId":"R","processId":"P"}"#;
        client.answered(seat).expect("a seat");
        assert_eq!(client.path(), "/P/R?sessionId=S");
        let mut step = |phase, opcode, payload| client.frame(phase, Frame { opcode, payload }, &mut window);
        let acknowledged = step(Phase::Opening, BINARY, &[10, 1, 2]).expect("as a server sends");
        assert_eq!(acknowledged, Step::say(Phase::Joining, small(BINARY, &[10])));
        assert_eq!(step(Phase::Joining, BINARY, &[14, 1]).expect("state"), Step::to(Phase::Joined));
        assert_eq!(step(Phase::Joined, PING, b"x").expect("a ping").say, Some(small(PONG, b"x")));
        assert_eq!(step(Phase::Joined, BINARY, &[15, 1]).expect("a patch"), Step::to(Phase::Joined));
        assert!(step(Phase::Joined, BINARY, &[11, 1]).is_err());
        assert_eq!((window.events, window.pings), (1, 1));
    }
}
