//! What comes in: WebSocket messages and the packets in them. Hands packets to the Engine.IO machine, and its events up.

use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use engineio::{Packet, Text, Transport};

use super::live::{Task, Turn};
use crate::error::{BadInput, CloseReason};
use crate::io::{ReadError, Received, ws_close};

impl Task {
    /// Reads WebSocket messages, as many as one turn may.
    pub(super) fn read(&mut self) -> Turn {
        let mut left = self.conn.shared.config.read_turn;
        let mut packets = self.conn.shared.config.turn_packets;
        while let Some(ws) = self.ws.as_mut().filter(|_| packets > 0) {
            packets -= 1;
            let metrics = &self.conn.shared.metrics;
            let received = match ws.next(&mut left, &mut self.replies) {
                Ok(Some(received)) => received,
                Ok(None) => break,
                Err(error) => {
                    self.read_failed(&error);
                    break;
                }
            };
            let codec = self.conn.dialect.codec;
            let (len, decoded) = match received {
                Received::Text(text) => {
                    let bytes = Bytes::from(text);
                    let limits = &self.conn.shared.engine.limits;
                    let text = Text::try_from(bytes.clone()).map_err(|_| engineio::Error::InvalidUtf8(bytes.len()));
                    (bytes.len(), text.and_then(|text| codec.decode_text(&text, limits)))
                }
                Received::Binary(bytes) => (bytes.len(), codec.decode_binary(bytes, &self.conn.shared.engine.limits)),
                Received::Close(code) => {
                    self.part(code);
                    self.conn.lock().engine.handle_transport_lost(self.conn.now(), Transport::WebSocket, false);
                    self.dispatch();
                    break;
                }
            };
            metrics.packets_in.fetch_add(1, Relaxed);
            metrics.bytes_in.fetch_add(len as u64, Relaxed);
            match decoded {
                Ok(packet) => self.packet(Transport::WebSocket, packet),
                Err(error) => {
                    self.bad_input(BadInput::of_engine(&error), &error);
                    self.conn.lock().engine.handle_invalid(self.conn.now(), Transport::WebSocket);
                    self.dispatch();
                }
            }
            if self.conn.lock().engine.is_closed() {
                break;
            }
        }
        self.reply();
        if left == 0 || packets == 0 { Turn::More } else { Turn::Done }
    }

    /// The client closes the WebSocket with that code. One that only probes is answered at once and says nothing of the session's.
    fn part(&mut self, code: Option<u16>) {
        if self.conn.lock().engine.is_upgrading() {
            self.answer_close(code);
        } else {
            self.farewell = Some(code);
        }
    }

    /// Answers the close frame of a WebSocket that only probes.
    pub(super) fn answer_close(&self, code: Option<u16>) {
        if let Some(wire) = &mut self.conn.lock().wire {
            wire.add_control(ws_close(code));
            // What the kernel does not take at once is lost with the WebSocket.
            let _ = wire.flush(&self.conn.shared.metrics);
        }
    }

    fn read_failed(&mut self, error: &ReadError) {
        match error {
            ReadError::Gone => {}
            ReadError::TooLarge { .. } | ReadError::TooManyFragments { .. } => {
                self.bad_input(BadInput::TooLarge, error)
            }
            ReadError::Protocol(_) | ReadError::Utf8 => self.bad_input(BadInput::WebSocket, error),
        }
        let code = error.close_code();
        let failed = code.is_some();
        // A WebSocket that only probes fails alone: the session goes on.
        if !self.conn.lock().engine.is_upgrading() {
            self.close_code = code;
        }
        self.conn.lock().engine.handle_transport_lost(self.conn.now(), Transport::WebSocket, failed);
        self.dispatch();
    }

    /// Sends the control frames that reading gave rise to.
    fn reply(&mut self) {
        if self.replies.is_empty() {
            return;
        }
        let bytes = Bytes::from(std::mem::take(&mut self.replies));
        let mut core = self.conn.lock();
        let Some(wire) = &mut core.wire else { return };
        if wire.controls() + bytes.len() > self.conn.shared.config.max_queue_bytes {
            core.close(self.conn.now(), CloseReason::QueueFull, &self.conn.shared.metrics);
        } else {
            wire.add_framed(bytes);
        }
    }

    pub(super) fn packet(&mut self, via: Transport, packet: Packet) {
        let kind = packet.kind();
        {
            let mut core = self.conn.lock();
            let open = !core.engine.is_closed();
            core.engine.handle_packet(self.conn.now(), via, packet);
            let broke = open && core.engine.close_reason() == Some(engineio::CloseReason::TransportError);
            drop(core);
            if broke {
                self.bad_input(BadInput::Engine, &format_args!("{kind} packet at the wrong moment"));
            }
        }
        self.dispatch();
    }
}
