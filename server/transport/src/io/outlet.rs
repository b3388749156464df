//! Where bytes leave for the kernel. Owns how a call is made, not what is left of it: the [`Wire`](super::Wire) keeps that.

use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::sync::Arc;

use tokio::net::TcpStream;

/// Longest run that is put together before it is written, in bytes. Copying so much costs less than having the kernel walk a
/// list of pieces.
const GATHERED: usize = 4 * 1024;

/// The stream below a WebSocket, to write to.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Outlet {
    stream: Arc<TcpStream>,
    /// Of the stream. It stands here because a broadcast would miss the cache twice on its way to it through the runtime.
    #[cfg(unix)]
    descriptor: std::os::fd::RawFd,
}

impl Outlet {
    pub(super) fn new(stream: Arc<TcpStream>) -> Self {
        #[cfg(unix)]
        let descriptor = std::os::fd::AsRawFd::as_raw_fd(&*stream);
        Self {
            stream,
            #[cfg(unix)]
            descriptor,
        }
    }

    /// Writes what the kernel takes of `bytes`, in one call; 0 where it is full, and then the runtime tells when it no longer is.
    ///
    /// # Errors
    /// When the stream has failed.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        #[cfg(unix)]
        {
            use nix::{errno::Errno, sys::socket};
            // No signal either: a program that hosts this need not ignore that of broken pipes.
            #[cfg(target_os = "linux")]
            let flags = socket::MsgFlags::MSG_DONTWAIT | socket::MsgFlags::MSG_NOSIGNAL;
            #[cfg(not(target_os = "linux"))]
            let flags = socket::MsgFlags::MSG_DONTWAIT;
            match socket::send(self.descriptor, bytes, flags) {
                Ok(written) => return Ok(written),
                // The runtime has to learn it from a call of its own.
                Err(Errno::EAGAIN | Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        or_full(self.stream.try_write(bytes))
    }

    /// The same for several runs, still in one call.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub(super) fn write_vectored(&self, runs: &[IoSlice<'_>]) -> io::Result<usize> {
        or_full(self.stream.try_write_vectored(runs))
    }

    /// The same for runs of `total` bytes together, which are copied together where that is cheaper. `N` is the most runs.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub(super) fn write_runs<'a, const N: usize>(
        &self,
        runs: impl Iterator<Item = &'a [u8]>,
        total: usize,
    ) -> io::Result<usize> {
        if total <= GATHERED {
            return with_buffer(|buffer| {
                runs.for_each(|run| buffer.extend_from_slice(run));
                self.write(buffer)
            });
        }
        let mut slices = [IoSlice::new(&[]); N];
        let mut used = 0;
        for (slot, run) in slices.iter_mut().zip(runs) {
            *slot = IoSlice::new(run);
            used += 1;
        }
        self.write_vectored(slices.get(..used).unwrap_or_default())
    }
}

/// Lends an empty buffer of this thread, so that what is written and forgotten allocates nothing. Not to be called within
/// itself.
pub(crate) fn with_buffer<T>(borrow: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    thread_local! {
        static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    BUFFER.with_borrow_mut(|buffer| {
        buffer.clear();
        let done = borrow(buffer);
        buffer.shrink_to(2 * GATHERED);
        done
    })
}

/// Whether an event with binary values of so many bytes is encoded into the thread's buffer.
pub(crate) const fn is_short(bytes: usize) -> bool {
    bytes <= GATHERED
}

fn or_full(written: io::Result<usize>) -> io::Result<usize> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
        other => other,
    }
}
