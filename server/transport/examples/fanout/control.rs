//! Commands on standard input, one a line: `rate HZ` changes the tick rate, `stats` prints one line of JSON with what has
//! happened since the last time. The server ends when its input does, so that it does not outlive who started it.

use std::io::BufRead;
use std::sync::Arc;

use transport::Server;

use super::ticker::Ticker;

/// Starts the thread that reads commands.
pub(crate) fn obey(ticker: Arc<Ticker>, server: Server, allocations: fn() -> Option<usize>) {
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            match line.split_once(' ').unwrap_or((line.as_str(), "")) {
                ("rate", rate) => ticker.set_rate(rate.parse().unwrap_or(0.0)),
                ("stats", _) => println!("{}", stats(&ticker, &server, allocations())),
                _ => eprintln!("unknown command {line:?}"),
            }
        }
        std::process::exit(0);
    });
}

fn stats(ticker: &Ticker, server: &Server, allocations: Option<usize>) -> serde_json::Value {
    let [ticks, skipped, late, long] = ticker.take();
    let counted = server.metrics().snapshot();
    serde_json::json!({
        "ticks": ticks,
        "skipped": skipped,
        "late_max_ms": late as f64 / 1e6,
        "long_max_ms": long as f64 / 1e6,
        "sessions": counted.sessions,
        "packets_out": counted.packets_out,
        "closes": counted.closes,
        "allocations": allocations,
    })
}
