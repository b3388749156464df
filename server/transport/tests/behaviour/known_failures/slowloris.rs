//! Thousands of connections that send a byte now and then.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use transport::{BadInput, Config};

use crate::client::{Running, Ws, get_request, quick, read_answer, until, within};
use crate::tools::{counted, echo, finish};

/// Connections that dribble: fewer where the system allows fewer open files, of which each takes two.
fn crowd() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let allowed =
        limits.lines().find_map(|l| l.strip_prefix("Max open files")?.split_whitespace().next()?.parse().ok());
    allowed.unwrap_or(1_024_usize).saturating_sub(400).div_euclid(2).min(2_000)
}

/// A connection in the middle of a request's head, or of a POST's body.
async fn dribbler(running: &Running, body: bool) -> TcpStream {
    let mut stream = TcpStream::connect(running.addr).await.expect("connect");
    if !body {
        stream.write_all(b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nX: ").await.expect("write");
        return stream;
    }
    stream.write_all(get_request("EIO=4&transport=polling").as_bytes()).await.expect("write");
    let open = within(read_answer(&mut stream)).await.body;
    let open: serde_json::Value = serde_json::from_str(&open[1..]).expect("JSON");
    let query = format!("EIO=4&transport=polling&sid={}", open["sid"].as_str().expect("a sid"));
    let head = format!("POST /socket.io/?{query} HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("write");
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_dribbling_connections_keep_nobody_waiting_and_end_in_time() {
    let patience = Duration::from_secs(4);
    let config = Config { header_timeout: patience, body_timeout: patience, ..quick() };
    let running = Running::start(config, echo).await;
    let crowd = crowd();
    let mut streams = Vec::new();
    for n in 0..crowd {
        streams.push(dribbler(&running, n % 2 == 1).await);
    }
    let dribbling = tokio::spawn(async move {
        while !streams.is_empty() {
            let mut left = Vec::new();
            for mut stream in streams {
                if stream.write_all(b"x").await.is_ok() {
                    left.push(stream);
                }
            }
            streams = left;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    until("all to be there", || running.server.metrics().snapshot().tcp >= crowd * 9 / 10).await;
    let mut times = Vec::new();
    for _ in 0..100 {
        let start = Instant::now();
        let mut ws = Ws::join(running.addr).await;
        ws.send("42[\"echo\",1]").await;
        ws.text().await;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    assert!(times[98] < Duration::from_millis(500), "a new client waited for {:?}", times[98]);
    within(dribbling).await.expect("no panic");
    // Each had one request that did not come in time.
    counted(&running, BadInput::Slow, crowd as u64).await;
    finish(running).await;
}
