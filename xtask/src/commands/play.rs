//! `cargo xtask play`: from a fresh clone to a running game.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cli::PlayArgs;
use crate::{process, web, workspace};

/// Builds the client and the server, then becomes the server.
pub fn run(args: &PlayArgs) -> Result<()> {
    let root = workspace::root()?;
    web::require_node()?;
    require_free(args.port)?;

    let client = root.join("client-demo/web");
    println!("[1/3] web packages");
    if !web::install(&client)? {
        println!("  already installed");
    }
    println!("[2/3] browser client");
    process::run(web::npm(&client).args(["run", "build"])).context("the browser client did not build")?;
    println!("[3/3] server, optimized (the first build takes a few minutes)");
    process::run(process::cargo(&root).args(["build", "--release", "-p", "app", "--bin", "muster"]))
        .context("the server did not build")?;

    require_free(args.port)?;
    announce_later(args)?;
    serve(&root, args.port)
}

/// The optimized server's path.
fn server_binary(root: &Path) -> PathBuf {
    workspace::target_dir(root).join("release").join(format!("muster{}", std::env::consts::EXE_SUFFIX))
}

fn require_free(port: u16) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!(
                "port {port} is taken by another program; end it, or choose another with `cargo xtask play --port {}`",
                port.wrapping_add(1)
            )
        }
        Err(error) => Err(error).with_context(|| format!("port {port} on 127.0.0.1 cannot be used")),
    }
}

/// Starts the process that speaks once the server answers, because this one is about to become the server.
fn announce_later(args: &PlayArgs) -> Result<()> {
    let mut command = Command::new(std::env::current_exe().context("this program's own path is unknown")?);
    command.args(["announce", "--port", &args.port.to_string()]);
    if args.no_open {
        command.arg("--no-open");
    }
    command.spawn().context("the announcing process cannot be started")?;
    Ok(())
}

fn serve(root: &Path, port: u16) -> Result<()> {
    let mut command = Command::new(server_binary(root));
    command.current_dir(root).args([
        "serve",
        "--listen",
        &format!("127.0.0.1:{port}"),
        "--web",
        "client-demo/web/dist",
    ]);
    become_or_wait(command)
}

/// Replaces this process, so that Ctrl-C and signals reach the server itself and nothing is left behind.
#[cfg(unix)]
fn become_or_wait(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec()).context("the server cannot be started")
}

#[cfg(not(unix))]
fn become_or_wait(mut command: Command) -> Result<()> {
    let status = command.status().context("the server cannot be started")?;
    if status.success() { Ok(()) } else { bail!("the server ended with {status}") }
}
