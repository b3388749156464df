//! A blocking Socket.IO connection, as far as one client of a world needs it.

use std::io::{BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Result, ensure};

use crate::frames::{self, BINARY, TEXT, small};

#[derive(Debug)]
pub(super) struct Socket {
    stream: BufReader<TcpStream>,
    bytes: Vec<u8>,
}

impl Socket {
    /// Connects, and asks for the frames of room 0.
    pub(super) fn join(server: SocketAddr) -> Result<Self> {
        let mut stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        write!(
            stream,
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )?;
        let mut socket = Self { stream: BufReader::new(stream), bytes: Vec::new() };
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            socket.stream.read_exact(&mut byte)?;
            head.extend(byte);
        }
        ensure!(head.starts_with(b"HTTP/1.1 101"), "refused: {}", String::from_utf8_lossy(&head));
        socket.until(b"0")?;
        socket.say("40")?;
        socket.until(b"40")?;
        socket.say("42[\"join\",0]")?;
        Ok(socket)
    }

    /// The next frame of the world.
    pub(super) fn next(&mut self) -> Result<Vec<u8>> {
        self.until(b"451-")?;
        let (opcode, frame) = self.message()?;
        ensure!(opcode == BINARY, "a frame without its attachment");
        Ok(frame)
    }

    pub(super) fn say(&mut self, packet: &str) -> Result<()> {
        Ok(self.stream.get_mut().write_all(&small(TEXT, packet.as_bytes()))?)
    }

    /// Reads up to a packet that begins like this.
    fn until(&mut self, beginning: &[u8]) -> Result<()> {
        loop {
            let (opcode, message) = self.message()?;
            ensure!(opcode != frames::CLOSE, "the server closed the connection");
            if opcode == TEXT && message == b"2" {
                self.say("3")?;
            } else if opcode == TEXT && message.starts_with(beginning) {
                return Ok(());
            }
        }
    }

    fn message(&mut self) -> Result<(u8, Vec<u8>)> {
        loop {
            if let Some((frame, rest)) = frames::split(&self.bytes) {
                let message = (frame.opcode, frame.payload.to_vec());
                let used = self.bytes.len() - rest.len();
                self.bytes.drain(..used);
                return Ok(message);
            }
            let mut more = [0; 16_384];
            let read = self.stream.read(&mut more)?;
            ensure!(read > 0, "the server closed the connection");
            self.bytes.extend_from_slice(&more[..read]);
        }
    }
}
