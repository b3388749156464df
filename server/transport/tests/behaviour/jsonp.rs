//! Long-polling by scripts and forms, in both revisions.

use std::net::SocketAddr;

use transport::{Config, Server};

use crate::client::{Answer, Running, get_request, quick, raw, until};
use crate::eio3::body;

fn echo(server: &Server) {
    server.namespace("/").on("echo", |socket, args, _| socket.emit_args("echoed", args.clone()).expect("sent"));
}

/// What is between `___eio[7]("` and `");`, as the page's function gets it.
fn called_with(answer: &Answer) -> String {
    assert!(answer.head.to_lowercase().contains("content-type: text/javascript; charset=utf-8"), "{}", answer.head);
    let text = answer.body.strip_prefix("___eio[7](").and_then(|rest| rest.strip_suffix(");")).expect("a call");
    serde_json::from_str(text).expect("a string")
}

async fn post(addr: SocketAddr, query: &str, form: &str) -> Answer {
    let request = format!(
        "POST /socket.io/?{query} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{form}",
        form.len()
    );
    raw(addr, request).await
}

#[tokio::test]
async fn a_page_polls_by_loading_scripts_and_posting_forms() {
    let running = Running::start(Config { allow_eio3: true, ..quick() }, echo).await;
    let open = called_with(&raw(running.addr, get_request("EIO=3&transport=polling&j=7")).await);
    let open: serde_json::Value = serde_json::from_str(open.split_once(":0").expect("an open packet").1).expect("JSON");
    let query = format!("EIO=3&transport=polling&j=7&sid={}", open["sid"].as_str().expect("a sid"));
    assert_eq!(called_with(&raw(running.addr, get_request(&query)).await), "2:40");

    // A line end within a string, as JSON and then the page write it, and one more escape around it.
    let answer = post(running.addr, &query, "d=17%3A42%5B%22echo%22%2C%22a%5C%5Cnb%22%5D").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
    assert!(answer.head.to_lowercase().contains("content-type: text/html"), "{}", answer.head);
    let answer = raw(running.addr, get_request(&query)).await;
    assert_eq!(called_with(&answer), body(&["42[\"echoed\",\"a\\nb\"]"]));
    assert_eq!(answer.body, r#"___eio[7]("19:42[\"echoed\",\"a\\nb\"]");"#);

    // Binary is always base64.
    let packet = "451-[\"echo\",{\"_placeholder\":true,\"num\":0}]";
    let form = format!("d={}", body(&[packet, "b4+/8="])).replace('"', "%22").replace('+', "%2B");
    assert_eq!(post(running.addr, &query, &form).await.body, "ok");
    let echoed = packet.replace("echo", "echoed");
    assert_eq!(called_with(&raw(running.addr, get_request(&query)).await), body(&[&echoed, "b4+/8="]));
    running.stop().await;
}

#[tokio::test]
async fn revision_4_has_it_too() {
    let running = Running::start(quick(), echo).await;
    let open = called_with(&raw(running.addr, get_request("EIO=4&transport=polling&j=7")).await);
    let open: serde_json::Value = serde_json::from_str(&open[1..]).expect("JSON");
    let query = format!("EIO=4&transport=polling&j=7&sid={}", open["sid"].as_str().expect("a sid"));
    assert_eq!(post(running.addr, &query, "d=40%1E42%5B%22echo%22%2C%22%C3%A9%22%5D").await.body, "ok");
    let told = called_with(&raw(running.addr, get_request(&query)).await);
    assert!(told.starts_with("40{\"sid\"") && told.ends_with("\u{1e}42[\"echoed\",\"é\"]"), "{told}");
    running.stop().await;
}

#[tokio::test]
async fn a_form_without_packets_brings_none_and_a_broken_one_ends_the_session() {
    let running = Running::start(Config { allow_eio3: true, ..quick() }, echo).await;
    let open = called_with(&raw(running.addr, get_request("EIO=3&transport=polling&j=7")).await);
    let open: serde_json::Value = serde_json::from_str(open.split_once(":0").expect("an open packet").1).expect("JSON");
    let query = format!("EIO=3&transport=polling&j=7&sid={}", open["sid"].as_str().expect("a sid"));
    assert_eq!(post(running.addr, &query, "x=1").await.body, "ok");
    assert_eq!(post(running.addr, &query, "d=4:nonsense").await.status, 400);
    until("the session to end", || running.server.metrics().snapshot().sessions == 0).await;
    running.stop().await;
}

#[tokio::test]
async fn the_callback_is_digits_and_nothing_else() {
    let running = Running::start(Config { allow_eio3: true, ..quick() }, |_| {}).await;
    let answer = raw(running.addr, get_request("EIO=3&transport=polling&j=4);alert(2")).await;
    assert!(answer.body.starts_with("___eio[42](\""), "{}", answer.body);
    running.stop().await;
}
