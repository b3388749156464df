//! Much of what is allowed once.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use transport::{BadInput, Config};

use crate::client::{Polling, Running, quick, raw, until, within};
use crate::tools::{all_bad, bare, counted, echo, finish, frame};

/// Writes `bytes` while reading and dropping what comes back, then the echo of one event.
async fn flooded(running: &Running, bytes: Vec<u8>) {
    let mut stream = bare(running).await;
    stream.write_all(&frame(0x81, b"40")).await.expect("write");
    let (mut reader, mut writer) = stream.into_split();
    let write = async {
        writer.write_all(&bytes).await.expect("write");
        writer.write_all(&frame(0x81, b"42[\"echo\",1]")).await.expect("write");
    };
    let read = async {
        let mut seen = Vec::new();
        while !seen.windows(6).any(|w| w == b"echoed") {
            // The last bytes are kept: the word may come in two reads.
            seen.drain(..seen.len().saturating_sub(5));
            assert!(reader.read_buf(&mut seen).await.expect("read") > 0, "the connection was closed");
        }
    };
    within(async { tokio::join!(write, read) }).await;
}

#[tokio::test]
async fn a_hundred_thousand_pongs_that_nobody_asked_for_do_no_harm() {
    let running = Running::start(quick(), echo).await;
    flooded(&running, frame(0x81, b"3").repeat(100_000)).await;
    assert_eq!(all_bad(&running), 0);
    finish(running).await;
}

#[tokio::test]
async fn a_hundred_thousand_pings_and_pongs_of_the_websocket_itself_do_no_harm() {
    let running = Running::start(quick(), echo).await;
    flooded(&running, frame(0x8a, b"?").repeat(100_000)).await;
    flooded(&running, frame(0x89, b"!").repeat(100_000)).await;
    assert_eq!(all_bad(&running), 0);
    finish(running).await;
}

#[tokio::test]
async fn pongs_do_not_keep_a_client_alive_that_was_not_asked() {
    let ms = std::time::Duration::from_millis;
    let config = Config { ping_interval: ms(100), ping_timeout: ms(100), ..quick() };
    let running = Running::start(config, echo).await;
    let mut stream = bare(&running).await;
    // All before the first ping, none after it.
    stream.write_all(&frame(0x81, b"3").repeat(1_000)).await.expect("write");
    until("the end", || running.server.metrics().snapshot().closes.get("ping timeout") == Some(&1)).await;
    drop(stream);
    finish(running).await;
}

#[tokio::test]
async fn a_ping_of_the_client_ends_the_connection_however_often_it_comes() {
    let running = Running::start(quick(), echo).await;
    let mut stream = bare(&running).await;
    let _ = stream.write_all(&frame(0x81, b"2").repeat(100_000)).await;
    counted(&running, BadInput::Engine, 1).await;
    drop(stream);
    finish(running).await;
}

#[tokio::test]
async fn a_flood_of_requests_for_one_namespace_too_many_is_answered_or_ended() {
    let running = Running::start(Config { max_namespaces: 1, ..quick() }, echo).await;
    let mut stream = bare(&running).await;
    stream.write_all(&frame(0x81, b"40")).await.expect("write");
    // Each is answered, and nobody reads.
    let flood = frame(0x81, format!("40/{},", "n".repeat(200)).as_bytes()).repeat(1_000);
    within(async { while stream.write_all(&flood).await.is_ok() {} }).await;
    until("the end", || running.server.metrics().snapshot().closes.get("queue full") == Some(&1)).await;
    assert_eq!(all_bad(&running), 0);
    drop(stream);
    finish(running).await;
}

#[tokio::test]
async fn a_hundred_thousand_requests_for_unknown_namespaces_are_answered_or_ended() {
    let running = Running::start(quick(), echo).await;
    let mut stream = bare(&running).await;
    // Each is answered, and nobody reads: the bound of the queue ends it.
    let flood = frame(0x81, format!("40/{},", "n".repeat(200)).as_bytes()).repeat(1_000);
    within(async { while stream.write_all(&flood).await.is_ok() {} }).await;
    until("the end", || running.server.metrics().snapshot().closes.get("queue full") == Some(&1)).await;
    drop(stream);
    finish(running).await;
}

#[tokio::test]
async fn two_thousand_header_lines_are_refused() {
    let running = Running::start(quick(), echo).await;
    let lines: String = (0..2_000).map(|n| format!("X-{n}: y\r\n")).collect();
    for request in [
        format!("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n{lines}\r\n"),
        format!("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n{}\r\n", "a:\r\n".repeat(2_000)),
        format!("POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n{lines}\r\n"),
        format!("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n{}{lines}\r\n", crate::tools::UPGRADE),
    ] {
        let mut stream = TcpStream::connect(running.addr).await.expect("connect");
        // The refusal may come before all has been written, and the end with it.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = within(stream.read_to_end(&mut answer)).await;
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 431"), "{}", String::from_utf8_lossy(&answer));
    }
    counted(&running, BadInput::TooLarge, 4).await;
    finish(running).await;
}

#[tokio::test]
async fn a_query_of_ten_thousand_parameters_is_read_like_a_short_one() {
    let running = Running::start(Config { max_header_bytes: 65_536, ..quick() }, echo).await;
    let many = "&a=b".repeat(10_000);
    let query = format!("EIO=4&transport=polling{many}");
    let answer = raw(running.addr, crate::client::get_request(&query)).await;
    assert_eq!(answer.status, 200);
    running.stop().await;
}

#[tokio::test]
async fn a_session_that_is_opened_and_forgotten_goes_with_its_heartbeat() {
    let ms = std::time::Duration::from_millis;
    let config = Config { ping_interval: ms(100), ping_timeout: ms(100), ..quick() };
    let running = Running::start(config, echo).await;
    for _ in 0..500 {
        Polling::open(running.addr).await;
    }
    until("all to be forgotten", || running.server.metrics().snapshot().closes.get("ping timeout") == Some(&500)).await;
    finish(running).await;
}
