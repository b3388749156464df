//! Pages of other hosts.

use transport::{BadInput, Config, Cors};

use crate::client::{Answer, Polling, Running, quick, raw};
use crate::logged::Logged;
use crate::tools::{UPGRADE, counted, echo, finish};

const FORBIDDEN: &str = "{\"code\":4,\"message\":\"Forbidden\"}";

/// The three ways in, as a page of `origin` asks for them.
async fn ask(running: &Running, origin: &str) -> [Answer; 3] {
    let lines = format!("Host: {}\r\nOrigin: {origin}\r\n", running.addr);
    let client = Polling::join(running.addr).await;
    let post =
        format!("POST /socket.io/?{} HTTP/1.1\r\n{lines}Content-Length: 12\r\n\r\n42[\"echo\",1]", client.query());
    let answers = [
        raw(running.addr, format!("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n{lines}\r\n")).await,
        raw(running.addr, post).await,
        raw(running.addr, format!("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n{lines}{UPGRADE}\r\n")).await,
    ];
    assert_eq!(client.post("1").await.body, "ok", "the session itself is unharmed");
    answers
}

#[tokio::test]
async fn a_page_of_another_host_gets_nothing_by_get_post_or_websocket() {
    for cors in [Cors::Off, Cors::Origins(vec!["https://a.example".to_owned()])] {
        let running = Running::start(Config { cors, ..quick() }, echo).await;
        for (round, origin) in ["http://evil.example", "https://a.example.evil.example", "null"].iter().enumerate() {
            let [get, post, ws] = ask(&running, origin).await;
            assert_eq!((get.status, get.body.as_str()), (403, FORBIDDEN), "{origin}");
            assert_eq!((post.status, post.body.as_str()), (403, FORBIDDEN), "{origin}");
            assert_eq!((ws.status, ws.body.as_str()), (400, "Forbidden"), "{origin}");
            for answer in [get, post, ws] {
                assert!(!answer.head.contains("access-control"), "{}", answer.head);
            }
            counted(&running, BadInput::Origin, 3 * (round as u64 + 1)).await;
        }
        finish(running).await;
    }
}

#[tokio::test]
async fn pages_of_the_own_host_of_listed_origins_and_of_any_are_served() {
    let listed = Cors::Origins(vec!["https://a.example".to_owned()]);
    for (cors, origin) in [
        (Cors::Off, None),
        (listed.clone(), None),
        (listed, Some("https://a.example")),
        (Cors::Any, Some("https://b.example")),
    ] {
        let running = Running::start(Config { cors: cors.clone(), ..quick() }, echo).await;
        let own = format!("http://{}", running.addr);
        let [get, post, ws] = ask(&running, origin.unwrap_or(&own)).await;
        assert_eq!((get.status, post.status, ws.status), (200, 200, 101), "{cors:?} {origin:?}");
        let allowed = get.head.lines().find_map(|l| l.strip_prefix("access-control-allow-origin: "));
        let expected = match (&cors, origin) {
            (Cors::Any, _) => Some("*"),
            (_, origin) => origin,
        };
        assert_eq!(allowed, expected, "{cors:?} {origin:?}");
        counted(&running, BadInput::Origin, 0).await;
        running.stop().await;
    }
}

#[tokio::test]
async fn preflights_are_answered_for_those_who_may_and_refused_to_others() {
    let listed = Cors::Origins(vec!["https://a.example".to_owned()]);
    let preflight = |origin: &str| {
        format!(
            "OPTIONS /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nOrigin: {origin}\r\n\
            Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization,x-token\r\n\r\n"
        )
    };
    for (cors, origin, status) in [
        (listed.clone(), "https://a.example", 204),
        (listed, "https://b.example", 403),
        (Cors::Any, "https://b.example", 204),
        (Cors::Off, "https://b.example", 403),
    ] {
        let running = Running::start(Config { cors: cors.clone(), ..quick() }, echo).await;
        let answer = raw(running.addr, preflight(origin)).await;
        assert_eq!(answer.status, status, "{cors:?} {origin}");
        let told = |name: &str| answer.head.contains(&format!("access-control-allow-{name}: "));
        assert_eq!((told("origin"), told("methods"), told("headers")), (status == 204, status == 204, status == 204));
        let echoed = answer.head.contains("access-control-allow-headers: authorization,x-token\r\n");
        assert_eq!(echoed, status == 204, "{}", answer.head);
        let varies = |on: &str| answer.head.contains(&format!("vary: {on}\r\n"));
        let listed = matches!(cors, Cors::Origins(_));
        assert_eq!(
            (varies("Origin"), varies("Access-Control-Request-Headers")),
            (listed && status == 204, status == 204)
        );
        assert_eq!(told("credentials"), matches!(cors, Cors::Origins(_)) && status == 204);
        running.stop().await;
    }
}

#[tokio::test]
async fn the_first_refusal_of_a_page_is_a_warning_that_names_its_origin_and_the_setting() {
    let logged = Logged::new();
    let running = Running::start(quick(), echo).await;
    ask(&running, "http://localhost:5173").await;
    ask(&running, "http://localhost:5174").await;
    ask(&running, "http://localhost:5173").await;
    let lines = logged.lines("Config::cors");
    let [first, second] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(first.contains("http://localhost:5173") && second.contains("http://localhost:5174"), "{lines:?}");
    for n in 0..20 {
        raw(running.addr, format!("GET /socket.io/?EIO=4 HTTP/1.1\r\nHost: x\r\nOrigin: http://{n}.example\r\n\r\n"))
            .await;
    }
    assert_eq!(logged.lines("Config::cors").len(), 16, "whoever sends ever new ones fills no log");
    finish(running).await;
}
