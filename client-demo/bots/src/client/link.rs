//! The sockets under one connection, whichever transports it uses. Owns what is under way on them; hands in what
//! comes, writes what the machines have to say.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use engineio::{Text, Transport};
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::{self, Message};

use super::polling::{self, Kept};
use super::websocket::{self, Socket};
use super::{Address, ClientError, Connection, Traffic};

/// Which transports a client uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Way {
    /// A WebSocket from the start.
    #[default]
    WebSocket,
    /// Long-polling only.
    Polling,
    /// Long-polling first, then the upgrade, as browsers do by default.
    Upgrade,
}

impl FromStr for Way {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "websocket" => Ok(Self::WebSocket),
            "polling" => Ok(Self::Polling),
            "upgrade" => Ok(Self::Upgrade),
            other => Err(format!("transport {other:?} is not websocket, polling or upgrade")),
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WebSocket => "WebSocket",
            Self::Polling => "long-polling",
            Self::Upgrade => "long-polling, then WebSocket",
        })
    }
}

type Attempt<T> = Pin<Box<dyn Future<Output = Result<T, ClientError>> + Send>>;
type Pending<T> = Option<Attempt<T>>;

/// What came.
#[derive(Debug)]
pub(crate) enum Input {
    Text(Text),
    Binary(Bytes),
    /// A poll was answered.
    Payload(Bytes),
    /// A POST was answered.
    Posted,
    /// The WebSocket for the upgrade is open.
    Opened,
    /// A transport is gone; with the error's kind if it failed.
    Lost(Transport, Option<&'static str>),
}

/// All sockets of one connection.
pub(crate) struct Link {
    address: Address,
    traffic: Arc<Traffic>,
    /// Upgrade as soon as the session is open.
    upgrade: bool,
    socket: Option<Socket>,
    opening: Pending<Socket>,
    get: Pending<(Bytes, Kept)>,
    kept_get: Kept,
    post: Pending<(Bytes, Kept)>,
    kept_post: Kept,
}

impl Link {
    /// Opens what the way begins with.
    pub(crate) async fn open(address: Address, way: Way, traffic: Arc<Traffic>) -> Result<Self, ClientError> {
        let socket = match way {
            Way::WebSocket => Some(websocket::open(address.clone(), String::new(), Arc::clone(&traffic)).await?),
            Way::Polling | Way::Upgrade => None,
        };
        let upgrade = way == Way::Upgrade;
        let (opening, get, post) = (None, None, None);
        Ok(Self { address, traffic, upgrade, socket, opening, get, kept_get: None, post, kept_post: None })
    }

    /// Starts requests and writes what is queued. An error means that the WebSocket is gone.
    pub(crate) async fn transmit(&mut self, connection: &mut Connection) -> Result<(), tungstenite::Error> {
        if let Some(socket) = &mut self.socket {
            let mut fed = false;
            while let Some(frame) = connection.poll_frame() {
                websocket::feed(socket, frame).await?;
                fed = true;
            }
            if fed {
                socket.flush().await?;
            }
        }
        if self.get.is_none() && connection.engine().wants_poll() {
            connection.engine_mut().begin_poll();
            self.get = Some(self.request(connection, None));
        }
        if self.post.is_none()
            && let Some(body) = connection.engine_mut().take_payload()
        {
            self.post = Some(self.request(connection, Some(body)));
        }
        if self.upgrade && connection.engine().is_open() {
            self.upgrade = false;
            let sid = connection.engine().sid().to_owned();
            self.opening = Some(Box::pin(websocket::open(self.address.clone(), sid, Arc::clone(&self.traffic))));
        }
        Ok(())
    }

    fn request(&mut self, connection: &Connection, body: Option<Vec<u8>>) -> Attempt<(Bytes, Kept)> {
        let kept = if body.is_some() { self.kept_post.take() } else { self.kept_get.take() };
        let sid = connection.engine().sid().to_owned();
        Box::pin(polling::request(kept, self.address.clone(), sid, body, Arc::clone(&self.traffic)))
    }

    /// Waits for the next input. Can be dropped and called again without loss.
    pub(crate) async fn next(&mut self) -> Input {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Input> {
        while let Some(socket) = &mut self.socket
            && let Poll::Ready(message) = socket.poll_next_unpin(cx)
        {
            match message {
                Some(Ok(Message::Text(text))) => {
                    let text = Text::try_from(Bytes::from(text)).expect("text messages were checked to be UTF-8");
                    return Poll::Ready(Input::Text(text));
                }
                Some(Ok(Message::Binary(bytes))) => return Poll::Ready(Input::Binary(bytes)),
                // Control frames are answered by the socket itself.
                Some(Ok(_)) => {}
                Some(Err(_)) => return self.lose_socket(Some("websocket")),
                None => return self.lose_socket(None),
            }
        }
        if let Some(Poll::Ready(result)) = self.opening.as_mut().map(|opening| opening.as_mut().poll(cx)) {
            self.opening = None;
            return Poll::Ready(match result {
                Ok(socket) => {
                    self.socket = Some(socket);
                    Input::Opened
                }
                Err(error) => Input::Lost(Transport::WebSocket, Some(error.kind())),
            });
        }
        if let Some(Poll::Ready(result)) = self.get.as_mut().map(|get| get.as_mut().poll(cx)) {
            self.get = None;
            return Poll::Ready(match result {
                Ok((bytes, kept)) => {
                    self.kept_get = kept;
                    Input::Payload(bytes)
                }
                Err(error) => Input::Lost(Transport::Polling, Some(error.kind())),
            });
        }
        if let Some(Poll::Ready(result)) = self.post.as_mut().map(|post| post.as_mut().poll(cx)) {
            self.post = None;
            return Poll::Ready(match result {
                Ok((_, kept)) => {
                    self.kept_post = kept;
                    Input::Posted
                }
                Err(error) => Input::Lost(Transport::Polling, Some(error.kind())),
            });
        }
        Poll::Pending
    }

    fn lose_socket(&mut self, error: Option<&'static str>) -> Poll<Input> {
        self.socket = None;
        Poll::Ready(Input::Lost(Transport::WebSocket, error))
    }

    /// Gives up the WebSocket that was to take over.
    pub(crate) fn drop_socket(&mut self) {
        self.socket = None;
        self.opening = None;
    }

    /// Writes the last words and closes everything.
    pub(crate) async fn close(mut self, connection: &mut Connection) {
        // The peer may be gone already; there is nobody left to tell then.
        let _ = self.transmit(connection).await;
        if let Some(socket) = &mut self.socket {
            let _ = socket.close(None).await;
        }
        if let Some(post) = self.post.take() {
            let _ = post.await;
        }
    }
}
