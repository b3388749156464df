//! Engine.IO 3 and Socket.IO 4 beside the newer ones.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use transport::{BadInput, Config, FrameEvent, Refusal, Server};

use crate::client::{Answer, Polling, Running, Ws, get_request, post_request, quick, raw, until, within};

fn both() -> Config {
    Config { allow_eio3: true, ..quick() }
}

fn echo(server: &Server) {
    for name in ["/", "/chat"] {
        server.namespace(name).on("echo", |socket, args, ack| {
            socket.emit_args("echoed", args.clone()).expect("sent");
            if let Some(ack) = ack {
                ack.send(&(args.len(), "got")).expect("sent");
            }
        });
    }
}

/// A polling body of revision 3.
pub(crate) fn body(packets: &[&str]) -> String {
    packets.iter().map(|packet| format!("{}:{packet}", packet.encode_utf16().count())).collect()
}

/// A client of revision 3 that polls.
pub(crate) struct Old {
    pub(crate) addr: SocketAddr,
    pub(crate) sid: String,
}

impl Old {
    pub(crate) async fn open(addr: SocketAddr, more: &str) -> Self {
        let answer = raw(addr, get_request(&format!("EIO=3&transport=polling{more}"))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let (len, packet) = answer.body.split_once(':').expect("a length");
        assert_eq!(len, packet.len().to_string(), "one packet and nothing else");
        let open: serde_json::Value =
            serde_json::from_str(packet.strip_prefix('0').expect("an open packet")).expect("JSON");
        Self { addr, sid: open["sid"].as_str().expect("a sid").to_owned() }
    }

    async fn join(addr: SocketAddr) -> Self {
        let client = Self::open(addr, "").await;
        assert_eq!(client.get().await.body, "2:40");
        client
    }

    pub(crate) fn query(&self, transport: &str) -> String {
        format!("EIO=3&transport={transport}&sid={}", self.sid)
    }

    pub(crate) async fn get(&self) -> Answer {
        raw(self.addr, get_request(&self.query("polling"))).await
    }

    pub(crate) async fn post(&self, body: &str) -> Answer {
        raw(self.addr, post_request(&self.query("polling"), body)).await
    }

    /// Head and body of a GET, byte by byte.
    async fn get_bytes(&self) -> (String, Vec<u8>) {
        within(async {
            let mut stream = TcpStream::connect(self.addr).await.expect("connect");
            let request = get_request(&self.query("polling")).replace("Host: x", "Host: x\r\nConnection: close");
            stream.write_all(request.as_bytes()).await.expect("write");
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await.expect("read");
            let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
            (String::from_utf8_lossy(&bytes[..end]).to_lowercase(), bytes.split_off(end))
        })
        .await
    }

    async fn post_bytes(&self, body: &[u8]) -> Answer {
        let head = format!(
            "POST /socket.io/?{} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
            self.query("polling"),
            body.len(),
        );
        raw(self.addr, [head.as_bytes(), body].concat()).await
    }
}

/// A client of revision 3 on a WebSocket, in the main namespace; and its session's id.
async fn old_ws(addr: SocketAddr, more: &str) -> (Ws, String) {
    let mut ws = Ws::connect(addr, &format!("EIO=3&transport=websocket{more}")).await;
    let open: serde_json::Value = serde_json::from_str(&ws.text().await[1..]).expect("JSON");
    assert_eq!(ws.text().await, "40");
    (ws, open["sid"].as_str().expect("a sid").to_owned())
}

#[tokio::test]
async fn the_handshake_tells_the_same_as_in_revision_4_and_joins_the_main_namespace() {
    let running = Running::start(both(), |server| {
        server.namespace("/").on_connect(|socket, auth| {
            assert_eq!(auth, &transport::Value::Map(vec![]));
            socket.emit("welcome", socket.id().as_str()).expect("sent");
            Ok(())
        });
    })
    .await;
    for query in ["EIO=3&transport=polling", "transport=polling", "EIO=abc&transport=polling"] {
        let answer = raw(running.addr, get_request(query)).await;
        assert!(answer.head.to_lowercase().contains("content-type: text/plain; charset=utf-8"), "{}", answer.head);
        let open: serde_json::Value =
            serde_json::from_str(answer.body.split_once(":0").expect("an open packet").1).expect("JSON");
        let names: Vec<_> = open.as_object().expect("a map").keys().map(String::as_str).collect();
        assert_eq!(names, ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"]);
        assert_eq!(open["upgrades"], serde_json::json!(["websocket"]));
    }
    let client = Old::open(running.addr, "").await;
    assert_eq!(client.get().await.body, body(&["40", &format!("42[\"welcome\",\"{}\"]", client.sid)]));
    let mut ws = Ws::connect(running.addr, "EIO=3&transport=websocket").await;
    assert!(ws.text().await.contains("\"upgrades\":[]"));
    assert_eq!(ws.text().await, "40");
    running.stop().await;
}

#[tokio::test]
async fn events_and_acks_travel_over_polling_behind_their_lengths() {
    let running = Running::start(both(), echo).await;
    let client = Old::join(running.addr).await;
    assert_eq!(client.post(&body(&["421[\"echo\",\"€ \u{1d11e}\",1]", "2"])).await.body, "ok");
    assert_eq!(client.get().await.body, body(&["42[\"echoed\",\"€ \u{1d11e}\",1]", "431[2,\"got\"]", "3"]));
    running.stop().await;
}

#[tokio::test]
async fn binary_travels_framed_or_as_base64_as_the_client_asked() {
    let running = Running::start(both(), echo).await;
    let packet = r#"451-["echo",{"_placeholder":true,"num":0}]"#;
    let echoed = packet.replace("echo", "echoed");

    let client = Old::join(running.addr).await;
    let framed = |packet: &str| {
        let digits = packet.len().to_string().bytes().map(|digit| digit - b'0').collect();
        [vec![0], digits, vec![0xff], packet.into(), vec![1, 4, 0xff, 4, 0, 1, 255]].concat()
    };
    assert_eq!(client.post_bytes(&framed(packet)).await.body, "ok");
    let (head, answer) = client.get_bytes().await;
    assert!(head.contains("content-type: application/octet-stream"), "{head}");
    assert_eq!(answer, framed(&echoed));

    let client = Old::open(running.addr, "&b64=1").await;
    client.get().await;
    assert_eq!(client.post(&body(&[packet, "b4AAH/"])).await.body, "ok");
    let answer = client.get().await;
    assert_eq!(answer.body, body(&[&echoed, "b4AAH/"]));
    assert!(answer.head.to_lowercase().contains("content-type: text/plain"), "{}", answer.head);
    running.stop().await;
}

#[tokio::test]
async fn binary_on_a_websocket_begins_with_its_type_or_is_base64() {
    let running = Running::start(both(), echo).await;
    let packet = r#"451-["echo",{"_placeholder":true,"num":0}]"#;
    let echoed = packet.replace("echo", "echoed");
    let (mut ws, _) = old_ws(running.addr, "").await;
    ws.send(packet).await;
    ws.send_binary(&b"\x04\x01\x02"[..]).await;
    assert_eq!(ws.text().await, echoed);
    assert_eq!(ws.binary().await[..], [4, 1, 2]);

    let (mut ws, _) = old_ws(running.addr, "&b64=1").await;
    ws.send(packet).await;
    ws.send("b4AQI=").await;
    assert_eq!(ws.text().await, echoed);
    assert_eq!(ws.text().await, "b4AQI=");

    let (mut ws, _) = old_ws(running.addr, "").await;
    ws.send(packet).await;
    ws.send_binary(&b"\x01\x02"[..]).await;
    assert_eq!(ws.closed().await, None);
    assert_eq!(running.server.metrics().snapshot().closes.get("parse error"), Some(&1));
    running.stop().await;
}

#[tokio::test]
async fn a_broadcast_and_a_latest_frame_reach_clients_of_both_revisions() {
    let running = Running::start(both(), |_| {}).await;
    let (mut framed, _) = old_ws(running.addr, "").await;
    let (mut base64, _) = old_ws(running.addr, "&b64=1").await;
    let mut new = Ws::join(running.addr).await;
    let old = Old::join(running.addr).await;
    let main = running.server.namespace("/");
    until("four sockets", || main.len() == 4).await;

    let bytes = Bytes::from_static(b"\x01\x02");
    for text in ["plain", "again"] {
        assert_eq!(main.emit("all", &(text, &bytes)).expect("sent"), 4);
        let packet = format!(r#"451-["all","{text}",{{"_placeholder":true,"num":0}}]"#);
        assert_eq!(framed.text().await, packet);
        assert_eq!(framed.binary().await[..], [4, 1, 2]);
        assert_eq!(base64.text().await, packet);
        assert_eq!(base64.text().await, "b4AQI=");
        assert_eq!(new.text().await, packet);
        assert_eq!(new.binary().await[..], [1, 2]);
        let (_, body) = old.get_bytes().await;
        assert_eq!(body[body.len() - 6..], [1, 3, 0xff, 4, 1, 2]);
    }

    let event = FrameEvent::new("/", "frame");
    let packet = r#"451-["frame",{"_placeholder":true,"num":0}]"#;
    let waiting = tokio::spawn(async move { old.get_bytes().await.1 });
    let sockets = main.sockets();
    until("all to be ready", || sockets.iter().all(transport::Socket::ready)).await;
    for socket in &sockets {
        assert!(socket.send_frame(&event, &[bytes.clone(), Bytes::from_static(b"\x03")]));
    }
    assert_eq!((framed.text().await.as_str(), &framed.binary().await[..]), (packet, &[4, 1, 2, 3][..]));
    assert_eq!((base64.text().await.as_str(), base64.text().await.as_str()), (packet, "b4AQID"));
    assert_eq!((new.text().await.as_str(), &new.binary().await[..]), (packet, &[1, 2, 3][..]));
    let body = within(waiting).await.expect("no panic");
    assert_eq!(body[body.len() - 7..], [1, 4, 0xff, 4, 1, 2, 3]);
    running.stop().await;
}

#[tokio::test]
async fn the_client_pings_and_the_server_answers_over_both_transports() {
    let running = Running::start(both(), |_| {}).await;
    let client = Old::join(running.addr).await;
    for _ in 0..3 {
        assert_eq!(client.post("1:2").await.body, "ok");
        assert_eq!(client.get().await.body, "1:3");
    }
    let (mut ws, _) = old_ws(running.addr, "").await;
    for (ping, pong) in [("2", "3"), ("2probe", "3probe"), ("2 17", "3 17")] {
        ws.send(ping).await;
        assert_eq!(ws.text().await, pong);
    }
    ws.send("3").await;
    assert_eq!(ws.closed().await, None);
    assert_eq!(running.server.metrics().snapshot().closes.get("transport error"), Some(&1));
    running.stop().await;
}

#[tokio::test]
async fn a_client_that_stops_pinging_times_out_and_one_that_pings_stays() {
    let config = Config { ping_interval: Duration::from_millis(60), ping_timeout: Duration::from_millis(90), ..both() };
    let running = Running::start(config, echo).await;
    let (mut alive, _) = old_ws(running.addr, "").await;
    let (mut silent, _) = old_ws(running.addr, "").await;
    let polling = Old::join(running.addr).await;
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        alive.send("2").await;
        assert_eq!(alive.text().await, "3");
    }
    assert_eq!(silent.closed().await, None);
    assert_eq!(running.server.metrics().snapshot().closes.get("ping timeout"), Some(&2));
    assert_eq!(polling.post("1:2").await.status, 400);
    alive.send("42[\"echo\",1]").await;
    assert_eq!(alive.text().await, "42[\"echoed\",1]");
    running.stop().await;
}

#[tokio::test]
async fn an_upgrade_keeps_the_revision_and_may_change_the_form_of_binary() {
    let running = Running::start(both(), echo).await;
    let client = Old::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    let waiting = tokio::spawn({
        let query = client.query("polling");
        async move { raw(running.addr, get_request(&query)).await.body }
    });
    until("the GET to wait", || socket.ready()).await;
    let mut ws = Ws::connect(running.addr, &format!("{}&b64=1", client.query("websocket"))).await;
    ws.send("2probe").await;
    assert_eq!(ws.text().await, "3probe");
    assert_eq!(within(waiting).await.expect("no panic"), "1:6");
    ws.send("5").await;
    ws.send(r#"451-["echo",{"_placeholder":true,"num":0}]"#).await;
    ws.send_binary(&b"\x04\x01"[..]).await;
    assert_eq!(ws.text().await, r#"451-["echoed",{"_placeholder":true,"num":0}]"#);
    assert_eq!(ws.text().await, "b4AQ==");
    let after = client.get().await;
    assert_eq!((after.status, after.body.as_str()), (400, "{\"code\":3,\"message\":\"Bad request\"}"));
    running.stop().await;
}

#[tokio::test]
async fn namespaces_are_joined_with_parameters_and_sockets_go_by_the_session_s_id() {
    let running = Running::start(both(), |server| {
        server.namespace("/chat").on_connect(|socket, auth| match auth.get("token").and_then(|token| token.as_str()) {
            Some("a b") => socket.emit("you", &socket.client_id()).map_err(|error| Refusal::new(error.to_string())),
            Some(_) => Err(Refusal::with_data("wrong", &serde_json::json!({ "code": 7 }))),
            None => Err(Refusal::new("no token")),
        });
    })
    .await;
    let (mut ws, sid) = old_ws(running.addr, "").await;
    for (asked, answer) in [
        ("40/chat,", "44/chat,\"no token\""),
        ("40/chat?token=x,", "44/chat,{\"code\":7}"),
        ("40/none,", "44/none,{\"message\":\"Invalid namespace\"}"),
        ("40/chat?token=a%20b,", "40/chat,"),
    ] {
        ws.send(asked).await;
        assert_eq!(ws.text().await, answer, "{asked}");
    }
    let id = format!("/chat#{sid}");
    assert_eq!(ws.text().await, format!("42/chat,[\"you\",\"{id}\"]"));

    let (main, chat) = (running.server.namespace("/"), running.server.namespace("/chat"));
    assert_eq!(main.to(&sid).emit("a", &()).expect("sent"), 1);
    assert_eq!(chat.to(&id).emit("b", &()).expect("sent"), 1);
    assert_eq!(chat.to(&sid).emit("c", &()).expect("sent"), 1);
    assert_eq!(main.to(&id).emit("d", &()).expect("sent"), 0);
    assert_eq!(chat.except(&id).emit("e", &()).expect("sent"), 0);
    for event in ["42[\"a\"]", "42/chat,[\"b\"]", "42/chat,[\"c\"]"] {
        assert_eq!(ws.text().await, event);
    }
    assert_ne!(main.sockets(), chat.sockets(), "the same id, but another socket");
    ws.send("41/chat,").await;
    until("the client to leave", || chat.is_empty()).await;
    assert_eq!(main.len(), 1);
    running.stop().await;
}

#[tokio::test]
async fn a_client_refused_in_the_main_namespace_is_told_the_bare_words() {
    let running = Running::start(both(), |server| {
        server.namespace("/").on_connect(|_, _| Err(Refusal::new("closed today")));
    })
    .await;
    let mut ws = Ws::connect(running.addr, "EIO=3&transport=websocket").await;
    ws.text().await;
    assert_eq!(ws.text().await, "44\"closed today\"");
    running.stop().await;
}

#[tokio::test]
async fn revision_3_is_refused_where_it_is_not_allowed() {
    let running = Running::start(quick(), |_| {}).await;
    for query in
        ["EIO=3&transport=polling", "transport=polling", "EIO=3&transport=polling&j=0", "EIO=5&transport=polling"]
    {
        let answer = raw(running.addr, get_request(query)).await;
        assert_eq!(answer.body, "{\"code\":5,\"message\":\"Unsupported protocol version\"}", "{query}");
    }
    let url = format!("ws://{}/socket.io/?EIO=3&transport=websocket", running.addr);
    assert!(within(tokio_tungstenite::connect_async(url)).await.is_err());
    running.stop().await;
}

#[tokio::test]
async fn a_session_is_spoken_to_in_its_own_revision_only() {
    let running = Running::start(both(), |_| {}).await;
    let (old, new) = (Old::join(running.addr).await, Polling::join(running.addr).await);
    for query in [
        format!("EIO=4&transport=polling&sid={}", old.sid),
        format!("EIO=3&transport=polling&sid={}", new.sid),
        format!("transport=polling&sid={}", new.sid),
        format!("EIO=4&transport=websocket&sid={}", old.sid),
    ] {
        let answer = raw(running.addr, get_request(&query)).await;
        assert_eq!(answer.body, "{\"code\":3,\"message\":\"Bad request\"}", "{query}");
    }
    assert_eq!((old.post("1:2").await.body, new.post("42[\"x\"]").await.body), ("ok".into(), "ok".into()));
    running.stop().await;
}

#[tokio::test]
async fn garbage_ends_the_session_and_nothing_else() {
    let running = Running::start(Config { max_packets_per_payload: 3, ..both() }, |_| {}).await;
    let bystander = Polling::join(running.addr).await;
    let mut count = 0;
    for garbage in ["", "abc", "1", "5:4", "99999999999999999999:4", "1:9", "2:b5", "1:3", "0:0:0:0:", "4:4\u{1d11e}"] {
        let client = Old::join(running.addr).await;
        client.post(garbage).await;
        count += 1;
        until(garbage, || running.server.metrics().snapshot().closes.values().sum::<u64>() == count).await;
        assert_eq!(client.post("1:2").await.status, 400, "{garbage}");
    }
    for garbage in
        [&b"\x00"[..], b"\x00\x05\xff4", b"\x02\x01\xff4", b"\x01\x01\xff\x02", b"4hello", b"\x00\x01\xff\xc3"]
    {
        let client = Old::join(running.addr).await;
        client.post_bytes(garbage).await;
        count += 1;
        until("the end", || running.server.metrics().snapshot().closes.values().sum::<u64>() == count).await;
    }
    let counted = running.server.metrics().snapshot();
    assert_eq!((counted.bad(BadInput::Engine), counted.bad(BadInput::TooLarge)), (count - 1, 1), "{counted:?}");
    assert_eq!(bystander.post("42[\"x\"]").await.body, "ok");
    running.stop().await;
}

#[tokio::test]
async fn closing_goes_both_ways() {
    let running = Running::start(both(), |server| {
        server.namespace("/").on("bye", |socket, _, _| {
            socket.emit("last", "words").expect("sent");
            socket.disconnect(true, transport::CloseReason::ForcedServerClose);
        });
    })
    .await;
    let client = Old::join(running.addr).await;
    assert_eq!(client.post("9:42[\"bye\"]").await.body, "ok");
    assert_eq!(client.get().await.body, body(&["42[\"last\",\"words\"]", "41"]));
    assert_eq!(client.get().await.body, "1:1");

    let client = Old::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    let waiting = tokio::spawn({
        let query = client.query("polling");
        async move { raw(running.addr, get_request(&query)).await.body }
    });
    until("the GET to wait", || socket.ready()).await;
    assert_eq!(client.post("1:1").await.body, "ok");
    assert_eq!(within(waiting).await.expect("no panic"), "1:6");
    until("both to end", || running.server.metrics().snapshot().sessions == 0).await;
    running.stop().await;
}
