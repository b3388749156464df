//! Heads of requests.

use transport::{BadInput, Config};

use crate::client::{Running, quick, raw};
use crate::tools::{counted, echo, finish};

const LINE: &str = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n";

#[tokio::test]
async fn a_head_may_have_max_header_bytes_and_not_one_more() {
    let running = Running::start(Config { max_header_bytes: 8_192, ..quick() }, echo).await;
    let head = |len: usize| {
        let rest = len - LINE.len() - "A: \r\n\r\n".len();
        let head = format!("{LINE}A: {}\r\n\r\n", "b".repeat(rest));
        assert_eq!(head.len(), len);
        head
    };
    assert_eq!(raw(running.addr, head(8_192)).await.status, 200);
    assert_eq!(raw(running.addr, head(8_193)).await.status, 431);
    counted(&running, BadInput::TooLarge, 1).await;
    running.stop().await;
}

#[tokio::test]
async fn a_head_may_have_max_headers_lines_and_not_one_more() {
    let running = Running::start(Config { max_headers: 20, ..quick() }, echo).await;
    let head = |lines: usize| format!("{LINE}{}\r\n", "A: b\r\n".repeat(lines - 1));
    assert_eq!(raw(running.addr, head(20)).await.status, 200);
    assert_eq!(raw(running.addr, head(21)).await.status, 431);
    counted(&running, BadInput::TooLarge, 1).await;
    running.stop().await;
}

#[tokio::test]
async fn a_head_that_is_no_http_is_counted() {
    let running = Running::start(quick(), echo).await;
    assert_eq!(raw(running.addr, "GET\u{1}/ HTTP/1.1\r\n\r\n").await.status, 400);
    counted(&running, BadInput::Request, 1).await;
    finish(running).await;
}
