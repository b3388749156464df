//! The load client beside the bare writer and socketioxide: every event that is sent is counted.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A server that ends with the test.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(program: &str, parser: &str) -> Self {
        let mut command = Command::new(program);
        command.args(["--parser", parser, "--per-client", "--bytes", "300", "--rate", "50"]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("the output was asked for");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening ").expect("an address").to_owned();
        Self { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it was running");
    }
}

fn measure(program: &str, parser: &str) -> serde_json::Value {
    let server = Server::start(program, parser);
    let mut command = Command::new(env!("CARGO_BIN_EXE_peers-load"));
    command.args(["--connect", &server.address, "--clients", "20", "--parser", parser]);
    command.args(["--warmup", "0.1", "--seconds", "1", "--server-pid", &server.child.id().to_string()]);
    let output = command.output().expect("the load client runs");
    let lines = String::from_utf8(output.stdout).expect("text");
    serde_json::from_str(lines.lines().last().expect("a measurement")).expect("figures")
}

#[test]
fn every_event_of_every_server_and_parser_is_received() {
    for program in [env!("CARGO_BIN_EXE_peers-bare"), env!("CARGO_BIN_EXE_peers-oxide")] {
        for parser in ["json", "msgpack"] {
            let report = measure(program, parser);
            let figure = |name: &str| report[name].as_f64().unwrap_or_else(|| panic!("{name} in {report}"));
            assert_eq!((figure("clients"), figure("missing"), figure("closed")), (20.0, 0.0, 0.0), "{report}");
            // 20 clients, 50 Hz, one second; a busy machine skips ticks.
            assert!((100.0..=1_040.0).contains(&figure("events")), "{program} {parser}: {report}");
            assert!(figure("bytes") >= figure("events") * 300.0 && figure("server_us_per_event") > 0.0, "{report}");
        }
    }
}
