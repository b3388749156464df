//! A server that does everything a client test can ask for. The address is its argument, port 0 by default; the first line it
//! prints is the bound address. It ends when its standard input does.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use transport::{AckError, CloseReason, Config, FrameEvent, Refusal, Server, Socket, Value, serve};

/// Length of a frame's part that all clients share, in bytes.
const SHARED: usize = 700;

#[tokio::main]
async fn main() -> Result<(), transport::Error> {
    let config =
        Config { ping_interval: Duration::from_millis(500), ping_timeout: Duration::from_secs(2), ..Config::default() };
    let server = Server::new(config)?;
    let watchers = Arc::new(Mutex::new(Vec::<Socket>::new()));
    main_namespace(&server, &watchers);
    server
        .namespace("/other")
        .on_connect(|_, _| Err(Refusal::with_data("no token", &Value::Map(vec![("code".into(), 7_i64.into())]))));
    std::thread::spawn(move || tick(&watchers));
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("{}", listener.local_addr()?);
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().lines().for_each(drop));
    serve(listener, server.router(), &server, async {
        let _ = ended.await;
    })
    .await?;
    println!("{:?}", server.metrics().snapshot());
    Ok(())
}

fn main_namespace(server: &Server, watchers: &Arc<Mutex<Vec<Socket>>>) {
    let main = server.namespace("/");
    main.on_connect(|socket, auth| {
        if auth.get("token").and_then(Value::as_str) != Some("let me in") {
            return Err(Refusal::new("no token"));
        }
        log(socket.emit("early", "after connect"));
        Ok(())
    });
    main.on("echo", |socket, args, _| log(socket.emit_args("echoed", args.clone())));
    main.on("add", |_, args, ack| {
        let sum = args.get::<i64>(0).unwrap_or_default() + args.get::<i64>(1).unwrap_or_default();
        ack.into_iter().for_each(|ack| log(ack.send(&sum)));
    });
    main.on("binack", |_, args, ack| {
        let mut bytes = args.bytes(0).unwrap_or_default().to_vec();
        bytes.reverse();
        ack.into_iter().for_each(|ack| log(ack.send(&Bytes::from(bytes.clone()))));
    });
    main.on("late", |_, args, ack| {
        let words = format!("late {}", args.get::<i64>(0).unwrap_or_default());
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            ack.into_iter().for_each(|ack| log(ack.send(&words)));
        });
    });
    main.on("ask me", |socket, args, _| {
        let asker = socket.clone();
        let number = args.get::<i64>(0).unwrap_or_default();
        log(socket.emit_with_ack("ask", &(number,), Duration::from_secs(2), move |answer| {
            answer.into_iter().for_each(|args| log(asker.emit_args("asked", args)));
        }));
    });
    main.on("ignore me", |socket, _, _| {
        let asker = socket.clone();
        log(socket.emit_with_ack("silence", &(), Duration::from_millis(100), move |answer| {
            let words = if answer == Err(AckError::Timeout) { "timeout" } else { "answered" };
            log(asker.emit("ignored", words));
        }));
    });
    main.on("join", |socket, args, _| socket.join(args.get(0).unwrap_or_default()));
    main.on("shout", |socket, args, _| {
        let (room, words): (&str, &str) = (args.get(0).unwrap_or_default(), args.get(1).unwrap_or_default());
        log(socket.namespace().to(room).emit("shouted", words).map(drop));
    });
    let listed = watchers.clone();
    main.on("frames", move |socket, args, _| {
        let mut watchers = listed.lock().unwrap_or_else(|e| e.into_inner());
        watchers.retain(|s| s != socket);
        if args.get(0).unwrap_or(false) {
            watchers.push(socket.clone());
        }
    });
    main.on("leave me", |socket, args, _| {
        socket.disconnect(args.get(0).unwrap_or_default(), CloseReason::Application("asked for"));
    });
    main.on("panic", |_, _, _| panic!("asked for"));
    main.on_any(|socket, event, _, _| log(socket.emit("unknown", event)));
    let listed = watchers.clone();
    main.on_disconnect(move |socket, reason| {
        listed.lock().unwrap_or_else(|e| e.into_inner()).retain(|s| s != socket);
        eprintln!("{} left: {reason}", socket.id());
    });
}

/// Sends a frame 20 times a second: a checksum, a number, a shared part and a part per client.
fn tick(watchers: &Mutex<Vec<Socket>>) {
    let event = FrameEvent::new("/", "frame");
    for number in 0_u32.. {
        std::thread::sleep(Duration::from_millis(50));
        let shared = Bytes::from((0..SHARED).map(|i| (i as u32 ^ number) as u8).collect::<Vec<_>>());
        let list = watchers.lock().unwrap_or_else(|e| e.into_inner()).clone();
        for socket in list {
            let own = Bytes::copy_from_slice(socket.id().as_str().as_bytes());
            let number = number.to_le_bytes();
            let sum = fnv([&number[..], &shared, &own]).to_le_bytes();
            let head = Bytes::from([sum, number].concat());
            if socket.ready() && !socket.send_frame(&event, &[head, shared.clone(), own]) {
                eprintln!("{} was ready and took no frame", socket.id());
            }
        }
    }
}

fn fnv(parts: [&[u8]; 3]) -> u32 {
    let fold = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    parts.into_iter().flatten().fold(0x811c_9dc5, fold)
}

fn log(result: Result<(), transport::Error>) {
    if let Err(error) = result {
        eprintln!("{error}");
    }
}
