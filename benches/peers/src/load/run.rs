//! What the load client does: one measurement, or what it is told.

use std::io::BufRead;
use std::sync::mpsc::{self, TryRecvError};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde_json::json;

use super::drive::Drive;
use super::flags::Flags;
use super::window::Window;

/// Opens all connections, and measures. Prints one line of JSON when all are open, and one for each measurement.
///
/// # Errors
/// When a connection cannot be opened, or the server ends.
pub fn run(flags: &Flags) -> Result<()> {
    raise_file_limit()?;
    let mut drive = Drive::new(flags)?;
    let started = crate::clock::now();
    drive.open()?;
    let took = (crate::clock::now() - started) as f64 / 1e9;
    print(&json!({ "opened": drive.joined(), "seconds": took }));
    if flags.control {
        return obey(&mut drive, flags);
    }
    drive.read_for(flags.warmup)?;
    measure(&mut drive, flags, flags.seconds)
}

fn obey(drive: &mut Drive, flags: &Flags) -> Result<()> {
    let (sender, commands) = mpsc::channel();
    let waker = drive.waker();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            // An error means that the main thread has ended.
            if sender.send(line).is_err() || waker.wake().is_err() {
                return;
            }
        }
        drop(sender);
        // As above.
        let _ = waker.wake();
    });
    loop {
        let line = match commands.try_recv() {
            Ok(line) => line,
            Err(TryRecvError::Disconnected) => return Ok(()),
            Err(TryRecvError::Empty) => {
                drive.turn(None)?;
                continue;
            }
        };
        let (command, seconds) = line.split_once(' ').unwrap_or((&line, "0"));
        let seconds: f64 = seconds.parse().context("no number of seconds")?;
        match command {
            "begin" => drive.window = Window::begin(flags.server_pid)?,
            "end" => print(&drive.window.end(drive.joined())?),
            "measure" => measure(drive, flags, seconds)?,
            "reconnect" => {
                let took = drive.reconnect(seconds)?;
                print(&json!({ "reconnected": drive.joined(), "seconds": took }));
            }
            _ => bail!("unknown command {command:?}"),
        }
    }
}

fn measure(drive: &mut Drive, flags: &Flags, seconds: f64) -> Result<()> {
    drive.window = Window::begin(flags.server_pid)?;
    drive.read_for(seconds)?;
    print(&drive.window.end(drive.joined())?);
    Ok(())
}

fn print(line: &impl Serialize) {
    println!("{}", serde_json::to_string(line).expect("figures are data"));
}

/// As many open files as the system lets this process have.
fn raise_file_limit() -> Result<()> {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok(setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?)
}
