//! Commands on standard input, one a line: `stats` prints one line of JSON with what has happened since the last time. The
//! server ends when its input does, so that it does not outlive who started it.

use std::io::BufRead;
use std::sync::Arc;
use std::time::Duration;

use benches::world_game::Setup;
use engine::Game;

use super::rooms::Rooms;

/// Starts the thread that reads commands.
pub(crate) fn obey<G: Game<Setup = Setup>>(rooms: Arc<Rooms<G>>, server: transport::Server) {
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            match line.as_str() {
                "stats" => println!("{}", stats(&rooms, &server)),
                _ => eprintln!("unknown command {line:?}"),
            }
        }
        std::process::exit(0);
    });
}

fn stats<G: Game<Setup = Setup>>(rooms: &Rooms<G>, server: &transport::Server) -> serde_json::Value {
    let (meter, sockets) = (rooms.host.meter(), server.metrics().snapshot());
    let told = meter.snapshot();
    meter.restart();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    serde_json::json!({
        "ticks": told.steps,
        "skipped": told.skipped_ticks,
        "late_p99_ms": ms(told.lateness.p99),
        "late_max_ms": ms(told.lateness.max),
        "long_max_ms": ms(told.step.max + told.publish.max),
        "step_p50_ms": ms(told.step.p50),
        "publish_p50_ms": ms(told.publish.p50),
        "frames": told.frames,
        "merged": told.merged_frames,
        "checked": rooms.checked(),
        "direct": sockets.frames_direct,
    })
}
