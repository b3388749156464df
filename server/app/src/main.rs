//! `muster`: the server.

use std::io::{IsTerminal, Write};

use anyhow::Context;
use app::{Cli, Command};
use clap::Parser;
use tracing_subscriber::EnvFilter;

fn main() -> anyhow::Result<()> {
    let Command::Serve(settings) = Cli::parse().command;
    let filter = EnvFilter::try_new(&settings.log).with_context(|| format!("--log {:?} is no filter", settings.log))?;
    let coloured = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(coloured).init();
    let runtime = tokio::runtime::Runtime::new().context("no network threads")?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(&settings.listen)
            .await
            .with_context(|| format!("can't listen on {}", settings.listen))?;
        // The first line printed is the bound address, so that port 0 can be used by programs.
        println!("{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        app::run(settings, listener, stop_signal()).await
    })
}

/// Ends on Ctrl-C or SIGTERM.
async fn stop_signal() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => _ = signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
