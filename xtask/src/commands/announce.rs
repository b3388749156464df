//! `cargo xtask announce`: waits until the server accepts connections, says where it is and opens a browser.

use std::env;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::cli::PlayArgs;
use crate::process;

/// How long the server may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for the port on 127.0.0.1, then prints the address.
pub fn run(args: &PlayArgs) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let started = Instant::now();
    while TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_err() {
        if started.elapsed() > PATIENCE {
            bail!("the server did not answer on {address} within {} s", PATIENCE.as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
    let url = format!("http://localhost:{}", args.port);
    println!("\n  Muster is at {url}\n  Press Play there. Ctrl-C here ends the server.\n");
    if !args.no_open {
        open(&url);
    }
    Ok(())
}

/// Opens the page where a desktop is likely; the printed address serves everywhere else.
fn open(url: &str) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else if env::var_os("DISPLAY").is_some() || env::var_os("WAYLAND_DISPLAY").is_some() {
        "xdg-open"
    } else {
        return;
    };
    if process::find(opener).is_some() || cfg!(windows) {
        // A missing or failing opener costs nothing: the address was printed.
        let _ = Command::new(opener).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    }
}
