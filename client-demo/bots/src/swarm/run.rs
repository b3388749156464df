//! The run: starts the players, shows how they fare, stops them, reports.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use messages::rules::RATE;
use messages::session::{PROTOCOL, Play};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::progress::Progress;
use super::{Args, Report};
use crate::client::{Player, Shared, Tally, Traffic};

/// How long the first player of a match waits for the others, in milliseconds.
const WAIT_MS: u32 = 20_000;
/// Time for all players to say goodbye.
const GOODBYE: Duration = Duration::from_secs(6);

/// Runs the swarm on one thread, prints and writes its report.
#[must_use]
pub fn main(args: &Args) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&anyhow::Error::new(error)),
    };
    match runtime.block_on(whole(args)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => complain(&error),
    }
}

fn complain(error: &anyhow::Error) -> ExitCode {
    eprintln!("muster-bots: {error:#}");
    ExitCode::FAILURE
}

async fn whole(args: &Args) -> anyhow::Result<bool> {
    // Opened before the run: a path that can't be written is told at once, not after minutes of play.
    let file = args.json.as_deref().map(create).transpose()?;
    let report = run(args).await?;
    println!("\n{report}");
    if let Some(mut file) = file {
        serde_json::to_writer_pretty(&mut file, &report)?;
        file.write_all(b"\n")?;
    }
    let (colour, plain) = if std::io::stdout().is_terminal() {
        (if report.is_clean() { "\x1b[1;32m" } else { "\x1b[1;31m" }, "\x1b[0m")
    } else {
        ("", "")
    };
    println!("  {colour}{}{plain}", if report.is_clean() { "clean" } else { "not clean" });
    Ok(report.is_clean())
}

fn create(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| format!("can't write {}", path.display()))
}

/// Plays and sums up.
///
/// # Errors
/// When the server can't be reached at all.
pub async fn run(args: &Args) -> anyhow::Result<Report> {
    let authority = &args.url.authority;
    let reach = timeout(Duration::from_secs(5), TcpStream::connect(authority)).await;
    reach
        .context("no answer within 5 s")
        .and_then(|result| result.map_err(Into::into))
        .with_context(|| format!("no server can be reached at {authority}; is it running, and is --url right?"))?;

    let clients = u64::from(args.matches) * u64::from(args.players);
    let (stop, stopped) = watch::channel(false);
    let shared = Shared {
        address: args.url.clone(),
        way: args.transport,
        parser: args.parser.into(),
        stop: stopped,
        tally: Arc::new(Mutex::new(Tally::default())),
        traffic: Arc::new(Traffic::default()),
        origin: Instant::now(),
    };
    eprintln!(
        "  {clients} players in {} matches of {} at {authority}, {} over {}, for {} s",
        args.matches, args.players, args.parser, args.transport, args.seconds
    );
    let mut progress = Progress::new(args.seconds);
    let mut players = JoinSet::new();
    let end = shared.origin + Duration::from_secs(args.seconds);
    let mut next = 0;
    let tick = if args.ramp_ms > 0 { args.ramp_ms.min(200) } else { 200 };
    while Instant::now() < end {
        let elapsed = u64::try_from(shared.origin.elapsed().as_millis()).unwrap_or(u64::MAX);
        let due = elapsed.checked_div(args.ramp_ms).map_or(clients, |due| due + 1);
        while next < clients.min(due) {
            players.spawn(player(args, &shared, next).run());
            next += 1;
        }
        let pause = Duration::from_millis(if next < clients { tick } else { 200 });
        tokio::select! {
            () = sleep(pause.min(end.saturating_duration_since(Instant::now()))) => {}
            result = tokio::signal::ctrl_c() => {
                result.context("can't listen for the interrupt signal")?;
                break;
            }
        }
        progress.show(shared.origin.elapsed(), clients, &shared.tally());
    }
    progress.finish();
    let seconds = shared.origin.elapsed().as_secs_f64();
    // Fails only when every player has ended already.
    let _ = stop.send(true);
    let all = async {
        while let Some(result) = players.join_next().await {
            result.context("a player broke down")?
        }
        anyhow::Ok(())
    };
    match timeout(GOODBYE, all).await {
        Ok(result) => result?,
        Err(_) => shared.tally().error("players did not stop within 6 s"),
    }
    let tally = shared.tally.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Report::new(clients, seconds, &tally, &shared.traffic))
}

/// Player `number`: the players of one match meet through a code that nobody else uses.
fn player(args: &Args, shared: &Shared, number: u64) -> Player<impl FnMut(u32) -> Play + Send + use<>> {
    let (table, place) = (number / u64::from(args.players), number % u64::from(args.players));
    let players = args.players;
    let run = format!("{:x}", std::process::id());
    let plan = move |round: u32| Play {
        protocol: Some(PROTOCOL),
        name: Some(format!("Bot {}.{}", table + 1, place + 1)),
        players: Some(players),
        solo: None,
        code: Some(format!("b{run}-{table}-{round}")),
        wait_ms: Some(WAIT_MS),
    };
    let seed = args.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number << 16);
    let pace = args.pace_ms * u32::from(RATE) / 1_000;
    Player::new(shared.clone(), plan, seed, args.skill, pace)
}
