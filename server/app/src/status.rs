//! The figures behind `/status`.

use serde_json::{Value, json};

use crate::session::Session;

/// Everything counted since the server started, as JSON. Durations are in microseconds.
pub(crate) fn read(server: &transport::Server, session: &Session) -> Value {
    let meter = session.host().meter().snapshot();
    let quantiles = |of: host::Quantiles| json!({ "p50": of.p50.as_micros() as u64, "p99": of.p99.as_micros() as u64, "max": of.max.as_micros() as u64 });
    json!({
        "matches": session.host().matches(),
        "seats": session.open_seats(),
        "waiting": session.waiting(),
        "problems": session.problem_counts(),
        "ticks": {
            "stepped": meter.steps,
            "skipped": meter.skipped_ticks,
            "latenessUs": quantiles(meter.lateness),
            "stepUs": quantiles(meter.step),
            "publishUs": quantiles(meter.publish),
        },
        "frames": {
            "sent": meter.frames,
            "merged": meter.merged_frames,
            "key": meter.key_frames,
            "bytes": meter.frame_bytes,
        },
        "transport": transport(&server.metrics().snapshot()),
    })
}

fn transport(now: &transport::Snapshot) -> Value {
    let bad_inputs: serde_json::Map<String, Value> =
        now.bad_inputs.iter().map(|(class, count)| (format!("{class:?}"), (*count).into())).collect();
    json!({
        "sessions": now.sessions,
        "sessionsTotal": now.sessions_total,
        "websockets": now.websockets,
        "upgrades": now.upgrades_total,
        "connections": now.tcp,
        "connectionsTotal": now.tcp_total,
        "connectionsRefused": now.tcp_refused,
        "handshakesRefused": now.handshakes_refused,
        "packetsIn": now.packets_in,
        "packetsOut": now.packets_out,
        "bytesIn": now.bytes_in,
        "bytesOut": now.bytes_out,
        "framesOut": now.frames_out,
        "framesDirect": now.frames_direct,
        "badInputs": bad_inputs,
        "closes": now.closes,
    })
}
