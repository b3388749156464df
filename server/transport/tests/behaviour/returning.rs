//! Who is waited for, and what that leaves behind.

use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use transport::Recovery;

use crate::client::{Running, Ws, until};
use crate::recovery::{back, cut, join, recovering, told};

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
