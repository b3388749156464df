//! One connection: its socket, the opening over HTTP, and whole WebSocket frames for its role.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use mio::net::TcpStream;
use socket2::{Domain, SockAddr, Socket, Type};

use super::role::Role;
use super::step::{Phase, Step};
use super::window::Window;
use crate::clock;
use crate::frames::{self, Frame};

/// What a client that stops reading takes before the server notices: its receive buffer, in bytes.
const DEAF_BUFFER: usize = 4_096;

#[derive(Debug)]
pub(super) struct Client {
    pub(super) stream: TcpStream,
    pub(super) phase: Phase,
    role: Role,
    /// Never reads once it has joined.
    deaf: bool,
    /// The beginning of a frame, or of the handshake's answer, that is not whole yet.
    partial: Vec<u8>,
}

impl Client {
    /// Begins to connect from `source`.
    ///
    /// # Errors
    /// When there is no socket to be had.
    pub(super) fn connect(server: SocketAddr, source: Ipv4Addr, role: Role, deaf: bool) -> Result<Self> {
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
        Ok(Self { stream, phase: Phase::Connecting, role, deaf, partial: Vec::new() })
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
            let host = self.stream.peer_addr()?;
            match self.role.asks(host) {
                Some(request) => {
                    self.phase = Phase::Asking;
                    self.stream.write_all(request.as_bytes())?;
                }
                None => self.upgrade(host)?,
            }
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

    /// Sends the WebSocket handshake.
    fn upgrade(&mut self, host: SocketAddr) -> Result<()> {
        self.phase = Phase::Upgrading;
        let path = self.role.path();
        write!(
            self.stream,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )?;
        Ok(())
    }

    /// Takes whole frames in; returns how many bytes at the end are none.
    fn take(&mut self, bytes: &[u8], window: &mut Window) -> Result<usize> {
        let mut rest = bytes;
        if self.phase == Phase::Asking {
            let Some(answer) = http_body(bytes)? else { return Ok(bytes.len()) };
            self.role.answered(answer)?;
            self.upgrade(self.stream.peer_addr()?)?;
            return Ok(0);
        }
        if self.phase == Phase::Upgrading {
            let Some(end) = head_end(bytes) else { return Ok(bytes.len()) };
            anyhow::ensure!(bytes.starts_with(b"HTTP/1.1 101"), "refused: {}", String::from_utf8_lossy(bytes));
            self.phase = Phase::Opening;
            rest = &bytes[end..];
        }
        let now = clock::now();
        while let Some((frame, behind)) = frames::split(rest) {
            self.frame(frame, now, window)?;
            rest = behind;
        }
        Ok(rest.len())
    }

    fn frame(&mut self, frame: Frame<'_>, now: u64, window: &mut Window) -> Result<()> {
        if frame.opcode == frames::CLOSE {
            self.phase = Phase::Closed;
            return Ok(());
        }
        let Step { phase, say } = self.role.frame(self.phase, frame, now, window)?;
        self.phase = phase;
        if let Some(bytes) = say {
            self.stream.write_all(&bytes)?;
        }
        Ok(())
    }
}

/// Where the head of an HTTP message ends.
fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// The body of an HTTP answer, once it is whole.
///
/// # Errors
/// When it is no 200, or does not tell its length.
fn http_body(bytes: &[u8]) -> Result<Option<&[u8]>> {
    let Some(end) = head_end(bytes) else { return Ok(None) };
    let head = String::from_utf8_lossy(&bytes[..end]);
    anyhow::ensure!(head.starts_with("HTTP/1.1 200"), "refused: {}", String::from_utf8_lossy(bytes));
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    Ok(bytes.get(end..end + length.context("an answer without its length")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_over_http_is_waited_for_to_its_end() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nplace";
        assert_eq!(http_body(answer).expect("an answer"), Some(b"place".as_slice()));
        for cut in [answer.len() - 1, 30, 5] {
            assert_eq!(http_body(&answer[..cut]).expect("a part of one"), None, "{cut}");
        }
        assert!(http_body(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").is_err());
    }
}
