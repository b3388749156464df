//! One client that floods its connection, and another that wants an answer. The server has a single thread here.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use transport::{BadInput, CloseReason, Config, Server};

use crate::client::{Polling, Running, Ws, post_request, quick, read_answer, until, within};
use crate::tools::{bad, echo, finish, frame, still_serves, upgrade_request};

/// Events that take their handler this long.
const WORK: Duration = Duration::from_micros(50);

fn working(server: &Server) {
    echo(server);
    server.namespace("/").on("work", |_, _, _| {
        let start = Instant::now();
        while start.elapsed() < WORK {
            std::hint::spin_loop();
        }
    });
}

/// A thread that writes `flood` for as long as `stop` is not set, and drops what comes back.
fn flood(addr: SocketAddr, first: Vec<u8>, flood: Vec<u8>, stop: Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut stream = TcpStream::connect(addr).expect("connect");
        stream.set_write_timeout(Some(Duration::from_millis(100))).expect("an option");
        let mut reading = stream.try_clone().expect("a second handle");
        let reader = std::thread::spawn(move || while reading.read(&mut [0; 65_536]).is_ok_and(|n| n > 0) {});
        stream.write_all(&first).expect("write");
        let (mut at, pieces) = (0, flood.repeat(100));
        while !stop.load(Ordering::Relaxed) {
            match stream.write(&pieces[at..]) {
                Ok(n) => at = (at + n) % pieces.len(),
                Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
                Err(e) => panic!("the flood was cut off: {e}"),
            }
        }
        // What the kernel has of the flood is not to be worked through.
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).expect("an option");
        let _ = stream.shutdown(std::net::Shutdown::Read);
        drop(stream);
        reader.join().expect("no panic");
    })
}

/// What other clients' packets were taken in while an honest client waited for an answer: the most of `count` round trips.
async fn most_while_waiting(running: &Running, count: usize) -> u64 {
    let mut ws = Ws::join(running.addr).await;
    let packets = || running.server.metrics().snapshot().packets_in;
    let mut most = 0;
    for n in 0..count {
        let (before, start) = (packets(), Instant::now());
        ws.send(&format!("42[\"echo\",{n}]")).await;
        assert_eq!(ws.text().await, format!("42[\"echoed\",{n}]"));
        most = most.max(packets() - before);
        assert!(start.elapsed() < Duration::from_secs(2), "waited for {:?}", start.elapsed());
    }
    most
}

/// Packets of one turn, in these tests.
const TURN: usize = 64;
/// What may pass before an answer: the turn under way, one before the question is read, one before the answer is, and their
/// edges. Counted in packets, as a busy machine can make any time long.
const FAIR: u64 = 4 * TURN as u64;

#[tokio::test]
async fn a_client_that_floods_its_websocket_leaves_others_their_turn() {
    let running = Running::start(Config { turn_packets: TURN, ..quick() }, working).await;
    let first = [upgrade_request("EIO=4&transport=websocket", "").into_bytes(), frame(0x81, b"40")].concat();
    for piece in [
        frame(0x81, b"6"),
        frame(0x81, b"3"),
        frame(0x89, b""),
        frame(0x81, b"42[\"nobody\"]"),
        frame(0x81, b"42[\"echo\",1]"),
        frame(0x81, b"42[\"work\"]"),
        [frame(0x01, b""), frame(0x00, b"6"), frame(0x80, b"")].concat(),
    ] {
        let stop = Arc::new(AtomicBool::new(false));
        let flooding = flood(running.addr, first.clone(), piece.clone(), stop.clone());
        until("the flood to begin", || running.server.namespace("/").len() == 1).await;
        let most = most_while_waiting(&running, 20).await;
        stop.store(true, Ordering::Relaxed);
        assert!(most <= FAIR, "{most} packets of {piece:x?} before an answer");
        until("the flood to end", || running.server.metrics().snapshot().sessions == 0).await;
        flooding.join().expect("no panic");
    }
    finish(running).await;
}

#[tokio::test]
async fn a_post_of_many_packets_leaves_others_their_turn() {
    static HANDLED: AtomicUsize = AtomicUsize::new(0);
    let config = Config { turn_packets: TURN, max_packets_per_payload: 50_000, ..quick() };
    let running = Running::start(config, |server| {
        echo(server);
        server.namespace("/").on("count", |_, _, _| {
            HANDLED.fetch_add(1, Ordering::Relaxed);
        });
    })
    .await;
    let mut ws = Ws::join(running.addr).await;
    let client = Polling::join(running.addr).await;
    let count = 8_000;
    let body = vec!["42[\"count\"]"; count].join("\u{1e}");
    let posting = tokio::spawn({
        let (addr, request) = (running.addr, post_request(&client.query(), &body));
        async move { crate::client::raw(addr, request).await.body }
    });
    let mut seen = 0;
    while seen < count {
        ws.send("42[\"echo\",1]").await;
        ws.text().await;
        let now = HANDLED.load(Ordering::Relaxed);
        assert!((now - seen) as u64 <= FAIR, "{} events between two answers", now - seen);
        seen = now;
    }
    assert_eq!(crate::client::within(posting).await.expect("no panic"), "ok");
    assert_eq!(bad(&running, BadInput::TooLarge), 0);
    assert_eq!(client.post("1").await.body, "ok");
    drop(ws);
    finish(running).await;
}

/// Whether others are served at once, and the flood is cut off, while somebody sends empty messages where nobody answers any more.
async fn floods_in_vain(running: &Running, mut stream: TcpStream) {
    let empty = frame(0x81, b"");
    let flooding = std::thread::spawn(move || {
        stream.set_write_timeout(Some(Duration::from_millis(100))).expect("an option");
        let (start, pieces) = (Instant::now(), empty.repeat(10_000));
        while start.elapsed() < Duration::from_secs(5) && stream.write(&pieces).is_ok() {}
        start.elapsed()
    });
    let start = Instant::now();
    for _ in 0..20 {
        still_serves(running).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    let flooding = tokio::task::spawn_blocking(move || flooding.join());
    let took = within(flooding).await.expect("no panic").expect("no panic");
    assert!(took < Duration::from_secs(2), "cut off after {took:?}");
}

/// A WebSocket for the session of `client`, below any client library.
async fn beside(running: &Running, client: &Polling) -> tokio::net::TcpStream {
    let mut stream = tokio::net::TcpStream::connect(running.addr).await.expect("connect");
    let request = upgrade_request(&format!("EIO=4&transport=websocket&sid={}", client.sid), "");
    stream.write_all(request.as_bytes()).await.expect("write");
    assert_eq!(within(read_answer(&mut stream)).await.status, 101);
    stream
}

fn blocking(stream: tokio::net::TcpStream) -> TcpStream {
    let stream = stream.into_std().expect("a stream");
    stream.set_nonblocking(false).expect("an option");
    stream
}

#[tokio::test]
async fn a_websocket_turned_away_that_never_stops_sending() {
    let running = Running::start(quick(), echo).await;
    let client = Polling::join(running.addr).await;
    let first = beside(&running, &client).await;
    let second = beside(&running, &client).await;
    floods_in_vain(&running, blocking(second)).await;
    drop(first);
    running.stop().await;
}

#[tokio::test]
async fn a_websocket_that_never_stops_sending_when_its_polling_session_has_ended() {
    let running = Running::start(Config { close_timeout: Duration::from_millis(300), ..quick() }, echo).await;
    let client = Polling::join(running.addr).await;
    let mut stream = beside(&running, &client).await;
    stream.write_all(&frame(0x81, b"2probe")).await.expect("write");
    let mut answer = [0; 8];
    within(stream.read_exact(&mut answer)).await.expect("read");
    assert_eq!(&answer[2..], b"3probe");
    let socket = running.server.sockets().pop().expect("a socket");
    socket.emit("never fetched", &()).expect("queued");
    socket.disconnect(true, CloseReason::ServerNamespaceDisconnect);
    floods_in_vain(&running, blocking(stream)).await;
    running.stop().await;
}
