//! The TCP stream below hyper, which ends what takes too long: heads of requests, the pause between two of them, and clients
//! that do not take their answer. hyper's own timer knows the first alone.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::times::Times;
use crate::error::BadInput;
use crate::metrics::Metrics;

/// Most bytes of a refused request that are read past before the connection is closed.
const LINGER_BYTES: usize = 1024 * 1024;

/// A TCP stream with times.
#[derive(Debug)]
pub(super) struct Timed {
    io: TokioIo<TcpStream>,
    times: Arc<Times>,
    metrics: Arc<Metrics>,
    reading: Timer,
    writing: Timer,
    /// Bytes that may still be read past; none before the end.
    linger: Option<usize>,
}

impl Timed {
    pub(super) fn new(stream: TcpStream, times: Arc<Times>, metrics: Arc<Metrics>) -> Self {
        Self {
            io: TokioIo::new(stream),
            times,
            metrics,
            reading: Timer::default(),
            writing: Timer::default(),
            linger: None,
        }
    }

    /// The stream alone, for a WebSocket.
    pub(super) fn into_inner(self) -> TcpStream {
        self.io.into_inner()
    }

    /// Looks after a write: one that makes no progress has its time.
    fn wrote(&mut self, cx: &mut Context<'_>, wrote: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if wrote.is_pending() {
            let until = self.writing.until().unwrap_or_else(|| Instant::now() + self.times.write);
            ready!(self.writing.poll(cx, until));
            self.metrics.bad_input(BadInput::Slow);
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not take its answer")));
        }
        if self.writing.until().is_some() {
            self.writing.stop();
            // Reading had no time of its own meanwhile, and hyper would not look at it again.
            cx.waker().wake_by_ref();
        }
        self.times.taken();
        wrote
    }
}

impl Read for Timed {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if let Poll::Ready(read) = Pin::new(&mut this.io).poll_read(cx, buf) {
            this.times.heard();
            return Poll::Ready(read);
        }
        // While an answer is stalled the client is not idle: the write has its own time.
        let Some((until, fault)) = this.times.read_by(cx.waker()).filter(|_| this.writing.until().is_none()) else {
            this.reading.stop();
            return Poll::Pending;
        };
        ready!(this.reading.poll(cx, until));
        if fault {
            this.metrics.bad_input(BadInput::Slow);
        }
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "no whole request in time")))
    }
}

impl Write for Timed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.io).poll_write(cx, buf);
        self.wrote(cx, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.wrote(cx, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    /// Ends the outgoing side. Behind an answer that ends the connection the rest of the request is read past, within bounds:
    /// closing with bytes unread would reset the connection, and the client might lose the answer.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.linger.is_none() {
            ready!(Pin::new(&mut this.io).poll_shutdown(cx))?;
            if !this.times.is_last() {
                return Poll::Ready(Ok(()));
            }
            this.linger = Some(LINGER_BYTES);
            this.reading.stop();
        }
        let until = this.reading.until().unwrap_or_else(|| Instant::now() + this.times.linger);
        let mut scratch = [0; 4_096];
        let stream = this.io.inner();
        loop {
            match stream.try_read(&mut scratch) {
                Ok(n) => match this.linger.unwrap_or_default().checked_sub(n).filter(|_| n > 0) {
                    Some(left) => this.linger = Some(left),
                    None => return Poll::Ready(Ok(())),
                },
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return Poll::Ready(Ok(())),
            }
            // The timer first: a client that never stops sending must not keep it from running.
            if this.reading.poll(cx, until).is_ready() || ready!(stream.poll_read_ready(cx)).is_err() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

/// A timer that exists only while somebody waits for it.
#[derive(Debug, Default)]
struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    fn until(&self) -> Option<Instant> {
        self.0.as_ref().map(|sleep| sleep.deadline())
    }

    fn stop(&mut self) {
        self.0 = None;
    }

    fn poll(&mut self, cx: &mut Context<'_>, until: Instant) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        if sleep.deadline() != until {
            sleep.as_mut().reset(until);
        }
        sleep.as_mut().poll(cx)
    }
}
