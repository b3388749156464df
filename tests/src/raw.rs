//! A Socket.IO client that sends exactly what it is told, for what no well-behaved client would send.
//!
//! Speaks WebSocket text frames only and decodes nothing but the acknowledgement's number.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long anything that must come may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// One WebSocket connection.
#[derive(Debug)]
pub struct Raw {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next_ack: u32,
}

impl Raw {
    /// Opens a WebSocket and the Engine.IO session, and joins no namespace.
    ///
    /// # Panics
    ///
    /// When the server refuses or says nothing, here and in every other function.
    pub async fn open(address: SocketAddr) -> Self {
        Self::open_behind(address, None).await
    }

    async fn open_behind(address: SocketAddr, client: Option<&str>) -> Self {
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
        let mut request = url.into_client_request().expect("a request");
        if let Some(client) = client {
            request.headers_mut().insert("X-Forwarded-For", client.parse().expect("a header"));
        }
        let (stream, _) = timeout(PATIENCE, connect_async(request)).await.expect("in time").expect("accepted");
        let mut raw = Self { stream, next_ack: 0 };
        let open = raw.text().await;
        assert!(open.starts_with("0{"), "the first packet is {open:?}, not an open packet");
        raw
    }

    /// As [`Raw::open`], then joins the namespace `/`.
    pub async fn join(address: SocketAddr) -> Self {
        Self::open(address).await.joined().await
    }

    /// As [`Raw::join`], for a client of the address `client` behind a proxy.
    pub async fn join_behind(address: SocketAddr, client: &str) -> Self {
        Self::open_behind(address, Some(client)).await.joined().await
    }

    async fn joined(mut self) -> Self {
        self.send("40").await;
        let joined = self.text().await;
        assert!(joined.starts_with("40{"), "joining was answered with {joined:?}");
        self
    }

    /// Sends one text frame, as it is.
    pub async fn send(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.expect("the connection is open");
    }

    /// As [`Raw::send`], but a connection that the server has closed by now is fine.
    pub async fn send_or_closed(&mut self, text: &str) {
        // Waiting for the close is up to the caller, through `closed`.
        let _ = self.stream.send(Message::text(text)).await;
    }

    /// Sends one binary frame, as it is.
    pub async fn send_binary(&mut self, bytes: &[u8]) {
        self.stream.send(Message::binary(bytes.to_vec())).await.expect("the connection is open");
    }

    /// Sends an event with an acknowledgement and returns the acknowledgement's arguments.
    pub async fn ask(&mut self, event: &Value) -> Value {
        let number = self.next_ack;
        self.next_ack += 1;
        self.send(&format!("42{number}{event}")).await;
        let prefix = format!("43{number}[");
        let answer = self.text_where(|text| text.starts_with(&prefix)).await;
        serde_json::from_str(&answer[prefix.len() - 1..]).expect("an acknowledgement is JSON")
    }

    /// The next text frame that is no heartbeat. Binary frames are skipped.
    pub async fn text(&mut self) -> String {
        self.text_where(|_| true).await
    }

    /// The next text frame that pleases; others are dropped.
    pub async fn text_where(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let search = async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Text(text))) if text.as_str() == "2" => self.send("3").await,
                    Some(Ok(Message::Text(text))) if wanted(&text) => return text.as_str().to_owned(),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => panic!("the server closed the connection"),
                    Some(Ok(_)) => {}
                }
            }
        };
        timeout(PATIENCE, search).await.expect("an answer in time")
    }

    /// The next binary frame.
    pub async fn binary(&mut self) -> Vec<u8> {
        let search = async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Binary(bytes))) => return bytes.to_vec(),
                    Some(Ok(Message::Text(text))) if text.as_str() == "2" => self.send("3").await,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => panic!("the server closed the connection"),
                    Some(Ok(_)) => {}
                }
            }
        };
        timeout(PATIENCE, search).await.expect("a binary frame in time")
    }

    /// Waits until the server ends the connection.
    pub async fn closed(mut self) {
        let search = async {
            while let Some(Ok(message)) = self.stream.next().await {
                if matches!(message, Message::Close(_)) {
                    return;
                }
            }
        };
        timeout(PATIENCE, search).await.expect("the server closes the connection in time");
    }
}
