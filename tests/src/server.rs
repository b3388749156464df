//! The whole server in this process, on a free loopback port.

use std::net::SocketAddr;
use std::path::Path;
use std::thread::{self, JoinHandle};

use app::Settings;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// Seed of every match, so that a failing test fails again.
const SEED: u64 = 20_240_607;

/// A running server. Dropping it stops it and waits until it has taken everything down.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server with standard settings and a fixed seed.
    #[must_use]
    pub fn start() -> Self {
        Self::with(|_| {})
    }

    /// As [`Server::start`], also serving the built page in `folder`.
    #[must_use]
    pub fn start_with_page(folder: &Path) -> Self {
        Self::with(|settings| settings.web = Some(folder.to_path_buf()))
    }

    /// As [`Server::start`], with settings changed.
    ///
    /// # Panics
    ///
    /// When the server does not start.
    #[must_use]
    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings { seed: Some(SEED), ..Settings::default() };
        change(&mut settings);
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        // A runtime of its own keeps the server running whatever a test's own runtime does.
        let thread = thread::spawn(move || {
            let runtime = Runtime::new().expect("network threads can be had");
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port is free");
                tell.send(listener.local_addr().expect("a bound listener has an address")).expect("the test waits");
                let shutdown = async {
                    // A dropped sender means the same as a message: the test is over.
                    let _ = stopped.await;
                };
                app::run(settings, listener, shutdown).await.expect("the server runs until it is stopped");
            });
        });
        let address = told.recv().expect("the server starts");
        Self { address, stop: Some(stop), thread: Some(thread) }
    }

    /// Address and port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The page's address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What `/status` tells now.
    ///
    /// # Panics
    ///
    /// When the answer is no JSON.
    pub async fn status(&self) -> Value {
        let mut stream = TcpStream::connect(self.address).await.expect("the server listens");
        let request = format!("GET /status HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("the server answers and closes");
        let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
        serde_json::from_str(body).expect("the status is JSON")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !thread::panicking()
        {
            panic!("the server panicked");
        }
    }
}
