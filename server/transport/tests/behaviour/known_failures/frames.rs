//! WebSocket frames that no client library sends.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use transport::BadInput;

use crate::client::{Running, quick, until, within};
use crate::tools::{bare, counted, echo, finish, frame};

/// Writes `piece` again and again, up to `times`; tells how often the kernel took it.
async fn repeat(stream: &mut TcpStream, piece: &[u8], times: usize) -> usize {
    let many = piece.repeat(1_000);
    within(async {
        let mut sent = 0;
        while sent < times && stream.write_all(&many).await.is_ok() {
            sent += 1_000;
        }
        sent
    })
    .await
}

#[tokio::test]
async fn half_a_million_fragments_of_one_byte_are_cut_off() {
    let running = Running::start(quick(), echo).await;
    let mut stream = bare(&running).await;
    stream.write_all(&frame(0x01, b"4")).await.expect("write");
    repeat(&mut stream, &frame(0x00, b"2"), 500_000).await;
    counted(&running, BadInput::TooLarge, 1).await;
    drop(stream);
    finish(running).await;
}

#[tokio::test]
async fn half_a_million_empty_fragments_are_cut_off() {
    let running = Running::start(quick(), echo).await;
    let mut stream = bare(&running).await;
    stream.write_all(&frame(0x01, b"")).await.expect("write");
    repeat(&mut stream, &frame(0x00, b""), 500_000).await;
    counted(&running, BadInput::TooLarge, 1).await;
    drop(stream);
    finish(running).await;
}

#[tokio::test]
async fn empty_fragments_with_pings_between_them_are_cut_off_too() {
    let running = Running::start(quick(), echo).await;
    let mut stream = bare(&running).await;
    stream.write_all(&frame(0x02, b"")).await.expect("write");
    repeat(&mut stream, &[frame(0x00, b""), frame(0x8a, b"")].concat(), 500_000).await;
    counted(&running, BadInput::TooLarge, 1).await;
    drop(stream);
    finish(running).await;
}

#[tokio::test]
async fn a_frame_that_declares_a_tebibyte_is_answered_with_1009() {
    let running = Running::start(quick(), echo).await;
    for len in [1_u64 << 40, u64::MAX, (1 << 63) - 1, 100_001] {
        let mut stream = bare(&running).await;
        let head = [&[0x82, 0xff][..], &len.to_be_bytes(), &[0; 4], b"the first bytes of it"].concat();
        stream.write_all(&head).await.expect("write");
        let mut rest = Vec::new();
        // Whether the last read ends by FIN or by RST is the kernel's matter.
        let _ = within(stream.read_to_end(&mut rest)).await;
        assert!(rest.ends_with(&[0x88, 2, 0x03, 0xf1]), "{len}: {rest:x?}");
    }
    counted(&running, BadInput::TooLarge, 4).await;
    finish(running).await;
}

#[tokio::test]
async fn control_frames_that_are_none_end_the_connection() {
    let running = Running::start(quick(), echo).await;
    let cases = [
        frame(0x89, &[1; 126]),       // a ping too long
        frame(0x09, b"x"),            // a ping in fragments
        frame(0x8b, b""),             // a reserved control frame
        frame(0x88, b"x"),            // a close frame of half a code
        frame(0x88, &[3, 232, 0xff]), // a reason that is no text
        frame(0x81, &[b'4', 0xff]),   // a text that is none
    ];
    for case in &cases {
        let mut stream = bare(&running).await;
        stream.write_all(case).await.expect("write");
        let mut rest = Vec::new();
        let _ = within(stream.read_to_end(&mut rest)).await;
    }
    counted(&running, BadInput::WebSocket, cases.len() as u64).await;
    finish(running).await;
}

#[tokio::test]
async fn frames_after_the_close_frame_are_not_handled() {
    let running = Running::start(quick(), echo).await;
    let mut stream = bare(&running).await;
    let all = [frame(0x81, b"40"), frame(0x88, &[3, 232]), frame(0x81, b"42[\"echo\",1]").repeat(100)].concat();
    stream.write_all(&all).await.expect("write");
    let mut rest = Vec::new();
    let _ = within(stream.read_to_end(&mut rest)).await;
    assert!(!rest.windows(6).any(|w| w == b"echoed"), "{rest:x?}");
    until("the end", || running.server.metrics().snapshot().closes.get("transport close") == Some(&1)).await;
    finish(running).await;
}
