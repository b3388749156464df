//! Bodies of long-polling POSTs.

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use transport::{BadInput, CloseReason, Config};

use crate::client::{PATIENCE, Polling, Running, quick, raw, read_answer, until, within};
use crate::tools::{all_bad, counted, echo, finish};

/// The standard limit of a body.
const LIMIT: usize = 100_000;

fn post_head(client: &Polling, length: &str) -> String {
    format!("POST /socket.io/?{} HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n", client.query())
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_before_any_of_it_has_come() {
    let running = Running::start(quick(), echo).await;
    for length in [(LIMIT + 1).to_string(), "9007199254740993".to_owned()] {
        let client = Polling::join(running.addr).await;
        let mut stream = TcpStream::connect(running.addr).await.expect("connect");
        let head = post_head(&client, &format!("Content-Length: {length}"));
        stream.write_all(head.as_bytes()).await.expect("write");
        // Not a byte of the body has been sent.
        let answer = within(read_answer(&mut stream)).await;
        assert_eq!(answer.status, 413, "{length}");
        assert!(answer.head.to_lowercase().contains("connection: close"), "{}", answer.head);
    }
    counted(&running, BadInput::TooLarge, 2).await;
    assert_eq!(running.server.metrics().snapshot().bytes_in, 4, "of bodies only the two that joined were kept");
    finish(running).await;
}

#[tokio::test]
async fn who_sends_a_body_over_the_limit_regardless_reads_the_refusal() {
    let running = Running::start(Config { close_timeout: PATIENCE, ..quick() }, echo).await;
    for _ in 0..3 {
        let client = Polling::join(running.addr).await;
        // The kernel keeps little of the body, so that it is sent only if the server takes it. One that closes with bytes
        // unread resets the connection instead, and the answer may be lost.
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_send_buffer_size(16 * 1024).expect("a small buffer");
        let mut stream = within(socket.connect(running.addr)).await.expect("connect");
        let request = post_head(&client, "Content-Length: 900000") + &"x".repeat(900_000);
        within(stream.write_all(request.as_bytes())).await.expect("all of it is taken");
        assert_eq!(within(read_answer(&mut stream)).await.status, 413);
    }
    finish(running).await;
}

#[tokio::test]
async fn an_endless_chunked_body_is_cut_off() {
    let running = Running::start(quick(), echo).await;
    let client = Polling::join(running.addr).await;
    let mut stream = TcpStream::connect(running.addr).await.expect("connect");
    stream.write_all(post_head(&client, "Transfer-Encoding: chunked").as_bytes()).await.expect("write");
    let chunk = format!("2710\r\n{}\r\n", "x".repeat(10_000));
    let sent = within(async {
        let mut sent = 0;
        while sent < 1_000_000_000 && stream.write_all(chunk.as_bytes()).await.is_ok() {
            sent += chunk.len();
        }
        sent
    })
    .await;
    assert!(sent < 50_000_000, "{sent} bytes were taken");
    counted(&running, BadInput::TooLarge, 1).await;
    drop(stream);
    finish(running).await;
}

#[tokio::test]
async fn a_body_in_chunks_of_one_byte_may_be_as_long_as_any_other() {
    let running = Running::start(quick(), echo).await;
    for (extra, fits) in [(0, true), (1, false)] {
        let client = Polling::join(running.addr).await;
        let events = "42[\"echo\",1]\u{1e}42[\"echo\",2]\u{1e}42[\"echo\",\"";
        let body = format!("{events}{}\"]", "x".repeat(LIMIT + extra - events.len() - 2));
        let chunks: String = body.chars().map(|byte| format!("1\r\n{byte}\r\n")).collect();
        let request = post_head(&client, "Transfer-Encoding: chunked") + &chunks + "0\r\n\r\n";
        let answer = raw(running.addr, request).await;
        assert_eq!(answer.status, if fits { 200 } else { 413 });
        if fits {
            assert_eq!(client.get().await.body, body.replace("echo", "echoed"));
            client.post("1").await;
        }
    }
    counted(&running, BadInput::TooLarge, 1).await;
    finish(running).await;
}

#[tokio::test]
async fn chunk_sizes_and_lengths_that_are_none_end_the_request() {
    let running = Running::start(quick(), echo).await;
    let client = Polling::join(running.addr).await;
    for length in [
        "Content-Length: -1",
        "Content-Length: 1e3",
        "Content-Length: 99999999999999999999",
        "Content-Length: 2\r\nContent-Length: 3",
        "Transfer-Encoding: chunked, identity",
    ] {
        assert_eq!(raw(running.addr, post_head(&client, length)).await.status, 400, "{length}");
    }
    assert_eq!(client.post("42[\"echo\",1]").await.body, "ok", "none of them has reached the session");
    let answer = raw(running.addr, post_head(&client, "Transfer-Encoding: chunked") + "ffffffffffffffffff\r\n").await;
    assert_eq!(answer.status, 400);
    counted(&running, BadInput::Request, 6).await;
    finish(running).await;
}

#[tokio::test]
async fn separators_to_the_limit_cost_one_session() {
    let running = Running::start(quick(), echo).await;
    for (body, class) in [
        ("\u{1e}".repeat(LIMIT), BadInput::Engine),
        ("6\u{1e}".repeat(LIMIT / 2), BadInput::TooLarge),
        (format!("6{}", "\u{1e}".repeat(LIMIT - 1)), BadInput::Engine),
    ] {
        let client = Polling::join(running.addr).await;
        let before = running.server.metrics().snapshot();
        assert_eq!(client.post(&body).await.status, 400);
        counted(&running, class, before.bad(class) + 1).await;
        assert_eq!(running.server.metrics().snapshot().packets_in, before.packets_in, "a bad body brings no packet");
        assert_eq!(client.post("6").await.status, 400);
    }
    finish(running).await;
}

#[tokio::test]
async fn a_post_that_is_aborted_midway_ends_its_session() {
    let running = Running::start(quick(), echo).await;
    for (count, ending) in [(1, false), (2, true)] {
        let client = Polling::join(running.addr).await;
        let mut stream = TcpStream::connect(running.addr).await.expect("connect");
        stream.write_all((post_head(&client, "Content-Length: 100") + "42[\"ec").as_bytes()).await.expect("write");
        let running = &running;
        until("the request to be there", || running.server.metrics().snapshot().tcp >= 1).await;
        if ending {
            // Gone without a word.
            socket2::SockRef::from(&stream).set_linger(Some(std::time::Duration::ZERO)).expect("an option");
        }
        drop(stream);
        let reason = CloseReason::TransportError.as_str();
        until("the end", || running.server.metrics().snapshot().closes.get(reason) == Some(&count)).await;
        assert_eq!(client.post("42[\"echo\",1]").await.status, 400);
    }
    // The two requests for a session that is over; a lost connection is nobody's fault.
    counted(&running, BadInput::Request, 2).await;
    assert_eq!(all_bad(&running), 2);
    finish(running).await;
}
