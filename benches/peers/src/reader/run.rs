//! The client, and the comparison at the end.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;
use serde_json::json;
use wire::{ComponentSpec, Mirror, Schema};

use super::socket::Socket;
use crate::worlds::{CROWD, Script};

/// What the server replicates; see `benches/world_game.rs`.
static SCHEMA: Schema = Schema {
    components: &[
        ComponentSpec::state("place", &["x", "y"]),
        ComponentSpec::state("health", &["hp"]).unsigned(),
        ComponentSpec::state("state", &["state"]).unsigned(),
    ],
    seat: &[],
};

/// Least time between two `seen`.
const PAUSE: Duration = Duration::from_millis(250);

/// How long each frame is told after one that covers several ticks: the server waits for it then.
const EAGER: Duration = Duration::from_secs(1);

/// Frames that must come after the world has come to rest: whatever was missed has been told by then.
const REST: u32 = 20;

/// Whom to watch.
#[derive(Debug, Clone, Args)]
pub struct Flags {
    /// Address of the server.
    #[arg(long)]
    pub connect: SocketAddr,
    /// Ticks after which the world stands still.
    #[arg(long)]
    pub ticks: u32,
}

/// Follows the world to its end. Prints a line of JSON when the first frame has come, and another with what was wrong.
///
/// # Errors
/// When the server refuses or ends, or a frame does not apply.
pub fn run(flags: &Flags) -> Result<()> {
    let mut socket = Socket::join(flags.connect)?;
    let mut mirror = Mirror::new(&SCHEMA);
    let (mut frames, mut merged, mut checked, mut bytes) = (0_u32, 0_u32, 0_u32, 0);
    let (mut seen_at, mut eager_until) = (None::<Instant>, Instant::now());
    loop {
        let frame = socket.next()?;
        bytes += frame.len();
        // A hash that differs is an error.
        let applied = mirror.apply(&frame)?;
        let tick = applied.tick;
        frames += 1;
        if applied.base.is_some_and(|base| tick.since(base) > 1) {
            merged += 1;
            eager_until = Instant::now() + EAGER;
        }
        checked += u32::from(applied.hash_checked);
        if frames == 1 {
            println!("{}", json!({ "opened": 1 }));
        }
        let now = Instant::now();
        if now < eager_until || seen_at.is_none_or(|at| now - at >= PAUSE) {
            seen_at = Some(now);
            socket.say(&format!("42[\"seen\",{}]", tick.0))?;
        }
        if tick.0 >= flags.ticks + REST {
            break;
        }
    }
    let mut script = Script::new(CROWD);
    while script.ticks < flags.ticks {
        script.step();
        script.check();
    }
    let (entities, wrong) = (script.things.len(), wrong(&mirror, &script));
    println!(
        "{}",
        json!({ "entities": entities, "wrong": wrong, "frames": frames, "merged": merged, "hashes": checked, "bytes": bytes })
    );
    Ok(())
}

/// Entities of the world that are not held as they are. Ids are the view's own, so an entity is known by its values.
fn wrong(mirror: &Mirror, script: &Script) -> usize {
    let part = |id, place, columns| mirror.get(id, place).map_or(&[][..], |values| &values[..columns]);
    let row = |id| [part(id, 0, 2), part(id, 1, 1), part(id, 2, 1)].concat();
    let mut held: Vec<Vec<i32>> = mirror.ids().map(row).collect();
    let mut there: Vec<Vec<i32>> = script.things.iter().map(|it| vec![it.x, it.y, it.hp, it.state]).collect();
    held.sort_unstable();
    there.sort_unstable();
    let mut held = held.into_iter().peekable();
    there
        .into_iter()
        .filter(|row| {
            while held.next_if(|other| other < row).is_some() {}
            held.next_if_eq(row).is_none()
        })
        .count()
}
