//! All connections and the loop around them.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use mio::{Events, Interest, Poll, Token, Waker};

use super::client::Client;
use super::flags::Flags;
use super::role::Role;
use super::step::Phase;
use super::window::Window;
use crate::clock;

/// Longest wait for all clients to join, in nanoseconds.
const PATIENCE: u64 = 120_000_000_000;
/// Bytes read at a time.
const SCRATCH: usize = 256 * 1024;
/// Of no client.
const WAKE: Token = Token(usize::MAX);

pub(super) struct Drive {
    flags: Flags,
    poll: Poll,
    /// Kept, as one that is dropped takes back a wake that was not seen yet.
    waker: Arc<Waker>,
    events: Events,
    clients: Vec<Client>,
    scratch: Vec<u8>,
    pub(super) window: Window,
    /// Of those who are not counted.
    aside: Window,
    /// Handshakes under way.
    under_way: usize,
    joined: usize,
}

impl Drive {
    pub(super) fn new(flags: &Flags) -> Result<Self> {
        let poll = Poll::new()?;
        Ok(Self {
            flags: flags.clone(),
            waker: Arc::new(Waker::new(poll.registry(), WAKE)?),
            poll,
            events: Events::with_capacity(1_024),
            clients: Vec::with_capacity(flags.clients),
            scratch: vec![0; SCRATCH],
            window: Window::begin(None)?,
            aside: Window::begin(None)?,
            under_way: 0,
            joined: 0,
        })
    }

    /// Clients that are in.
    pub(super) fn joined(&self) -> usize {
        self.joined
    }

    /// Opens all connections, as many at a time as the flags say, and waits until all have joined.
    ///
    /// # Errors
    /// When a connection fails or it takes too long.
    pub(super) fn open(&mut self) -> Result<()> {
        let deadline = clock::now() + PATIENCE;
        while self.joined < self.flags.clients {
            while self.clients.len() < self.flags.clients && self.under_way < self.flags.opening {
                let client = self.connect(self.clients.len())?;
                self.clients.push(client);
            }
            self.turn(Some(Duration::from_millis(100)))?;
            self.in_time(deadline)?;
        }
        Ok(())
    }

    /// Drops every connection and opens it anew, spread evenly over `seconds`; returns after how many seconds all were back.
    ///
    /// # Errors
    /// When a connection fails or it takes too long.
    pub(super) fn reconnect(&mut self, seconds: f64) -> Result<f64> {
        let started = clock::now();
        let mut next = 0;
        while next < self.clients.len() || self.under_way > 0 {
            let due = (clock::now() - started) as f64 / 1e9 / seconds.max(1e-9) * self.clients.len() as f64;
            while next < self.clients.len().min(due as usize + 1) {
                if self.clients[next].phase == Phase::Joined {
                    self.joined -= 1;
                }
                let fresh = self.connect(next)?;
                drop(std::mem::replace(&mut self.clients[next], fresh));
                next += 1;
            }
            self.turn(Some(Duration::from_millis(1)))?;
            self.in_time(started + PATIENCE)?;
        }
        Ok((clock::now() - started) as f64 / 1e9)
    }

    /// Reads for `seconds`.
    ///
    /// # Errors
    /// When a connection fails.
    pub(super) fn read_for(&mut self, seconds: f64) -> Result<()> {
        let end = clock::now() + (seconds * 1e9) as u64;
        loop {
            let now = clock::now();
            if now >= end {
                return Ok(());
            }
            self.turn(Some(Duration::from_nanos(end - now)))?;
        }
    }

    /// What ends a [`Self::turn`] from another thread.
    pub(super) fn waker(&self) -> Arc<Waker> {
        self.waker.clone()
    }

    /// Waits for something to happen, `longest` at most, and handles it.
    ///
    /// # Errors
    /// When a connection fails while it is being opened.
    pub(super) fn turn(&mut self, longest: Option<Duration>) -> Result<()> {
        let longest = if self.flags.spin { Some(Duration::ZERO) } else { longest };
        match self.poll.poll(&mut self.events, longest) {
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => return Ok(()),
            done => done?,
        }
        for event in &self.events {
            let index = event.token().0;
            let Some(client) = self.clients.get_mut(index) else { continue };
            let before = client.phase;
            if before == Phase::Closed {
                continue;
            }
            if event.is_writable() {
                client.writable()?;
            }
            if event.is_readable() {
                let counted = index < self.flags.clients.saturating_sub(self.flags.aside);
                client.readable(&mut self.scratch, if counted { &mut self.window } else { &mut self.aside })?;
            }
            if event.is_read_closed() || event.is_error() {
                client.phase = Phase::Closed;
            }
            if client.phase == before {
                continue;
            }
            match (before, client.phase) {
                (Phase::Joined, _) => {
                    self.joined -= 1;
                    self.window.closed += 1;
                }
                (_, Phase::Closed) => bail!("a connection was closed while it was being opened ({before:?})"),
                (_, Phase::Joined) => {
                    self.joined += 1;
                    self.under_way -= 1;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn connect(&mut self, index: usize) -> Result<Client> {
        let last = 1 + (index % usize::from(self.flags.sources.max(1))) as u8;
        let deaf = index >= self.flags.clients.saturating_sub(self.flags.stalled);
        let source = Ipv4Addr::new(127, 0, 0, last);
        let role = Role::new(&self.flags, index);
        let mut client = Client::connect(self.flags.connect, source, role, deaf)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut client.stream, Token(index), interest)?;
        self.under_way += 1;
        Ok(client)
    }

    fn in_time(&self, deadline: u64) -> Result<()> {
        if clock::now() > deadline {
            bail!("only {} of {} clients have joined in time", self.joined, self.flags.clients);
        }
        Ok(())
    }
}
