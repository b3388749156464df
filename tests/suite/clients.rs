//! Clients that others wrote.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use bots::Skill;
use game::Setup;
use serde_json::json;
use tests::node;
use tests::recording::{self, Sent};
use tests::server::Server;

/// Six ways at once take about 10 s; a busy machine may need longer.
const LIMIT: Duration = Duration::from_secs(90);

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn socket_io_client_plays_over_every_transport_with_both_parsers() {
    let server = Server::start();
    let printed = node::run("clients.mjs", &[&server.url()], &[], LIMIT);
    let ways = printed.lines().filter(|line| line.starts_with("ok ")).count();
    assert_eq!(ways, 6, "not every way was played:\n{printed}");
}

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn a_mirror_written_from_the_protocol_page_agrees_with_the_golden_frames() {
    let printed = node::run("vectors.mjs", &["../../shared/messages/vectors/frames.json"], &[], LIMIT);
    assert!(printed.contains("ok "), "no stream was compared:\n{printed}");
}

/// Two matches between computers, as a JSON object a frame: what a seat was sent, and what its mirror held after it.
fn record(path: &Path) {
    let mut file = BufWriter::new(File::create(path).expect("the folder is there"));
    let (mut frames, mut most) = (0, 0);
    for (number, setup, ticks) in [(0, Setup::free_for_all(7, 4), 1_500), (1, Setup::skirmish(8, 4, 240), 1_500)] {
        recording::play(&setup, Skill::Hard, ticks, |Sent { seat, bytes, mirror, .. }| {
            let last = mirror.last();
            let line = json!({
                "seat": number * 10 + seat.0,
                "hex": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
                "hash": mirror.hash(),
                "entities": mirror.ids().count(),
                "columns": mirror.seat(),
                "applied": mirror.applied_seq().0,
                "told": [last.events.len(), last.seat_events.len(), last.receipts.len()],
            });
            writeln!(file, "{line}").expect("there is room");
            (frames, most) = (frames + 1, most.max(mirror.ids().count()));
        });
    }
    file.flush().expect("there is room");
    assert!(frames >= 10_000 && most > 100, "{frames} frames, of {most} entities at most, are no match");
}

#[test]
#[ignore = "needs Node and the packages of tests/node and client-demo/web"]
fn the_browsers_mirror_and_one_from_the_protocol_page_agree_with_rusts_on_ten_thousand_frames() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recorded.jsonl");
    record(&path);
    let file = path.to_str().expect("a path in UTF-8");
    let printed = node::run("recorded.mjs", &[file], &[], LIMIT);
    assert!(printed.contains("compared 1"), "nothing was compared:\n{printed}");
    let web = node::folder().join("../../client-demo/web");
    let mut vitest = Command::new("node");
    vitest.args(["node_modules/vitest/vitest.mjs", "run", "src/sync/recorded.test.ts"]).current_dir(web);
    let printed = node::follow_to_end(vitest.env("MUSTER_RECORDED", file), "vitest", LIMIT);
    assert!(printed.contains("compared 1"), "nothing was compared:\n{printed}");
}
