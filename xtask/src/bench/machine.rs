//! What a run was measured on. A figure without its machine says little.

use std::fs;
use std::thread;

use crate::process;

/// The machine and compiler of a run.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Processor model, or the architecture where the system does not tell.
    pub processor: String,
    /// Cores this process may use.
    pub cores: usize,
    /// Main memory in MiB, 0 where the system does not tell.
    pub memory_mib: u64,
    /// Operating system and kernel.
    pub system: String,
    /// `rustc --version`.
    pub compiler: String,
}

impl Machine {
    /// Describes this machine.
    pub fn describe() -> Self {
        let field = |file: &str, key: &str| {
            let text = fs::read_to_string(file).ok()?;
            let line = text.lines().find(|line| line.starts_with(key))?.split_once(':')?.1.trim().to_owned();
            Some(line)
        };
        let kibibytes = field("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self {
            processor: field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            cores: thread::available_parallelism().map_or(1, usize::from),
            memory_mib: kibibytes.unwrap_or(0) / 1024,
            system: format!("{} {}", std::env::consts::OS, kernel.trim()).trim().to_owned(),
            compiler: process::first_line("rustc", &["--version"]).unwrap_or_else(|| "unknown compiler".to_owned()),
        }
    }
}
