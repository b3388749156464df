//! Raw clients, and a server to point them at. Every wait is bounded.

use std::future::Future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use transport::{Config, Error, Server, Socket, serve};

/// How long anything may take before the test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The default settings, but for the patience with clients that do not answer a close frame: the tests' own seldom do.
pub(crate) fn quick() -> Config {
    Config { close_timeout: Duration::from_millis(50), ..Config::default() }
}

/// A server on a free port.
pub(crate) struct Running {
    pub(crate) server: Server,
    pub(crate) addr: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), Error>>,
}

impl Running {
    pub(crate) async fn start(config: Config, set_up: impl FnOnce(&Server)) -> Self {
        let server = Server::new(config).expect("valid settings");
        set_up(&server);
        Self::run(server).await
    }

    /// Is not generic, so that it is compiled once and not for each test.
    async fn run(server: Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let (router, handle) = (server.router(), server.clone());
        let served = tokio::spawn(async move {
            serve(listener, router, &handle, async {
                let _ = stopped.await;
            })
            .await
        });
        Self { server, addr, stop, served }
    }

    /// Shuts down and checks that nothing is left.
    pub(crate) async fn stop(self) {
        self.stop.send(()).expect("the server runs");
        Self::end(self.server, self.served).await;
    }

    /// Waits for the end and checks that nothing is left.
    pub(crate) async fn ended(self) {
        let Self { server, served, stop: _not_told, .. } = self;
        Self::end(server, served).await;
    }

    async fn end(server: Server, served: JoinHandle<Result<(), Error>>) {
        within(served).await.expect("no panic").expect("no error");
        let left = server.metrics().snapshot();
        assert_eq!((left.sessions, left.websockets, left.tcp, left.parked), (0, 0, 0, 0), "{left:?}");
    }
}

pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("took too long")
}

/// Waits until `condition` holds.
pub(crate) async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "waited too long for: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// An HTTP answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Sends `request` as it is and reads one answer.
pub(crate) async fn raw(addr: SocketAddr, request: impl AsRef<[u8]>) -> Answer {
    within(async {
        let mut stream = TcpStream::connect(addr).await.expect("connect");
        stream.write_all(request.as_ref()).await.expect("write");
        read_answer(&mut stream).await
    })
    .await
}

pub(crate) async fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
                return Answer { status, head: head.to_owned(), body: body.to_owned() };
            }
        }
        let n = stream.read(&mut chunk).await.expect("read");
        assert!(n > 0, "connection closed after: {text}");
        bytes.extend_from_slice(&chunk[..n]);
    }
}

pub(crate) fn get_request(query: &str) -> String {
    format!("GET /socket.io/?{query} HTTP/1.1\r\nHost: x\r\n\r\n")
}

pub(crate) fn post_request(query: &str, body: &str) -> String {
    let len = body.len();
    format!(
        "POST /socket.io/?{query} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: {len}\r\n\r\n{body}"
    )
}

/// A client of long-polling.
#[derive(Clone)]
pub(crate) struct Polling {
    pub(crate) addr: SocketAddr,
    pub(crate) sid: String,
}

impl Polling {
    /// Opens a session without joining a namespace.
    pub(crate) async fn open(addr: SocketAddr) -> Self {
        let answer = raw(addr, get_request("EIO=4&transport=polling")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let open: serde_json::Value =
            serde_json::from_str(answer.body.strip_prefix('0').expect("an open packet")).expect("JSON");
        Self { addr, sid: open["sid"].as_str().expect("a sid").to_owned() }
    }

    /// Opens a session and joins `/`.
    pub(crate) async fn join(addr: SocketAddr) -> Self {
        let client = Self::open(addr).await;
        assert_eq!(client.post("40").await.body, "ok");
        let joined = client.get().await;
        assert!(joined.body.starts_with("40{\"sid\":\""), "{joined:?}");
        client
    }

    pub(crate) fn query(&self) -> String {
        format!("EIO=4&transport=polling&sid={}", self.sid)
    }

    pub(crate) async fn get(&self) -> Answer {
        raw(self.addr, get_request(&self.query())).await
    }

    /// A GET that waits at the server, which has `socket` for this client; what its answer says.
    pub(crate) async fn waiting(&self, socket: &Socket) -> JoinHandle<String> {
        let client = self.clone();
        let waiting = tokio::spawn(async move { client.get().await.body });
        until("the GET to wait", || socket.ready()).await;
        waiting
    }

    pub(crate) async fn post(&self, body: &str) -> Answer {
        raw(self.addr, post_request(&self.query(), body)).await
    }
}

/// A WebSocket client.
pub(crate) struct Ws {
    pub(crate) stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Ws {
    pub(crate) async fn connect(addr: SocketAddr, query: &str) -> Self {
        let url = format!("ws://{addr}/socket.io/?{query}");
        let (stream, _) = within(tokio_tungstenite::connect_async(url)).await.expect("a handshake");
        if let MaybeTlsStream::Plain(tcp) = stream.get_ref() {
            tcp.set_nodelay(true).expect("an option");
        }
        Self { stream }
    }

    /// Opens a session without joining a namespace.
    pub(crate) async fn open(addr: SocketAddr) -> Self {
        let mut ws = Self::connect(addr, "EIO=4&transport=websocket").await;
        let open = ws.text().await;
        assert!(open.starts_with("0{\"sid\":\"") && open.contains("\"upgrades\":[]"), "{open}");
        ws
    }

    /// Opens a session and joins `/` with the JSON parser.
    pub(crate) async fn join(addr: SocketAddr) -> Self {
        let mut ws = Self::open(addr).await;
        ws.send("40").await;
        assert!(ws.text().await.starts_with("40{\"sid\":\""));
        ws
    }

    pub(crate) async fn send(&mut self, text: &str) {
        within(self.stream.send(Message::text(text))).await.expect("send");
    }

    pub(crate) async fn send_binary(&mut self, bytes: impl Into<Bytes>) {
        within(self.stream.send(Message::binary(bytes.into()))).await.expect("send");
    }

    /// The next message; heartbeat pings are answered and left out.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        loop {
            match within(self.stream.next()).await?.ok()? {
                Message::Text(text) if text.as_str() == "2" => self.send("3").await,
                Message::Ping(_) | Message::Pong(_) => {}
                message => return Some(message),
            }
        }
    }

    pub(crate) async fn text(&mut self) -> String {
        match self.next().await {
            Some(Message::Text(text)) => text.as_str().to_owned(),
            other => panic!("{other:?} is no text"),
        }
    }

    pub(crate) async fn binary(&mut self) -> Bytes {
        match self.next().await {
            Some(Message::Binary(bytes)) => bytes,
            other => panic!("{other:?} is not binary"),
        }
    }

    /// Reads to the end; the close code, if the server sent one.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        loop {
            match self.next().await {
                Some(Message::Close(frame)) => return frame.map(|f| f.code.into()),
                Some(_) => {}
                None => return None,
            }
        }
    }
}
