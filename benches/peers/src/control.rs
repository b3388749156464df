//! Commands on standard input, one a line: `rate HZ` changes the tick rate, `stats` prints one line of JSON with what has
//! happened since the last time. A server under control ends when its input does, so none outlives who started it.

use std::io::BufRead;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::ticker::Ticker;

/// Prints the bound address, by which a server says that it is ready.
pub fn announce(addr: SocketAddr) {
    println!("listening {addr}");
}

/// Starts the thread that reads commands, if the server is `controlled`.
pub fn obey(controlled: bool, ticker: Arc<Ticker>) {
    if !controlled {
        return;
    }
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            match line.split_once(' ').unwrap_or((line.as_str(), "")) {
                ("rate", rate) => ticker.set_rate(rate.parse().unwrap_or(0.0)),
                ("stats", _) => println!("{}", serde_json::to_string(&ticker.take()).unwrap_or_default()),
                _ => eprintln!("unknown command {line:?}"),
            }
        }
        std::process::exit(0);
    });
}
