//! A bot of the example at a real WebSocket.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bots::client::{Connection, ConnectionEvent};
use engine::{ActionSeq, SeatId};
use engineio::{Opcode, Transport};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use socketio::{Args, Parser};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::bot::Bot;
use super::schema::Action;

pub(super) struct Client {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    connection: Connection,
    began: Instant,
    bot: Bot,
}

/// What came of playing.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) seat: SeatId,
    pub(super) hash_checks: usize,
    pub(super) receipts: usize,
    pub(super) refused: usize,
}

impl Client {
    /// Connects and takes a seat.
    pub(super) async fn join(address: SocketAddr) -> Self {
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
        let (stream, _) = connect_async(url).await.expect("the server listens");
        let connection = Connection::new(Duration::ZERO, Parser::MessagePack, Transport::WebSocket);
        let mut client = Self { stream, connection, began: Instant::now(), bot: Bot::new(SeatId(u8::MAX)) };
        loop {
            match client.event().await {
                ConnectionEvent::Connected => {
                    let now = client.began.elapsed();
                    client.connection.ask(now, "play", Args::new(), Duration::from_secs(8)).expect("joined");
                }
                ConnectionEvent::Reply { args, .. } => {
                    let reply: Value = args.expect("in time").get(0).expect("an answer");
                    let seat = reply["seat"].as_u64().expect("a seat");
                    client.bot = Bot::new(SeatId(seat as u8));
                    return client;
                }
                other => panic!("{other:?} before the seat"),
            }
        }
    }

    pub(super) const fn seat(&self) -> SeatId {
        self.bot.seat
    }

    /// Plays until so many frames have come. A frame that does not fit, or a wrong hash, panics.
    pub(super) async fn play(mut self, frames: usize) -> Played {
        let mut played = Played { seat: self.seat(), hash_checks: 0, receipts: 0, refused: 0 };
        let mut left = frames;
        while left > 0 {
            let ConnectionEvent::Event { name, args } = self.event().await else { continue };
            assert_eq!(name, "frame");
            let action = self.bot.play(&args.bytes(0).expect("a frame is binary"));
            let news = self.bot.mirror.last();
            played.hash_checks += usize::from(news.hash_checked);
            played.receipts += news.receipts.len();
            played.refused += news.receipts.iter().filter(|receipt| receipt.code != 0).count();
            let (now, tick) = (self.began.elapsed(), news.tick);
            self.connection.emit(now, "seen", Args::from_serialize(&(tick.0,)).expect("a number"));
            if let Some((ActionSeq(number), action)) = action {
                let words = match action {
                    Action::Go { x, y } => json!({ "type": "go", "x": x, "y": y }),
                    Action::Chase { prey } => json!({ "type": "chase", "prey": prey.0 }),
                };
                self.connection.emit(now, "act", Args::from_serialize(&(number, words)).expect("plain data"));
            }
            left -= 1;
        }
        played
    }

    /// The next event; writes what is to be written meanwhile.
    async fn event(&mut self) -> ConnectionEvent {
        loop {
            while let Some(frame) = self.connection.poll_frame() {
                let bytes = frame.to_bytes();
                let message = match frame.opcode {
                    Opcode::Text => Message::Text(Utf8Bytes::try_from(bytes).expect("text is text")),
                    Opcode::Binary => Message::Binary(bytes),
                };
                self.stream.send(message).await.expect("the server reads");
            }
            if let Some(event) = self.connection.poll_event() {
                return event;
            }
            let now = self.began.elapsed();
            match self.stream.next().await.expect("the server goes on").expect("the connection holds") {
                Message::Text(text) => self.connection.receive_text(now, &text.as_str().into()),
                Message::Binary(bytes) => self.connection.receive_binary(now, bytes),
                _ => {}
            }
        }
    }
}
