//! Who is waited for, and what that leaves behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::watch;
use transport::{Config, Recovery, Refusal};

use crate::client::{PATIENCE, Polling, Running, Ws, get_request, post_request, until};
use crate::recovery::{Told, back, cut, join, recovering, split, told};

/// Joins `/game`, with what the client knows of its former connection.
async fn play(running: &Running, claim: &str) -> (Ws, String) {
    let mut ws = Ws::open(running.addr).await;
    ws.send(&format!("40/game,{claim}")).await;
    let answer = ws.text().await;
    let data: serde_json::Value = serde_json::from_str(answer.strip_prefix("40/game,").expect(&answer)).expect("JSON");
    (ws, data["pid"].as_str().expect("a pid").to_owned())
}

#[tokio::test]
async fn clients_that_come_and_go_leave_no_task_and_no_place_behind() {
    let running = Running::start(recovering(Recovery::default()), |_| {}).await;
    let games = running.server.namespace_matching(|name, _| name == "/game");
    let (mut ws, pid) = play(&running, "").await;
    let mut tasks = Vec::new();
    for _ in 0..20 {
        cut(&running, ws).await;
        assert!(games.child("/game").is_some(), "it waits for its client");
        let (again, same) = play(&running, &format!("{{\"pid\":\"{pid}\"}}")).await;
        assert_eq!(same, pid, "it is recovered");
        ws = again;
        tasks.push(Handle::current().metrics().num_alive_tasks());
    }
    let first = tasks[0];
    until("as few tasks as after the first time", || Handle::current().metrics().num_alive_tasks() <= first).await;
    assert_eq!(running.server.metrics().snapshot().recovered_total, 20);
    ws.send("41/game,").await;
    until("the child to be gone, which waits for nobody", || games.child("/game").is_none()).await;
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn each_one_is_waited_for_as_long_as_its_own_time_goes() {
    const TIME: Duration = Duration::from_millis(300);
    let running = Running::start(recovering(Recovery { max_disconnection: TIME, ..Recovery::default() }), |_| {}).await;
    let parked = || running.server.metrics().snapshot().parked;
    let ((first, _), (second, _), (third, third_told)) =
        (join(&running).await, join(&running).await, join(&running).await);
    let first_left = Instant::now();
    cut(&running, first).await;
    tokio::time::sleep(TIME / 2).await;
    let second_left = Instant::now();
    cut(&running, second).await;
    until("the first one's time to be over", || parked() < 2).await;
    assert!(first_left.elapsed() >= TIME);
    until("the second one's time to be over", || parked() == 0).await;
    assert!(second_left.elapsed() >= TIME);
    // After a time in which nobody was waited for.
    cut(&running, third).await;
    until("the third one's time to be over", || parked() == 0).await;
    let mut late = back(&running, &third_told.pid, None).await;
    assert_ne!(told(&late.text().await), third_told);
    drop(late);
    running.stop().await;
}

#[tokio::test]
async fn an_event_too_long_to_be_kept_is_in_the_way_only_of_who_has_not_seen_it() {
    let bounds = Recovery { max_bytes: 500, ..Recovery::default() };
    let running = Running::start(recovering(bounds), |_| {}).await;
    let long = "x".repeat(600);
    let everybody = |event: &str| assert_eq!(running.server.emit(event, &long).expect("sent"), 1);
    let alone = |event: &str| running.server.sockets()[0].emit(event, &long).expect("sent");
    let ways: [&dyn Fn(&str); 2] = [&everybody, &alone];
    for way in ways {
        let (mut ws, first) = join(&running).await;
        way("seen");
        let (_, offset) = split(&ws.text().await);
        cut(&running, ws).await;
        let mut ws = back(&running, &first.pid, Some(&offset)).await;
        assert_eq!(told(&ws.text().await), first);
        way("not seen");
        ws.text().await;
        cut(&running, ws).await;
        let mut ws = back(&running, &first.pid, Some(&offset)).await;
        assert_ne!(told(&ws.text().await).sid, first.sid);
        ws.send("41").await;
        until("it to leave", || running.server.is_empty()).await;
    }
    running.stop().await;
}

#[tokio::test]
async fn whose_former_connection_is_ended_is_let_in_soon_as_long_as_it_stays() {
    let running = Running::start(recovering(Recovery::default()), |_| {}).await;
    let games = running.server.namespace_matching(|name, _| name == "/game");
    let (lost, pid) = play(&running, "").await;
    let claim = format!("{{\"pid\":\"{pid}\"}}");
    let start = Instant::now();
    let (again, same) = play(&running, &claim).await;
    assert_eq!(same, pid);
    assert!(start.elapsed() < Duration::from_millis(900), "nobody waits for longer than the end takes");
    // And a second time. This one leaves.
    let (mut last, same) = play(&running, &claim).await;
    assert_eq!(same, pid);
    last.send("41/game,").await;
    until("the child to be gone", || games.child("/game").is_none()).await;
    drop((lost, again, last));
    running.stop().await;
}

/// A server that decides again about clients that are back; and what says who is let in, while "wait" keeps them waiting.
async fn deciding() -> (Running, watch::Sender<&'static str>) {
    let (tell, word) = watch::channel("in");
    let bounds = Recovery { skip_middlewares: false, ..Recovery::default() };
    let running = Running::start(recovering(bounds), move |server| {
        server.async_middleware(move |_, _| {
            let mut word = word.clone();
            async move {
                let word = *word.wait_for(|word| *word != "wait").await.expect("the test runs");
                if word == "in" { Ok(()) } else { Err(Refusal::new(word)) }
            }
        });
        server.on_connect(|socket, _| assert!(socket.join("room")));
    })
    .await;
    (running, tell)
}

/// Comes back, and is kept waiting.
async fn wait(running: &Running, tell: &watch::Sender<&'static str>, told: &Told, offset: &str) -> Ws {
    tell.send_replace("wait");
    let before = tell.receiver_count();
    let ws = back(running, &told.pid, Some(offset)).await;
    until("it to be decided about", || tell.receiver_count() == before + 1).await;
    ws
}

/// Joins, and hears the number 0.
async fn join_and_hear(running: &Running) -> (Ws, Told, String) {
    let (mut ws, told) = join(running).await;
    running.server.to("room").emit("n", &0).expect("sent");
    let (event, offset) = split(&ws.text().await);
    assert_eq!(event, "[\"n\",0]");
    (ws, told, offset)
}

async fn hears(ws: &mut Ws, numbers: impl IntoIterator<Item = u32>) {
    for number in numbers {
        assert_eq!(split(&ws.text().await).0, format!("[\"n\",{number}]"));
    }
}

#[tokio::test]
async fn a_client_that_is_lost_again_while_it_is_decided_about_misses_nothing() {
    let (running, tell) = deciding().await;
    let everybody = |number: u32| assert!(running.server.to("room").emit("n", &number).is_ok());
    let alone = |number: u32| running.server.sockets()[0].emit("n", &number).expect("kept");
    let (ws, first, offset) = join_and_hear(&running).await;
    cut(&running, ws).await;
    everybody(1);
    let ws = wait(&running, &tell, &first, &offset).await;
    everybody(2);
    alone(3);
    assert!(!running.server.sockets()[0].volatile().emit("n", "volatile").expect("dropped"));
    everybody(4);
    cut(&running, ws).await;
    assert_eq!((running.server.len(), tell.receiver_count()), (0, 1), "nobody is there, nothing is decided");
    everybody(5);
    // Lost without a word this time: it is back while it is decided about.
    let lost = wait(&running, &tell, &first, &offset).await;
    alone(6);
    let mut ws = back(&running, &first.pid, Some(&offset)).await;
    until("the former one to be given up", || running.server.metrics().snapshot().recovered_total == 3).await;
    everybody(7);
    tell.send_replace("in");
    hears(&mut ws, 1..=6).await;
    assert_eq!(told(&ws.text().await), first);
    everybody(8);
    hears(&mut ws, 7..=8).await;
    assert_eq!(running.server.metrics().snapshot().parked, 0);
    drop((lost, ws));
    running.stop().await;
}

#[tokio::test]
async fn what_waits_for_a_decision_is_bounded_and_who_lacks_something_begins_anew() {
    let (running, tell) = deciding().await;
    let (ws, first, offset) = join_and_hear(&running).await;
    cut(&running, ws).await;
    let mut ws = wait(&running, &tell, &first, &offset).await;
    let words = "x".repeat(1_000);
    let took =
        (0..10_000).take_while(|_| running.server.to("room").emit("n", &words).is_ok_and(|took| took == 1)).count();
    assert!(took > 50 && took * 1_192 < 128 * 1024, "half of the queue: {took}");
    assert_eq!(ws.closed().await, None);
    tell.send_replace("in");
    let mut ws = back(&running, &first.pid, Some(&offset)).await;
    let anew = told(&ws.text().await);
    assert!(anew.sid != first.sid && anew.pid != first.pid);
    assert_eq!((running.server.metrics().snapshot().parked, running.server.len()), (0, 1));
    drop(ws);
    running.stop().await;
}

#[tokio::test]
async fn only_a_client_that_was_in_and_may_be_again_is_waited_for() {
    let (running, tell) = deciding().await;
    let (ws, first, offset) = join_and_hear(&running).await;
    cut(&running, ws).await;
    let mut ws = wait(&running, &tell, &first, &offset).await;
    tell.send_replace("out");
    assert_eq!(ws.text().await, "44{\"message\":\"out\"}");
    drop(ws);
    tell.send_replace("in");
    let mut ws = back(&running, &first.pid, Some(&offset)).await;
    assert_ne!(told(&ws.text().await).sid, first.sid);
    drop(ws);
    until("it to be waited for", || running.server.metrics().snapshot().parked == 1).await;

    let (ws, second, offset) = join_and_hear(&running).await;
    cut(&running, ws).await;
    let ws = wait(&running, &tell, &second, &offset).await;
    running.server.sockets()[0].disconnect(false, transport::CloseReason::Application("banned"));
    drop(ws);
    until("its connection to end", || running.server.metrics().snapshot().sessions == 0).await;
    assert_eq!(running.server.metrics().snapshot().parked, 1, "the one before");

    let before = tell.receiver_count();
    let mut ws = Ws::open(running.addr).await;
    ws.send("40").await;
    until("it to be decided about", || tell.receiver_count() == before + 1).await;
    drop(ws);
    until("its connection to end", || running.server.metrics().snapshot().sessions == 0).await;
    assert_eq!(running.server.metrics().snapshot().parked, 1, "that one was never in");
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_asks_again_while_it_is_decided_about_begins_anew() {
    let (running, tell) = deciding().await;
    let (ws, first, offset) = join_and_hear(&running).await;
    cut(&running, ws).await;
    let mut ws = wait(&running, &tell, &first, &offset).await;
    running.server.to("room").emit("n", &1).expect("kept");
    ws.send("41").await;
    ws.send(&format!("40{{\"pid\":\"{}\",\"offset\":\"{offset}\"}}", first.pid)).await;
    ws.send("40/none,").await;
    assert!(ws.text().await.starts_with("44/none,"));
    tell.send_replace("in");
    assert_ne!(told(&ws.text().await).sid, first.sid);
    assert_eq!((running.server.metrics().snapshot().parked, running.server.len()), (0, 1));
    drop(ws);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_often_it_is_lost_a_client_hears_everything_once_and_in_order() {
    let bounds = Recovery { skip_middlewares: false, max_events: 100_000, max_bytes: 8_000_000, ..Recovery::default() };
    let config = Config { max_queue_bytes: 32_000_000, max_queue_packets: 200_000, ..recovering(bounds) };
    let running = Running::start(config, |server| {
        server.async_middleware(|_, _| tokio::time::sleep(Duration::from_millis(1)));
    })
    .await;
    let (mut ws, first) = join(&running).await;
    let going = Arc::new(AtomicBool::new(true));
    let (sending, server) = (going.clone(), running.server.clone());
    let id = first.sid.parse().expect("an id");
    let sender = std::thread::spawn(move || {
        let mut numbers = 0..;
        while sending.load(Ordering::Relaxed) {
            server.emit("n", &numbers.next()).expect("sent or kept");
            if let Some(socket) = server.socket(&id) {
                // An error means that its client has been lost just now: it is kept.
                let _ = socket.emit("n", &numbers.next());
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        numbers.start
    });
    let (mut heard, mut offset) = (0, None);
    // The offset of the next event.
    let hear = |message: &str, heard: &mut u32| {
        let (event, offset) = split(message);
        assert_eq!(event, format!("[\"n\",{heard}]"));
        *heard += 1;
        Some(offset)
    };
    for round in 0..60 {
        // Time for a part of the way in, or for all of it.
        let lost = tokio::time::Instant::now() + Duration::from_micros(300) * (round % 12);
        while let Ok(message) = tokio::time::timeout_at(lost, ws.text()).await {
            if message.starts_with("40") {
                assert_eq!(told(&message), first);
                continue;
            }
            offset = hear(&message, &mut heard);
        }
        drop(ws);
        ws = back(&running, &first.pid, offset.as_deref()).await;
    }
    going.store(false, Ordering::Relaxed);
    let sent = sender.join().expect("no panic");
    while heard < sent {
        let message = ws.text().await;
        match message.starts_with("40") {
            true => assert_eq!(told(&message), first),
            false => drop(hear(&message, &mut heard)),
        }
    }
    drop(ws);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_client_is_waited_for_also_where_its_former_connection_has_ended_and_is_late_with_it() {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (held, holds) = (std::sync::Mutex::new(held), Arc::new(AtomicBool::new(false)));
    let holding = holds.clone();
    let running = Running::start(recovering(Recovery::default()), move |server| {
        server.on("hold", move |_, _, _| {
            holding.store(true, Ordering::SeqCst);
            let _ = tokio::task::block_in_place(|| held.lock().expect("once").recv_timeout(Duration::from_secs(5)));
        });
    })
    .await;
    let former = Polling::open(running.addr).await;
    former.post("40").await;
    let first = told(&former.get().await.body);
    let ask = |request: String| tokio::spawn(crate::client::raw(running.addr, request));
    let held_up = ask(post_request(&former.query(), "42[\"hold\"]"));
    until("the handler to run", || holds.load(Ordering::SeqCst)).await;
    // Of two GETs at a time the second ends the session; its task is held up and does not notice.
    let polls = [ask(get_request(&former.query())), ask(get_request(&former.query()))];
    until("the end", || polls.iter().any(tokio::task::JoinHandle::is_finished)).await;
    running.server.emit("n", &1).expect("kept");
    let mut again = back(&running, &first.pid, None).await;
    // Time for the claim to come.
    tokio::time::sleep(Duration::from_millis(100)).await;
    release.send(()).expect("it is held");
    assert_eq!(split(&again.text().await).0, "[\"n\",1]");
    assert_eq!(told(&again.text().await), first);
    drop((held_up, polls, again));
    running.stop().await;
}

#[tokio::test]
async fn who_waits_for_a_socket_whose_client_is_back_on_another_waits_no_more() {
    let running = Running::start(recovering(Recovery::default()), |_| {}).await;
    let (ws, first) = join(&running).await;
    let former = running.server.sockets().pop().expect("a socket");
    cut(&running, ws).await;
    let waiting = tokio::spawn({
        let former = former.clone();
        async move { former.drained().await }
    });
    let held = Arc::new(());
    let holds = held.clone();
    // It may wait in a lane or be refused, but it must not stay.
    let _ = former.latest("lane", move || {
        let _holds = &holds;
        None
    });
    tokio::task::yield_now().await;
    let ws = back(&running, &first.pid, None).await;
    let waited = tokio::time::timeout(Duration::from_secs(5), waiting).await.expect("it ends").expect("no panic");
    assert!(matches!(waited, Err(transport::Error::Closed)));
    assert_eq!(Arc::strong_count(&held), 1, "the producer is gone");
    drop(ws);
    running.stop().await;
}

/// Loses a client in five namespaces, each of which has six events of 9,500 bytes for it then: more than its queue holds.
async fn lose(running: &Running, ws: Ws) {
    drop(ws);
    until("all to be parked", || running.server.metrics().snapshot().parked == 5).await;
    let words = "x".repeat(9_500);
    for name in NAMES {
        (0..6).for_each(|_| assert_eq!(running.server.namespace(name).emit("missed", &words).expect("sent"), 0));
    }
}

const NAMES: [&str; 5] = ["/a", "/b", "/c", "/d", "/e"];

fn connects(pids: &[String]) -> Vec<String> {
    NAMES.iter().zip(pids).map(|(name, pid)| format!("40{name},{{\"pid\":\"{pid}\"}}")).collect()
}

async fn five(running: &Running) -> (Ws, Vec<String>) {
    let (mut ws, mut pids) = (Ws::open(running.addr).await, Vec::new());
    for name in NAMES {
        running.server.namespace(name);
        ws.send(&format!("40{name},")).await;
        let answer = ws.text().await;
        pids.push(told(answer.replacen(&format!("{name},"), "", 1).as_str()).pid);
    }
    (ws, pids)
}

#[tokio::test]
async fn a_client_that_takes_what_it_has_missed_may_have_missed_more_than_its_queue_holds() {
    let running = Running::start(recovering(Recovery::default()), |_| {}).await;
    let (ws, pids) = five(&running).await;
    lose(&running, ws).await;
    let mut ws = Ws::open(running.addr).await;
    for connect in connects(&pids) {
        ws.send(&connect).await;
    }
    for name in NAMES {
        for _ in 0..6 {
            assert!(ws.text().await.starts_with(&format!("42{name},[\"missed\",")));
        }
        assert!(ws.text().await.starts_with(&format!("40{name},")));
    }
    assert_eq!(running.server.metrics().snapshot().recovered_total, 5);
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_cannot_take_what_it_has_missed_begins_anew() {
    let running = Running::start(recovering(Recovery::default()), |_| {}).await;
    let (ws, pids) = five(&running).await;
    lose(&running, ws).await;
    // Its GET comes late: all has to wait.
    let client = Polling::open(running.addr).await;
    client.post(&connects(&pids).join("\u{1e}")).await;
    until("the queue to be full", || running.server.metrics().snapshot().closes.get("queue full") == Some(&1)).await;
    let before = running.server.metrics().snapshot().recovered_total;
    let client = Polling::open(running.addr).await;
    client.post(&connects(&pids).join("\u{1e}")).await;
    let answer = client.get().await.body;
    assert!(answer.starts_with("40/a,{"), "nothing is missed: {answer}");
    assert!(running.server.metrics().snapshot().recovered_total <= before + 1);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handlers_hear_that_a_client_is_gone_before_they_hear_that_it_is_back() {
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (gone, came) = (told.clone(), told.clone());
    let running = Running::start(recovering(Recovery::default()), move |server| {
        server.on_disconnect(move |_socket, _reason| {
            // Others go on meanwhile.
            tokio::task::block_in_place(|| std::thread::sleep(Duration::from_millis(200)));
            gone.lock().expect("no panic").push("gone");
        });
        server.on_connect(move |_socket, _auth| came.lock().expect("no panic").push("came"));
    })
    .await;
    let (ws, first) = join(&running).await;
    // The former connection is still open.
    let mut again = back(&running, &first.pid, None).await;
    again.text().await;
    assert_eq!(*told.lock().expect("no panic"), ["came", "gone", "came"]);
    assert_eq!(running.server.metrics().snapshot().recovered_total, 1);
    drop((ws, again));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_is_back_while_handlers_hear_of_its_loss_has_missed_nothing() {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let running = Running::start(recovering(Recovery::default()), move |server| {
        server.on_disconnect(move |_socket, _reason| {
            let _ = tokio::task::block_in_place(|| held.lock().expect("no panic").recv_timeout(PATIENCE));
        });
    })
    .await;
    let (mut ws, first) = join(&running).await;
    running.server.emit("n", &0).expect("sent");
    let (_, offset) = split(&ws.text().await);
    drop(ws);
    until("the loss to be noticed", || running.server.is_empty()).await;
    running.server.emit("n", &1).expect("kept");
    let mut again = back(&running, &first.pid, Some(&offset)).await;
    // Time for the claim to come.
    tokio::time::sleep(Duration::from_millis(100)).await;
    running.server.emit("n", &2).expect("kept");
    assert!(running.server.is_empty());
    release.send(()).expect("it is held");
    hears(&mut again, [1, 2]).await;
    assert_eq!(told(&again.text().await), first);
    drop((release, again));
    running.stop().await;
}
