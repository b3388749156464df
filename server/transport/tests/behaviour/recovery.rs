//! Connection state recovery, as raw clients see it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use transport::{CloseReason, Config, FrameEvent, Recovery, Server, SocketId, Update};

use crate::client::{Polling, Running, Ws, quick, until};

pub(crate) fn recovering(bounds: Recovery) -> Config {
    Config { recovery: Some(bounds), ..quick() }
}

async fn start(set_up: impl FnOnce(&Server)) -> Running {
    Running::start(recovering(Recovery::default()), set_up).await
}

/// What the answer to CONNECT tells.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    pub(crate) sid: String,
    pub(crate) pid: String,
}

pub(crate) fn told(answer: &str) -> Told {
    let data: serde_json::Value = serde_json::from_str(answer.strip_prefix("40").expect("CONNECT")).expect("JSON");
    let text = |name: &str| data[name].as_str().expect(name).to_owned();
    Told { sid: text("sid"), pid: text("pid") }
}

pub(crate) async fn join(running: &Running) -> (Ws, Told) {
    let mut ws = Ws::open(running.addr).await;
    ws.send("40").await;
    let told = told(&ws.text().await);
    (ws, told)
}

/// An event's arguments and its offset.
pub(crate) fn split(event: &str) -> (String, String) {
    let mut data: Vec<serde_json::Value> = serde_json::from_str(event.strip_prefix("42").expect(event)).expect("JSON");
    let offset = data.pop().expect("an offset").as_str().expect("text").to_owned();
    (serde_json::to_string(&data).expect("JSON"), offset)
}

/// Connects again with what the client knows.
pub(crate) async fn back(running: &Running, pid: &str, offset: Option<&str>) -> Ws {
    let mut ws = Ws::open(running.addr).await;
    let offset = offset.map_or(String::new(), |offset| format!(",\"offset\":\"{offset}\""));
    ws.send(&format!("40{{\"pid\":\"{pid}\"{offset}}}")).await;
    ws
}

/// Cuts the connection and waits until the server has noticed.
pub(crate) async fn cut(running: &Running, ws: Ws) {
    let before = running.server.metrics().snapshot().parked;
    drop(ws);
    until("the socket to be parked", || running.server.metrics().snapshot().parked == before + 1).await;
}

#[tokio::test]
async fn a_client_that_is_back_has_its_id_rooms_data_and_every_missed_event_once_and_in_order() {
    let joins = Arc::new(AtomicUsize::new(0));
    let counted = joins.clone();
    let running = start(move |server| {
        server.middleware(move |_, _| {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        server.on_connect(|socket, _| {
            if !socket.recovered() {
                assert!(socket.join("room"));
                socket.set_data(7_u8);
            }
        });
    })
    .await;
    let (mut ws, first) = join(&running).await;
    running.server.to("room").emit("n", &1).expect("sent");
    let (event, offset) = split(&ws.text().await);
    assert_eq!(event, "[\"n\",1]");
    running.server.sockets()[0].emit("n", &2).expect("sent");
    assert_eq!(split(&ws.text().await).0, "[\"n\",2]");
    cut(&running, ws).await;
    assert_eq!((running.server.len(), running.server.sockets().len()), (0, 0), "nobody is there");
    let id: SocketId = first.sid.parse().expect("an id");
    assert!(running.server.socket(&id).is_none());
    assert_eq!(running.server.to("room").emit("n", &3).expect("kept"), 0, "nobody took it");
    running.server.to(id).emit("n", &4).expect("kept");
    running.server.emit("n", &5).expect("kept");
    running.server.except("room").emit("n", &"not for it").expect("sent");
    running.server.to("room").volatile().emit("n", &"volatile").expect("dropped");

    let mut ws = back(&running, &first.pid, Some(&offset)).await;
    for n in 2..=5 {
        assert_eq!(split(&ws.text().await).0, format!("[\"n\",{n}]"));
    }
    assert_eq!(told(&ws.text().await), first);
    let socket = running.server.socket(&id).expect("it is back");
    assert!(socket.recovered() && socket.data::<u8>().as_deref() == Some(&7));
    assert_eq!(joins.load(Ordering::SeqCst), 1, "its middlewares were left out");
    running.server.to("room").emit("n", &6).expect("sent");
    assert_eq!(split(&ws.text().await).0, "[\"n\",6]");
    let counters = running.server.metrics().snapshot();
    assert_eq!((counters.parked, counters.recovered_total), (0, 1));
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn events_that_left_in_one_write_are_missed_one_by_one() {
    let running = start(|_| {}).await;
    let (mut ws, first) = join(&running).await;
    let events = |from: i64| (from..from + 3).map(|n| ("n", [transport::Value::Int(n)].into_iter().collect()));
    assert_eq!(running.server.all().emit_all(events(1)).expect("sent"), 1);
    assert_eq!(split(&ws.text().await).0, "[\"n\",1]");
    let (event, offset) = split(&ws.text().await);
    assert_eq!(event, "[\"n\",2]");
    cut(&running, ws).await;
    assert_eq!(running.server.all().emit_all(events(4)).expect("kept"), 0, "nobody took them");
    let mut ws = back(&running, &first.pid, Some(&offset)).await;
    for n in 3..=6 {
        assert_eq!(split(&ws.text().await).0, format!("[\"n\",{n}]"));
    }
    assert_eq!(told(&ws.text().await), first);
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn a_client_is_back_before_anybody_noticed_that_it_was_gone() {
    let reasons = Arc::new(std::sync::Mutex::new(Vec::new()));
    let noted = reasons.clone();
    let running = start(move |server| {
        server.on_connect(|socket, _| assert!(socket.join("room")));
        server.on_disconnect(move |_, reason| noted.lock().expect("no panic").push(reason));
    })
    .await;
    // It stays open: the network lost it without a word.
    let (mut lost, first) = join(&running).await;
    running.server.to("room").emit("n", &1).expect("sent");
    let (_, offset) = split(&lost.text().await);
    running.server.to("room").emit("n", &2).expect("sent, and never read");
    let mut ws = back(&running, &first.pid, Some(&offset)).await;
    assert_eq!(split(&ws.text().await).0, "[\"n\",2]");
    assert_eq!(told(&ws.text().await), first);
    assert_eq!(*reasons.lock().expect("no panic"), [CloseReason::TransportClose]);
    running.server.to("room").emit("n", &3).expect("sent");
    assert_eq!(split(&ws.text().await).0, "[\"n\",3]");
    let counters = running.server.metrics().snapshot();
    assert_eq!((counters.parked, counters.recovered_total, running.server.len()), (0, 1, 1));

    // A stranger's guess ends nothing.
    let mut stranger = back(&running, &first.sid, Some(&offset)).await;
    assert_ne!(told(&stranger.text().await).sid, first.sid);
    running.server.to("room").emit("n", &4).expect("sent");
    assert_eq!(split(&ws.text().await).0, "[\"n\",4]");
    drop((lost, ws, stranger));
    running.stop().await;
}

#[tokio::test]
async fn a_client_is_back_also_when_it_missed_nothing_or_never_saw_an_event() {
    let running = start(|_| {}).await;
    let (ws, first) = join(&running).await;
    cut(&running, ws).await;
    let mut ws = back(&running, &first.pid, None).await;
    assert_eq!(told(&ws.text().await), first, "nothing was sent at all");
    cut(&running, ws).await;
    running.server.emit("n", &1).expect("kept");
    let mut ws = back(&running, &first.pid, None).await;
    let (_, offset) = split(&ws.text().await);
    assert_eq!(told(&ws.text().await), first, "the first event was missed");
    cut(&running, ws).await;
    let mut ws = back(&running, &first.pid, Some(&offset)).await;
    assert_eq!(told(&ws.text().await), first, "a second time, and nothing was missed");
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn an_offset_of_a_former_life_stands_for_the_whole_of_this_one() {
    let running = start(|_| {}).await;
    let (mut ws, _) = join(&running).await;
    running.server.emit("n", &1).expect("sent");
    let (_, former) = split(&ws.text().await);
    drop(ws);
    let (ws, second) = join(&running).await;
    cut(&running, ws).await;
    running.server.emit("n", &2).expect("kept");
    let mut ws = back(&running, &second.pid, Some(&former)).await;
    assert_eq!(split(&ws.text().await).0, "[\"n\",2]");
    assert_eq!(told(&ws.text().await), second);
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn whoever_makes_a_claim_up_begins_anew() {
    let running = start(|_| {}).await;
    let (mut ws, first) = join(&running).await;
    running.server.emit("n", &1).expect("sent");
    let (_, offset) = split(&ws.text().await);
    cut(&running, ws).await;
    let (mut stranger, _) = join(&running).await;
    running.server.emit("secret", &2).expect("kept");
    assert_eq!(split(&stranger.text().await).0, "[\"secret\",2]", "as everybody");
    for auth in [
        "{\"pid\":\"AAAAAAAAAAAAAAAAAAAA\"}",
        "{\"pid\":\"\"}",
        "{\"pid\":7,\"offset\":[]}",
        &format!("{{\"pid\":\"{}\",\"offset\":7}}", first.pid),
        &format!("{{\"pid\":\"{}\"}}", first.sid),
    ] {
        let mut other = Ws::open(running.addr).await;
        other.send(&format!("40{auth}")).await;
        let fresh = told(&other.text().await);
        assert!(fresh.sid != first.sid && fresh.pid != first.pid, "{auth}");
    }
    let mut lost = back(&running, &first.pid, Some("no.offset")).await;
    assert_ne!(told(&lost.text().await).sid, first.sid);
    let mut late = back(&running, &first.pid, Some(&offset)).await;
    assert_ne!(told(&late.text().await).sid, first.sid, "the claim that failed has used it up");
    drop((stranger, lost, late));
    running.stop().await;
}

#[tokio::test]
async fn too_late_or_too_much_missed_is_a_new_beginning() {
    let bounds = Recovery { max_disconnection: Duration::from_millis(100), max_events: 2, ..Recovery::default() };
    let running = Running::start(recovering(bounds), |_| {}).await;
    let (mut ws, first) = join(&running).await;
    running.server.emit("n", &0).expect("sent");
    let (_, offset) = split(&ws.text().await);
    cut(&running, ws).await;
    until("its time to be over", || running.server.metrics().snapshot().parked == 0).await;
    let mut late = back(&running, &first.pid, Some(&offset)).await;
    assert_ne!(told(&late.text().await).sid, first.sid);
    drop(late);
    running.stop().await;

    let bounds = Recovery { max_events: 2, ..Recovery::default() };
    let running = Running::start(recovering(bounds), |_| {}).await;
    for (missed, same) in [(2, true), (3, false)] {
        let (ws, first) = join(&running).await;
        cut(&running, ws).await;
        (0..missed).for_each(|n| assert_eq!(running.server.emit("n", &n).expect("kept"), 0));
        let mut ws = back(&running, &first.pid, None).await;
        let mut answer = ws.text().await;
        while answer.starts_with("42") {
            answer = ws.text().await;
        }
        assert_eq!(told(&answer).sid == first.sid, same, "{missed} missed");
    }
    running.stop().await;
}

#[tokio::test]
async fn sockets_waited_for_are_bounded_in_number() {
    of_three_two_are_waited_for(Recovery { max_parked: 2, ..Recovery::default() }).await;
}

#[tokio::test]
async fn sockets_waited_for_are_bounded_in_number_for_each_address() {
    of_three_two_are_waited_for(Recovery { max_parked_per_ip: 2, ..Recovery::default() }).await;
}

async fn of_three_two_are_waited_for(bounds: Recovery) {
    let running = Running::start(recovering(bounds), |_| {}).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(join(&running).await);
    }
    let mut pids = Vec::new();
    for (at, (ws, told)) in clients.into_iter().enumerate() {
        drop(ws);
        until("the end", || running.server.len() == 2 - at).await;
        pids.push(told);
    }
    until("two to be waited for", || running.server.metrics().snapshot().parked == 2).await;
    let mut oldest = back(&running, &pids[0].pid, None).await;
    assert_ne!(told(&oldest.text().await).sid, pids[0].sid);
    let mut newest = back(&running, &pids[2].pid, None).await;
    assert_eq!(told(&newest.text().await), pids[2]);
    drop((oldest, newest));
    running.stop().await;
}

#[tokio::test]
async fn whoever_left_or_was_taken_out_is_not_waited_for() {
    let running = start(|_| {}).await;
    let (mut ws, first) = join(&running).await;
    ws.send("41").await;
    until("the socket to leave", || running.server.is_empty()).await;
    let mut again = back(&running, &first.pid, None).await;
    assert_ne!(told(&again.text().await).sid, first.sid);

    let (mut taken, second) = join(&running).await;
    let id: SocketId = second.sid.parse().expect("an id");
    running.server.socket(&id).expect("there").disconnect(true, CloseReason::Application("banned"));
    taken.closed().await;
    until("the session to end", || running.server.len() == 1).await;
    let mut banned = back(&running, &second.pid, None).await;
    assert_ne!(told(&banned.text().await).sid, second.sid);

    let (gone, third) = join(&running).await;
    cut(&running, gone).await;
    running.server.to(third.sid.as_str()).sockets();
    running.server.all().disconnect(true);
    until("nobody to be waited for", || running.server.metrics().snapshot().parked == 0).await;
    running.stop().await;
}

#[tokio::test]
async fn frames_and_asked_events_have_no_offset_and_are_not_kept() {
    let running = start(|_| {}).await;
    let (mut ws, first) = join(&running).await;
    let socket = running.server.sockets().pop().expect("a socket");
    until("the socket to be ready", || socket.writable()).await;
    assert!(socket.send_frame(&FrameEvent::new("/", "frame"), &[Bytes::from_static(b"x")]));
    assert_eq!(ws.text().await, "451-[\"frame\",{\"_placeholder\":true,\"num\":0}]");
    ws.binary().await;
    let asked = socket.timeout(Duration::from_secs(5)).emit_with_ack("ask", &1).expect("sent");
    assert_eq!(ws.text().await, "420[\"ask\",1]");
    assert!(socket.volatile().emit("v", &1).expect("sent"));
    assert_eq!(ws.text().await, "42[\"v\",1]");
    cut(&running, ws).await;
    assert!(asked.await.is_err(), "released");
    let mut ws = back(&running, &first.pid, None).await;
    assert_eq!(told(&ws.text().await), first, "nothing comes again");
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn what_has_no_offset_does_not_end_in_what_the_client_takes_for_one() {
    let running = start(|_| {}).await;
    let (mut ws, first) = join(&running).await;
    running.server.emit("kept", "x").expect("sent");
    let (_, offset) = split(&ws.text().await);
    let socket = running.server.sockets().pop().expect("a socket");
    let update = || Update::event("newest", "x").ok();
    let tell: [(&dyn Fn(), &str); 7] = [
        (&|| assert!(socket.volatile().emit("v", "x").expect("sent")), "[\"v\",\"x\",null]"),
        (&|| assert!(socket.volatile().emit("v", &(1, "x")).expect("sent")), "[\"v\",1,\"x\",null]"),
        // The client looks at the name then.
        (&|| assert!(socket.volatile().emit("v", &()).expect("sent")), "[\"v\",null]"),
        (&|| assert!(socket.volatile().emit("v", &("x", 1)).expect("sent")), "[\"v\",\"x\",1]"),
        (&|| assert_eq!(running.server.all().volatile().emit("v", "x").expect("sent"), 1), "[\"v\",\"x\",null]"),
        (&|| assert_eq!(running.server.all().volatile().emit("v", &[1]).expect("sent"), 1), "[\"v\",1]"),
        (&|| socket.latest("lane", update).expect("sent"), "[\"newest\",\"x\",null]"),
    ];
    for (tell, told) in tell {
        until("the socket to be ready", || socket.writable()).await;
        tell();
        assert_eq!(ws.text().await, format!("42{told}"));
    }
    // What is asked ends in the means to answer, for the client.
    let asked = socket.timeout(Duration::from_secs(5)).emit_with_ack("ask", "x").expect("sent");
    assert_eq!(ws.text().await, "420[\"ask\",\"x\"]");
    cut(&running, ws).await;
    assert!(asked.await.is_err(), "released");
    let mut ws = back(&running, &first.pid, Some(&offset)).await;
    assert_eq!(told(&ws.text().await), first);
    drop(ws);
    running.stop().await;

    let running = Running::start(quick(), |_| {}).await;
    let mut ws = Ws::join(running.addr).await;
    let socket = running.server.sockets().pop().expect("a socket");
    until("the socket to be ready", || socket.writable()).await;
    assert!(socket.volatile().emit("v", "x").expect("sent"));
    assert_eq!(ws.text().await, "42[\"v\",\"x\"]", "nobody comes back");
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn both_transports_and_both_parsers_come_back() {
    let running = start(|_| {}).await;
    let client = Polling::open(running.addr).await;
    client.post("40").await;
    let first = told(&client.get().await.body);
    client.post("1").await;
    until("the socket to be parked", || running.server.metrics().snapshot().parked == 1).await;
    running.server.emit("n", &1).expect("kept");
    let client = Polling::open(running.addr).await;
    client.post(&format!("40{{\"pid\":\"{}\"}}", first.pid)).await;
    let body = client.get().await.body;
    let (event, answer) = body.split_once('\x1e').expect("two packets");
    assert_eq!((split(event).0.as_str(), told(answer)), ("[\"n\",1]", first.clone()));
    client.post("1").await;
    until("the socket to be parked", || running.server.metrics().snapshot().parked == 1).await;

    // Kept for a client of the one parser, it is of no use to one of the other.
    let mut ws = Ws::open(running.addr).await;
    let mut packet = b"\x83\xa4type\x00\xa3nsp\xa1/\xa4data\x81\xa3pid\xb4".to_vec();
    packet.extend_from_slice(first.pid.as_bytes());
    ws.send_binary(packet.clone()).await;
    let answer = ws.binary().await;
    assert!(!answer.windows(20).any(|part| part == first.sid.as_bytes()), "{answer:?}");
    let at = answer.windows(3).position(|part| part == b"pid").expect("a pid") + 4;
    let pid = answer[at..at + 20].to_vec();
    cut(&running, ws).await;
    let mut ws = Ws::open(running.addr).await;
    packet.truncate(packet.len() - 20);
    packet.extend_from_slice(&pid);
    running.server.emit("n", &2).expect("kept");
    ws.send_binary(packet).await;
    assert!(ws.binary().await.windows(5).any(|part| part == b"\xa1n\x02\xa0" || part[..3] == *b"\xa1n\x02"));
    assert_eq!(ws.binary().await, answer);
    drop(ws);
    running.stop().await;
}
