//! The example's server, and raw clients of either revision. Every wait is bounded.

use std::future::Future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use transport::{EngineServer, Server, serve};

use crate::example;

/// How long anything may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("took too long")
}

/// The example's servers on a free port. They end with the test.
pub(crate) struct Suite {
    pub(crate) addr: SocketAddr,
    pub(crate) engine: EngineServer,
    pub(crate) socket: Server,
}

impl Suite {
    pub(crate) async fn start() -> Self {
        let (engine, socket) = example::servers().expect("valid settings");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let (router, served) = (example::router(&engine, &socket), socket.clone());
        tokio::spawn(async move { serve(listener, router, &served, std::future::pending()).await });
        Self { addr, engine, socket }
    }

    /// All ways to speak Engine.IO with it: both endpoints in both revisions.
    pub(crate) fn ways(&self) -> [Way; 4] {
        let way = |path, revision| Way { addr: self.addr, path, revision };
        [way("engine.io", 4), way("engine.io", 3), way("socket.io", 4), way("socket.io", 3)]
    }

    /// Both revisions at one endpoint.
    pub(crate) fn at(&self, path: &'static str) -> [Way; 2] {
        [4, 3].map(|revision| Way { addr: self.addr, path, revision })
    }

    /// Sessions open at either endpoint.
    pub(crate) fn sessions(&self) -> usize {
        self.engine.metrics().snapshot().sessions + self.socket.metrics().snapshot().sessions
    }

    /// Waits until no session is open; how long that took.
    pub(crate) async fn deserted(&self) -> Duration {
        let start = Instant::now();
        while self.sessions() > 0 {
            assert!(start.elapsed() < PATIENCE, "{} sessions stay", self.sessions());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        start.elapsed()
    }
}

/// An endpoint, and the revision to speak with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    pub(crate) addr: SocketAddr,
    pub(crate) path: &'static str,
    pub(crate) revision: u8,
}

impl Way {
    pub(crate) fn is_socket(self) -> bool {
        self.path == "socket.io"
    }

    /// A polling body of these packets.
    pub(crate) fn body(self, packets: &[&str]) -> String {
        match self.revision {
            3 => packets.iter().map(|packet| format!("{}:{packet}", packet.encode_utf16().count())).collect(),
            _ => packets.join("\u{1e}"),
        }
    }

    /// An answer's status and body. `query` follows `/path/?`.
    pub(crate) async fn request(self, method: &str, query: &str, body: &str) -> (u16, String) {
        self.begin(method, query, body).await.answer().await
    }

    /// Sends a request; the server gets it before any that is sent later.
    pub(crate) async fn begin(self, method: &str, query: &str, body: &str) -> Pending {
        let head = format!("{method} /{}/?{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", self.path);
        let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        let mut stream = within(TcpStream::connect(self.addr)).await.expect("connect");
        within(stream.write_all(request.as_bytes())).await.expect("write");
        Pending(stream)
    }

    /// A GET that waits for packets.
    pub(crate) async fn begin_get(self, sid: &str) -> Pending {
        self.begin("GET", &self.query("polling", sid), "").await
    }

    pub(crate) fn query(self, transport: &str, sid: &str) -> String {
        let sid = if sid.is_empty() { String::new() } else { format!("&sid={sid}") };
        format!("EIO={}&transport={transport}{sid}", self.revision)
    }

    pub(crate) async fn get(self, sid: &str) -> (u16, String) {
        self.request("GET", &self.query("polling", sid), "").await
    }

    pub(crate) async fn post(self, sid: &str, packets: &[&str]) -> (u16, String) {
        self.request("POST", &self.query("polling", sid), &self.body(packets)).await
    }

    /// What the open packet of a new session that polls says.
    pub(crate) async fn open(self) -> Value {
        let (status, body) = self.get("").await;
        assert_eq!(status, 200, "{body}");
        let packet = match self.revision {
            3 => {
                let (len, packet) = body.split_once(':').expect("a length");
                assert_eq!(len, packet.len().to_string());
                packet
            }
            _ => &body,
        };
        serde_json::from_str(packet.strip_prefix('0').expect("an open packet")).expect("JSON")
    }

    /// The id of a new session that polls. Of Socket.IO 4 the main namespace's greetings are fetched.
    pub(crate) async fn polling(self) -> String {
        let sid = self.open().await["sid"].as_str().expect("a sid").to_owned();
        if self.is_socket() && self.revision == 3 {
            let expected = self.body(&["40", "42[\"auth\",{}]"]);
            let mut greetings = String::new();
            while greetings.len() < expected.len() {
                greetings += &self.get(&sid).await.1;
            }
            assert_eq!(greetings, expected);
        }
        sid
    }

    /// A WebSocket of a new session, or of the one called `sid`; or the error.
    pub(crate) async fn try_websocket(self, query: &str) -> Result<Ws, tokio_tungstenite::tungstenite::Error> {
        let url = format!("ws://{}/{}/?{query}", self.addr, self.path);
        within(tokio_tungstenite::connect_async(url)).await.map(|(stream, _)| Ws { stream })
    }

    /// A WebSocket for the session `sid`.
    pub(crate) async fn probe(self, sid: &str) -> Ws {
        self.try_websocket(&self.query("websocket", sid)).await.expect("a handshake")
    }

    /// A WebSocket of a new session, and what its open packet says.
    pub(crate) async fn websocket(self) -> (Ws, Value) {
        let mut ws = self.probe("").await;
        let open = ws.text().await;
        let open = serde_json::from_str(open.strip_prefix('0').expect("an open packet")).expect("JSON");
        (ws, open)
    }

    /// A WebSocket of a new session that is in the main namespace and has heard its authentication.
    pub(crate) async fn joined(self) -> Ws {
        let (mut ws, _) = self.websocket().await;
        if self.revision == 4 {
            ws.send("40").await;
        }
        assert!(ws.text().await.starts_with("40"));
        assert_eq!(ws.text().await, "42[\"auth\",{}]");
        ws
    }
}

/// A request under way.
pub(crate) struct Pending(TcpStream);

impl Pending {
    /// Status and body of the answer.
    pub(crate) async fn answer(mut self) -> (u16, String) {
        let mut answer = String::new();
        within(self.0.read_to_string(&mut answer)).await.expect("text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        (head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status"), body.to_owned())
    }
}

pub(crate) struct Ws {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Ws {
    pub(crate) async fn send(&mut self, text: &str) {
        within(self.stream.send(Message::text(text))).await.expect("send");
    }

    pub(crate) async fn send_binary(&mut self, bytes: &'static [u8]) {
        within(self.stream.send(Message::binary(bytes))).await.expect("send");
    }

    /// The next message, whatever it is; nothing when the WebSocket has closed.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        match within(self.stream.next()).await?.ok()? {
            Message::Close(_) => None,
            message => Some(message),
        }
    }

    /// The next text, whatever it is.
    pub(crate) async fn text(&mut self) -> String {
        match self.next().await {
            Some(Message::Text(text)) => text.as_str().to_owned(),
            other => panic!("{other:?} is no text"),
        }
    }

    /// The next message but for heartbeats.
    pub(crate) async fn message(&mut self) -> Message {
        loop {
            match self.next().await.expect("a message") {
                Message::Text(text) if text.as_str() == "2" => self.send("3").await,
                message => return message,
            }
        }
    }

    /// Reads until the server closes; heartbeats are left unanswered.
    pub(crate) async fn closed(mut self) {
        while self.next().await.is_some() {}
    }
}
