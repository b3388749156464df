//! What may wait for a client that does not take it.

use bytes::Bytes;
use transport::{Args, CloseReason, Config, Error, Server, Socket, Value};

use std::time::Duration;

use tokio::io::AsyncWriteExt;

use crate::client::{Polling, Running, Ws, get_request, quick, read_answer, until, within};
use crate::tools::{bare, echo, finish, frame};

/// What a queued packet counts beside its payload.
const COST: usize = 192;

async fn stalled(running: &Running) -> Socket {
    // Without a GET nothing leaves.
    Polling::join(running.addr).await;
    running.server.namespace("/").sockets().pop().expect("a socket")
}

#[tokio::test]
async fn max_queue_packets_may_wait_and_not_one_more() {
    let running = Running::start(Config { max_queue_packets: 3, max_attachments: 2, ..quick() }, echo).await;
    let socket = stalled(&running).await;
    for n in 1..=3 {
        socket.emit("x", &n).expect("it fits");
        assert_eq!(socket.queue_depth().packets, n);
    }
    let bytes = 4 * (COST + "2[\"x\",1]".len());
    let Err(Error::QueueFull { packets: 4, bytes: told }) = socket.emit("x", &4) else { panic!("it does not fit") };
    assert_eq!(told, bytes);
    until("the end", || !socket.is_connected()).await;
    let reason = CloseReason::QueueFull.as_str();
    until("the count", || running.server.metrics().snapshot().closes.get(reason) == Some(&1)).await;
    assert_eq!(socket.queue_depth().packets, 0, "nothing is kept for who is gone");
    finish(running).await;
}

#[tokio::test]
async fn an_event_with_max_attachments_fits_into_the_least_queue() {
    let config = |packets| Config { max_queue_packets: packets, max_attachments: 2, ..quick() };
    assert!(Server::new(config(2)).is_err_and(|error| error.to_string().contains("max_queue_packets")));
    let running = Running::start(config(3), echo).await;
    let socket = stalled(&running).await;
    let binary = |count| (0..count).map(|n| Value::Bin(vec![n].into())).collect::<Args>();
    assert!(matches!(socket.emit_args("x", binary(3)), Err(Error::Encode(_))), "nobody is closed for one of more");
    socket.emit_args("x", binary(2)).expect("it fits");
    assert_eq!(socket.queue_depth().packets, 3);
    running.stop().await;
}

#[tokio::test]
async fn max_queue_bytes_may_wait_and_not_one_more() {
    let limit = 2_048;
    for (len, fits) in [(limit, true), (limit + 1, false)] {
        let running = Running::start(Config { max_queue_bytes: limit, ..quick() }, echo).await;
        let socket = stalled(&running).await;
        socket.emit("x", &()).expect("it fits");
        let left = len - socket.queue_depth().bytes;
        let words = "y".repeat(left - COST - "2[\"x\",\"\"]".len());
        let sent = socket.emit("x", &words);
        if fits {
            sent.expect("it fits exactly");
            assert_eq!(socket.queue_depth().bytes, limit);
        } else {
            assert!(matches!(sent, Err(Error::QueueFull { .. })), "{sent:?}");
            until("the end", || !socket.is_connected()).await;
        }
        running.stop().await;
    }
}

#[tokio::test]
async fn small_packets_that_wait_for_the_kernel_count_as_what_they_cost() {
    let running = Running::start(quick(), echo).await;
    let mut unread = bare(&running).await;
    unread.write_all(&frame(0x81, b"40")).await.expect("write");
    until("the client to be in", || !running.server.is_empty()).await;
    let socket = running.server.sockets().pop().expect("a socket");
    while socket.queue_depth().packets == 0 {
        socket.emit("x", &()).expect("the kernel takes it");
    }
    let taken = (0..).take_while(|_| socket.emit("x", &()).is_ok()).count();
    let most = Config::default().max_queue_bytes / COST;
    assert!((most / 2..=most).contains(&taken), "{taken} of {most}");
    drop(unread);
    running.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_not_taken_keeps_the_next_get_waiting() {
    const LARGE: usize = 200_000;
    let running = Running::start(quick(), echo).await;
    let client = Polling::join(running.addr).await;
    let socket = running.server.sockets().pop().expect("a socket");
    let slow = tokio::net::TcpSocket::new_v4().expect("a socket");
    slow.set_recv_buffer_size(4_096).expect("an option");
    let mut slow = slow.connect(running.addr).await.expect("connect");
    slow.write_all(get_request(&client.query()).as_bytes()).await.expect("write");
    until("the first GET", || socket.ready()).await;
    socket.emit("x", &"y".repeat(LARGE)).expect("it fits");
    until("the answer to leave", || socket.queue_depth().packets == 0).await;
    let mut next = tokio::spawn(async move { client.get().await.body });
    let mut early = async || tokio::time::timeout(Duration::from_millis(100), &mut next).await.is_ok();
    assert!(!early().await, "there is nothing to say");
    assert!(!socket.ready(), "the GET is there, but nothing would leave");
    socket.emit("x", &2).expect("it fits");
    assert!(!early().await, "the first answer is not taken");
    assert_eq!(socket.queue_depth().packets, 1);
    let first = within(read_answer(&mut slow)).await;
    assert!(first.body.len() > LARGE, "{}", first.body.len());
    assert_eq!(within(next).await.expect("no panic"), "42[\"x\",2]");
    drop(slow);
    running.stop().await;
}

#[tokio::test]
async fn what_stands_behind_a_large_event_follows_it_at_once() {
    const LARGE: usize = 4_000_000;
    let running = Running::start(Config { max_queue_bytes: 2 * LARGE, ..quick() }, |server| {
        server.on("large", |socket, _args, ack| {
            socket.emit("bytes", &Bytes::from(vec![7; LARGE])).expect("it fits");
            ack.expect("asked for").send(&()).expect("it fits");
        });
    })
    .await;
    for _ in 0..10 {
        let mut client = Ws::join(running.addr).await;
        client.send("421[\"large\"]").await;
        assert!(client.text().await.starts_with("451-[\"bytes\","));
        assert_eq!(client.binary().await.len(), LARGE);
        // Where it is left behind it comes with the next ping.
        assert_eq!(client.text().await, "431[]");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_handlers_burst_beyond_the_queue_reaches_who_takes_it() {
    let running = Running::start(quick(), |server| {
        server.on("burst", |socket, args, _ack| {
            let (events, words) = (args.get(0).expect("a number"), "y".repeat(500));
            (0_usize..events).for_each(|n| socket.emit("x", &(n, &words)).expect("it is taken"));
        });
    })
    .await;
    let mut client = Ws::join(running.addr).await;
    client.send("42[\"burst\",450]").await;
    for n in 0..450 {
        assert!(client.text().await.starts_with(&format!("42[\"x\",{n},")));
    }
    // A GET takes what is there when it is answered; what comes behind that waits within the bounds.
    let polling = Polling::join(running.addr).await;
    let waiting = tokio::spawn({
        let polling = polling.clone();
        async move { polling.get().await.body }
    });
    let sockets = running.server.sockets();
    until("both to be ready", || sockets.iter().all(Socket::ready)).await;
    polling.post("42[\"burst\",450]").await;
    assert!(within(waiting).await.expect("no panic").starts_with("42[\"x\",0,"));
    running.stop().await;
}

/// The default of `max_queue_bytes`.
const QUEUE: usize = 256 * 1024;

/// A text of fewer bytes than `QUEUE` that has more in JSON.
fn swelling() -> String {
    "\u{1}".repeat(98_000)
}

async fn join_packed(running: &Running) -> Ws {
    let mut ws = Ws::open(running.addr).await;
    ws.send_binary(&b"\x82\xa4type\x00\xa3nsp\xa1/"[..]).await;
    ws.binary().await;
    ws
}

fn has(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

#[tokio::test]
async fn an_event_of_one_binary_value_many_times_over_is_refused_and_its_receiver_stays() {
    let running = Running::start(quick(), echo).await;
    let mut client = join_packed(&running).await;
    let socket = running.server.sockets().pop().expect("a socket");
    let many: Args = vec![Value::Bin(Bytes::from(vec![7; 48_000])); 1_600].into();
    let wait = Duration::from_secs(60);
    for sent in [
        socket.emit_args("message", many.clone()),
        socket.emit_with_ack("message", &many, wait, |_| panic!("it was refused")),
    ] {
        let Err(Error::TooLarge { bytes, limit: QUEUE }) = sent else { panic!("{sent:?}") };
        assert_eq!(bytes, 1_600 * 48_000 + COST, "nothing was encoded");
    }
    assert_eq!(running.server.emit_args("message", many).expect("it has a name"), 0);
    assert_eq!(socket.queue_depth().bytes, 0);
    socket.emit("next", &()).expect("it is still in");
    assert!(has(&client.binary().await, b"next"));
    running.stop().await;
}

#[tokio::test]
async fn a_broadcast_that_no_queue_takes_closes_nobody() {
    let running = Running::start(quick(), echo).await;
    let polling = Polling::join(running.addr).await;
    let mut ws = Ws::join(running.addr).await;
    let waiting = tokio::spawn({
        let polling = polling.clone();
        async move { polling.get().await.body }
    });
    let sockets = running.server.sockets();
    until("both to be ready", || sockets.iter().all(Socket::ready)).await;
    assert_eq!(running.server.emit("large", &swelling()).expect("it can be encoded"), 0);
    assert!(sockets.iter().all(|socket| socket.is_connected() && socket.ready()));
    for socket in &sockets {
        let sent = socket.emit("large", &swelling());
        assert!(matches!(sent, Err(Error::TooLarge { limit: QUEUE, .. })), "{sent:?}");
    }
    let mut packed = join_packed(&running).await;
    assert_eq!(running.server.emit("large", &swelling()).expect("it can be encoded"), 1, "there it is shorter");
    assert!(has(&packed.binary().await, b"large"));
    assert_eq!(running.server.emit("next", &1).expect("it can be encoded"), 3);
    assert_eq!(within(waiting).await.expect("no panic"), "42[\"next\",1]");
    assert_eq!(ws.text().await, "42[\"next\",1]");
    assert!(has(&packed.binary().await, b"next"));
    assert_eq!(running.server.metrics().snapshot().closes.get(CloseReason::QueueFull.as_str()), None);
    running.stop().await;
}

#[tokio::test]
async fn an_acknowledgement_too_large_is_refused_and_the_connection_goes_on() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let running = Running::start(quick(), move |server| {
        server.on("ask", move |socket, _args, ack| {
            let own = socket.emit("large", &swelling());
            let ack = ack.expect("asked for");
            let (other, late) = (ack.clone(), ack.clone());
            tell.send([own, ack.send(&swelling())]).expect("the test runs");
            socket.emit("next", &()).expect("it is still in");
            other.send("sorry").expect("nobody has answered");
            assert!(matches!(late.send("late"), Err(Error::Answered)));
        });
    })
    .await;
    let mut client = Ws::join(running.addr).await;
    client.send("421[\"ask\"]").await;
    for sent in within(told.recv()).await.expect("it is asked") {
        assert!(matches!(sent, Err(Error::TooLarge { limit: QUEUE, .. })), "{sent:?}");
    }
    assert_eq!(client.text().await, "42[\"next\"]");
    assert_eq!(client.text().await, "431[\"sorry\"]");
    client.send("42[\"nothing\"]").await;
    running.server.emit("last", &()).expect("it can be encoded");
    assert_eq!(client.text().await, "42[\"last\"]");
    running.stop().await;
}

#[tokio::test]
async fn an_event_may_have_max_queue_bytes_and_not_one_more() {
    let limit = 2_048;
    let words = "y".repeat(limit - COST - "2[\"x\",\"\"]".len());
    let longer = format!("{words}y");
    let running = Running::start(Config { max_queue_bytes: limit, ..quick() }, echo).await;
    let mut client = Ws::join(running.addr).await;
    let socket = running.server.sockets().pop().expect("a socket");
    let refused = |sent| assert!(matches!(sent, Err(Error::TooLarge { bytes: 2_049, limit: 2_048 })), "{sent:?}");
    refused(socket.emit("x", &longer));
    assert_eq!(running.server.emit("x", &longer).expect("it can be encoded"), 0);
    socket.emit("x", &words).expect("it fits exactly");
    assert_eq!(running.server.emit("x", &words).expect("it can be encoded"), 1);
    for _ in 0..2 {
        assert_eq!(client.text().await, format!("42[\"x\",\"{words}\"]"));
    }
    drop(client);
    until("the end", || !socket.is_connected()).await;
    let socket = stalled(&running).await;
    refused(socket.emit("x", &longer));
    assert_eq!(socket.queue_depth().packets, 0);
    socket.emit("x", &words).expect("it fits exactly");
    assert_eq!(socket.queue_depth().bytes, limit);
    running.stop().await;
}

#[tokio::test]
async fn what_is_too_large_for_a_client_that_is_decided_about_is_refused_at_once() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let running = Running::start(quick(), move |server| {
        server.async_middleware(move |socket, _| {
            let wait = Duration::from_secs(60);
            let asked = socket.emit_with_ack("large", &swelling(), wait, |_| {});
            tell.send([socket.emit("large", &swelling()), asked]).expect("the test runs");
            socket.emit("next", &()).expect("it waits");
            std::future::ready(())
        });
    })
    .await;
    let mut client = Ws::join(running.addr).await;
    for sent in within(told.recv()).await.expect("it decides") {
        assert!(matches!(sent, Err(Error::TooLarge { limit: QUEUE, .. })), "{sent:?}");
    }
    assert_eq!(client.text().await, "42[\"next\"]");
    running.stop().await;
}

#[tokio::test]
async fn what_waits_for_a_client_that_is_decided_about_counts_as_its_parser_writes_it() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let running = Running::start(quick(), move |server| {
        server.async_middleware(move |socket, _| {
            tell.send(socket.emit("large", &swelling())).expect("the test runs");
            std::future::ready(())
        });
    })
    .await;
    let mut client = join_packed(&running).await;
    within(told.recv()).await.expect("it decides").expect("it is short enough");
    assert!(has(&client.binary().await, b"large"));
    running.stop().await;
}
