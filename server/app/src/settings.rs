//! The server's settings, from the command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

/// The command line of `muster`.
#[derive(Parser, Debug)]
#[command(name = "muster", version, about = "Multiplayer game-state synchronization server")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands of `muster`.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Serve matches until Ctrl-C. The first line printed is the bound address.
    Serve(Settings),
}

/// All settings of a server.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:3000")]
    pub listen: String,
    /// Folder with the built browser client; without it only the API is served.
    #[arg(long, value_name = "DIR", value_parser = folder)]
    pub web: Option<PathBuf>,
    /// How long a match waits for players before computers take the free seats, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 2_000)]
    pub wait_ms: u32,
    /// Seed of every match, for matches that can be repeated. A new one for each when absent.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How well computer players play: easy, normal or hard. Easy is for someone who plays for the first time.
    #[arg(long, value_name = "SKILL", default_value = "easy")]
    pub computers: bots::Skill,
    /// Threads that step matches. As many as processors when absent.
    #[arg(long, value_name = "N", value_parser = at_least::<1>)]
    pub tick_threads: Option<usize>,
    /// Most matches at a time.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = at_least::<1>)]
    pub max_matches: usize,
    /// A match that nobody is connected to is closed after this many seconds.
    #[arg(long, value_name = "S", default_value_t = 60)]
    pub abandon_after_s: u64,
    /// Actions a second that one connection may send, on average; bursts of twice as many are taken.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub actions_per_s: u32,
    /// A connection that has done this many things wrong is closed; one is forgiven each second.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub max_problems: u32,
    /// Longest event or request body a client may send, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 16_384, value_parser = at_least::<1_024>)]
    pub max_message_bytes: usize,
    /// Most connections at a time.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub max_connections: usize,
    /// Most connections from one address at a time.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub max_connections_per_address: usize,
    /// Most matches and waits for one that players of one address may have open, disconnected ones included; the machine itself
    /// is not counted.
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub max_plays_per_address: usize,
    /// Proxies in front of the server, whose X-Forwarded-For header is believed about the address of players.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub trusted_proxies: usize,
    /// Origin whose pages may connect besides those of the server's own host, as browsers write it, for example
    /// `https://example.org`. Can be given more than once.
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    pub allow_origin: Vec<String>,
    /// What is logged, as `tracing` filters are written, for example `info,host=debug`.
    #[arg(long, value_name = "FILTER", default_value = "info")]
    pub log: String,
}

fn at_least<const LEAST: usize>(text: &str) -> Result<usize, String> {
    let number: usize = text.parse().map_err(|e| format!("{e}"))?;
    if number < LEAST { Err(format!("it must be at least {LEAST}")) } else { Ok(number) }
}

fn folder(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if path.is_dir() { Ok(path) } else { Err("there is no such folder".to_owned()) }
}

fn origin(text: &str) -> Result<String, String> {
    let host = text.split_once("://").map(|(_, host)| host);
    if host.is_some_and(|host| !host.is_empty() && !host.contains('/')) {
        return Ok(text.to_owned());
    }
    Err("an origin has a scheme and a host and nothing behind them, as in https://example.org".to_owned())
}

impl Default for Settings {
    fn default() -> Self {
        #[derive(Parser)]
        struct Alone {
            #[command(flatten)]
            settings: Settings,
        }
        Alone::parse_from(["muster"]).settings
    }
}

impl Settings {
    pub(crate) fn host(&self) -> host::Config {
        let standard = host::Config::default();
        host::Config {
            tick_threads: self.tick_threads.unwrap_or(standard.tick_threads),
            max_matches: self.max_matches,
            abandon_after: Duration::from_secs(self.abandon_after_s),
            ..standard
        }
    }

    pub(crate) fn transport(&self) -> transport::Config {
        transport::Config {
            max_payload: self.max_message_bytes,
            max_connections: self.max_connections,
            max_sessions: self.max_connections,
            max_connections_per_ip: self.max_connections_per_address,
            max_sessions_per_ip: self.max_connections_per_address,
            trusted_proxies: self.trusted_proxies,
            cors: match &self.allow_origin[..] {
                [] => transport::Cors::Off,
                listed => transport::Cors::Origins(listed.to_vec()),
            },
            ..transport::Config::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_cannot_work_are_refused_by_name() {
        for [flag, value, word] in [
            ["--web", "/nowhere", "folder"],
            ["--tick-threads", "0", "at least 1"],
            ["--max-matches", "0", "at least 1"],
            ["--max-message-bytes", "10", "at least 1024"],
            ["--allow-origin", "example.org", "https://"],
            ["--allow-origin", "https://example.org/", "https://"],
        ] {
            let refused = Cli::try_parse_from(["muster", "serve", flag, value]).expect_err(flag).to_string();
            assert!(refused.contains(flag) && refused.contains(word), "{refused}");
        }
        assert!(Cli::try_parse_from(["muster", "serve", "--allow-origin", "http://[::1]:80", "--web", "."]).is_ok());
    }
}
