//! Times: what comes within them is taken, and what does not ends the connection, no sooner.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use transport::{BadInput, Config, Server, serve};

use crate::client::{Polling, Running, Ws, get_request, quick, read_answer, until, within};
use crate::tools::{counted, echo, finish};

const SHORT: Duration = Duration::from_millis(150);

/// Waits until the server ends the connection; what it said and how long it took.
async fn ended(stream: &mut TcpStream) -> (Vec<u8>, Duration) {
    let (start, mut rest) = (Instant::now(), Vec::new());
    // The end may be a FIN or an RST.
    let _ = within(stream.read_to_end(&mut rest)).await;
    (rest, start.elapsed())
}

#[tokio::test]
async fn a_connection_without_a_request_ends_after_the_handshake_timeout() {
    let running = Running::start(Config { handshake_timeout: SHORT, ..quick() }, echo).await;
    let mut silent = TcpStream::connect(running.addr).await.expect("connect");
    let (rest, time) = ended(&mut silent).await;
    assert!(rest.is_empty() && time >= SHORT - Duration::from_millis(20), "{rest:?} after {time:?}");
    counted(&running, BadInput::Slow, 0).await;
    let mut dribbling = TcpStream::connect(running.addr).await.expect("connect");
    let start = Instant::now();
    within(async { while dribbling.write_all(b"G").await.is_ok() && !gone(&mut dribbling).await {} }).await;
    assert!(start.elapsed() >= SHORT - Duration::from_millis(20), "{:?}", start.elapsed());
    counted(&running, BadInput::Slow, 1).await;
    finish(running).await;
}

/// Whether the server ends the connection within a few milliseconds.
async fn gone(stream: &mut TcpStream) -> bool {
    let read = tokio::time::timeout(Duration::from_millis(10), stream.read(&mut [0; 100])).await;
    matches!(read, Ok(Ok(0) | Err(_)))
}

#[tokio::test]
async fn a_head_has_the_header_timeout_from_its_first_byte_on() {
    let running = Running::start(Config { header_timeout: SHORT, ..quick() }, echo).await;
    let mut stream = TcpStream::connect(running.addr).await.expect("connect");
    let request = get_request("EIO=4&transport=polling");
    let (first, second) = request.split_at(20);
    for _ in 0..2 {
        stream.write_all(first.as_bytes()).await.expect("write");
        assert!(!gone(&mut stream).await, "within its time it is waited for");
        stream.write_all(second.as_bytes()).await.expect("write");
        assert_eq!(within(read_answer(&mut stream)).await.status, 200);
        assert!(tokio::time::timeout(SHORT * 2, stream.readable()).await.is_err(), "idleness has another time");
    }
    stream.write_all(first.as_bytes()).await.expect("write");
    let (_, time) = ended(&mut stream).await;
    assert!(time >= SHORT - Duration::from_millis(20), "{time:?}");
    counted(&running, BadInput::Slow, 1).await;
    running.stop().await;
}

#[tokio::test]
async fn an_idle_connection_ends_after_the_keep_alive_timeout_and_a_waiting_get_does_not() {
    let running = Running::start(Config { keep_alive_timeout: SHORT, ..quick() }, echo).await;
    let client = Polling::join(running.addr).await;
    let mut stream = TcpStream::connect(running.addr).await.expect("connect");
    stream.write_all(get_request(&client.query()).as_bytes()).await.expect("write");
    assert!(tokio::time::timeout(SHORT * 3, stream.readable()).await.is_err(), "a GET waits as long as it takes");
    running.server.namespace("/").emit("x", &()).expect("sent");
    assert_eq!(within(read_answer(&mut stream)).await.body, "42[\"x\"]");
    let (rest, time) = ended(&mut stream).await;
    assert!(rest.is_empty() && time >= SHORT - Duration::from_millis(20), "{rest:?} after {time:?}");
    counted(&running, BadInput::Slow, 0).await;
    assert_eq!(client.post("1").await.body, "ok");
    finish(running).await;
}

#[tokio::test]
async fn a_body_has_the_body_timeout() {
    let running = Running::start(Config { body_timeout: SHORT, ..quick() }, echo).await;
    let client = Polling::join(running.addr).await;
    let head = format!("POST /socket.io/?{} HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n", client.query());
    let mut stream = TcpStream::connect(running.addr).await.expect("connect");
    stream.write_all(format!("{head}42[\"ec").as_bytes()).await.expect("write");
    assert!(!gone(&mut stream).await, "within its time it is waited for");
    stream.write_all(b"ho\",1]").await.expect("write");
    assert_eq!(within(read_answer(&mut stream)).await.body, "ok");
    stream.write_all(format!("{head}42[\"ec").as_bytes()).await.expect("write");
    let start = Instant::now();
    assert_eq!(within(read_answer(&mut stream)).await.status, 400);
    assert!(start.elapsed() >= SHORT - Duration::from_millis(20));
    counted(&running, BadInput::Slow, 1).await;
    drop(stream);
    finish(running).await;
}

#[tokio::test]
async fn attachments_have_the_attachment_timeout() {
    let running = Running::start(Config { attachment_timeout: SHORT, ..quick() }, echo).await;
    let head = "451-[\"echo\",{\"_placeholder\":true,\"num\":0}]";
    let mut ws = Ws::join(running.addr).await;
    ws.send(head).await;
    ws.send_binary(&b"x"[..]).await;
    assert!(ws.text().await.starts_with("451-[\"echoed\""));
    ws.binary().await;
    let start = Instant::now();
    ws.send(head).await;
    ws.closed().await;
    assert!(start.elapsed() >= SHORT - Duration::from_millis(20), "{:?}", start.elapsed());
    counted(&running, BadInput::Slow, 1).await;
    drop(ws);
    finish(running).await;
}

/// A page of more bytes than the kernel keeps for anybody.
const LARGE: usize = 64 * 1024 * 1024;

/// A server with a large page beside the endpoint.
async fn with_large_page(config: Config) -> (Server, SocketAddr, tokio::sync::oneshot::Sender<()>) {
    let server = Server::new(config).expect("valid settings");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let router = server.router().merge(Router::new().route("/large", get(async || vec![b'x'; LARGE])));
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let handle = server.clone();
    tokio::spawn(async move {
        let _ = serve(listener, router, &handle, async { drop(stopped.await) }).await;
    });
    (server, addr, stop)
}

/// The client of a large page that the kernel keeps little of.
async fn ask_for_large_page(addr: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(32 * 1024).expect("a small buffer");
    let mut stream = within(socket.connect(addr)).await.expect("connect");
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("write");
    stream
}

#[tokio::test]
async fn a_connection_whose_answer_was_taken_slowly_is_idle_then_like_others() {
    let (server, addr, _stop) = with_large_page(Config { keep_alive_timeout: SHORT, ..quick() }).await;
    let mut slow = ask_for_large_page(addr).await;
    // Long enough for the write to stall, and longer than an idle connection may last.
    tokio::time::sleep(SHORT * 2).await;
    let (mut taken, mut chunk) = (0, vec![0; 1024 * 1024]);
    while taken < LARGE {
        let n = within(slow.read(&mut chunk)).await.expect("read");
        assert!(n > 0, "it was dropped after {taken} bytes");
        taken += n;
    }
    let (_, time) = ended(&mut slow).await;
    assert!(time >= SHORT - Duration::from_millis(50), "{time:?}");
    until("it to be gone", || server.metrics().snapshot().tcp == 0).await;
    assert_eq!(server.metrics().snapshot().bad(BadInput::Slow), 0);
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_dropped_after_the_write_timeout() {
    let (server, addr, _stop) = with_large_page(Config { write_timeout: SHORT, ..quick() }).await;
    let deaf = ask_for_large_page(addr).await;
    let mut slow = ask_for_large_page(addr).await;
    // One that takes a little now and then is not stalled.
    let (start, mut chunk) = (Instant::now(), vec![0; 256 * 1024]);
    while start.elapsed() < SHORT * 4 {
        assert!(within(slow.read(&mut chunk)).await.expect("read") > 0);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    until("the deaf one to be dropped", || server.metrics().snapshot().tcp == 1).await;
    assert_eq!(server.metrics().snapshot().bad(BadInput::Slow), 1);
    drop((deaf, slow));
    until("both to have gone", || server.metrics().snapshot().tcp == 0).await;
}
