//! One connection: the opening of HTTP, Engine.IO and Socket.IO, and the events after it.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use mio::net::TcpStream;
use socket2::{Domain, SockAddr, Socket, Type};

use super::frames::{self, Frame};
use super::seen::Seen;
use super::window::Window;
use crate::clock;
use crate::flags::Parser;

/// What a client that stops reading takes before the server notices: its receive buffer, in bytes.
const DEAF_BUFFER: usize = 4_096;

/// How far a client has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Connecting,
    Upgrading,
    Opening,
    Joining,
    Joined,
    Closed,
}

#[derive(Debug)]
pub(super) struct Client {
    pub(super) stream: TcpStream,
    pub(super) phase: Phase,
    parser: Parser,
    /// Never reads once it has joined.
    deaf: bool,
    /// The beginning of a frame, or of the handshake's answer, that is not whole yet.
    partial: Vec<u8>,
    seen: Seen,
}

impl Client {
    /// Begins to connect from `source`.
    ///
    /// # Errors
    /// When there is no socket to be had.
    pub(super) fn connect(server: SocketAddr, source: Ipv4Addr, parser: Parser, deaf: bool) -> Result<Self> {
        let socket = Socket::new(Domain::for_address(server), Type::STREAM, None).context("no socket")?;
        socket.set_nonblocking(true)?;
        socket.set_tcp_nodelay(true)?;
        if deaf {
            socket.set_recv_buffer_size(DEAF_BUFFER)?;
        }
        if source != Ipv4Addr::LOCALHOST {
            socket.bind(&SockAddr::from(SocketAddr::from((source, 0)))).context("no port is free")?;
        }
        match socket.connect(&SockAddr::from(server)) {
            Err(e) if e.raw_os_error() != Some(nix::errno::Errno::EINPROGRESS as i32) => {
                return Err(e).context("cannot connect");
            }
            _ => {}
        }
        let stream = TcpStream::from_std(socket.into());
        let phase = Phase::Connecting;
        Ok(Self { stream, phase, parser, deaf, partial: Vec::new(), seen: Seen::default() })
    }

    /// The stream is writable: the connection stands, and the handshake goes out.
    ///
    /// # Errors
    /// When the connection was refused.
    pub(super) fn writable(&mut self) -> Result<()> {
        if self.phase == Phase::Connecting {
            if let Some(error) = self.stream.take_error()? {
                return Err(error).context("connection refused");
            }
            self.phase = Phase::Upgrading;
            let host = self.stream.peer_addr()?;
            write!(
                self.stream,
                "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\n\
                 Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )?;
        }
        Ok(())
    }

    /// Reads what there is, into `scratch`.
    ///
    /// # Errors
    /// When the opening fails.
    pub(super) fn readable(&mut self, scratch: &mut [u8], window: &mut Window) -> Result<()> {
        if self.deaf && self.phase == Phase::Joined {
            return Ok(());
        }
        loop {
            let kept = self.partial.len();
            scratch[..kept].copy_from_slice(&self.partial);
            let room = scratch.len() - kept;
            let read = match self.stream.read(&mut scratch[kept..]) {
                Ok(0) => {
                    self.phase = Phase::Closed;
                    return Ok(());
                }
                Ok(read) => read,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(_) => {
                    self.phase = Phase::Closed;
                    return Ok(());
                }
            };
            window.reads += 1;
            window.bytes += read as u64;
            let rest = self.take(&scratch[..kept + read], window)?;
            let from = kept + read - rest;
            self.partial.clear();
            self.partial.extend_from_slice(&scratch[from..kept + read]);
            // Less than there was room for is all there was.
            if read < room || self.phase == Phase::Closed {
                return Ok(());
            }
        }
    }

    /// Takes whole frames in; returns how many bytes at the end are none.
    fn take(&mut self, bytes: &[u8], window: &mut Window) -> Result<usize> {
        let mut rest = bytes;
        if self.phase == Phase::Upgrading {
            let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(bytes.len()) };
            anyhow::ensure!(bytes.starts_with(b"HTTP/1.1 101"), "refused: {}", String::from_utf8_lossy(bytes));
            self.phase = Phase::Opening;
            rest = &bytes[end + 4..];
        }
        let now = clock::now();
        while let Some((frame, behind)) = frames::split(rest) {
            self.frame(frame, now, window)?;
            rest = behind;
        }
        Ok(rest.len())
    }

    fn frame(&mut self, frame: Frame<'_>, now: u64, window: &mut Window) -> Result<()> {
        match (frame.opcode, frame.payload) {
            (2, packet) if self.phase == Phase::Joined => self.seen.binary(packet, now, window),
            (1, b"2") => {
                window.pings += 1;
                self.stream.write_all(&frames::small(true, b"3"))?;
            }
            (1, [b'0', ..]) if self.phase == Phase::Opening => {
                let connect = match self.parser {
                    Parser::Json => frames::small(true, b"40"),
                    Parser::Msgpack => frames::small(false, b"\x82\xa4type\x00\xa3nsp\xa1/"),
                };
                self.stream.write_all(&connect)?;
                self.phase = Phase::Joining;
            }
            (1, [b'4', b'0', ..]) | (2, _) if self.phase == Phase::Joining => self.phase = Phase::Joined,
            (8, _) => self.phase = Phase::Closed,
            _ => {}
        }
        Ok(())
    }
}
