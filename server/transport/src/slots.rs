//! The caps on TCP connections, in all and per address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::address::counted;
use crate::config::Config;
use crate::metrics::Metrics;

/// What is left of the caps of one listener.
#[derive(Debug)]
pub(crate) struct Slots {
    room: Arc<Semaphore>,
    addresses: Arc<Mutex<HashMap<IpAddr, usize>>>,
    max_per_ip: usize,
    metrics: Arc<Metrics>,
}

/// A connection's share of the caps, given back when it ends.
#[derive(Debug)]
pub(crate) struct Slot {
    addresses: Arc<Mutex<HashMap<IpAddr, usize>>>,
    ip: IpAddr,
    metrics: Arc<Metrics>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Slots {
    pub(crate) fn new(config: &Config, metrics: Arc<Metrics>) -> Self {
        Self {
            room: Arc::new(Semaphore::new(config.max_connections.min(Semaphore::MAX_PERMITS))),
            addresses: Arc::default(),
            max_per_ip: config.max_connections_per_ip,
            metrics,
        }
    }

    /// Waits until another connection may be accepted.
    pub(crate) async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        self.room.clone().acquire_owned().await.ok()
    }

    /// The share of a connection from `ip`; `None` where that address has its fill.
    pub(crate) fn take(&self, ip: IpAddr, permit: Option<OwnedSemaphorePermit>) -> Option<Slot> {
        let ip = counted(ip);
        let mut counts = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(ip).or_insert(0);
        if *count >= self.max_per_ip {
            return None;
        }
        *count += 1;
        self.metrics.tcp.fetch_add(1, Relaxed);
        Some(Slot { addresses: self.addresses.clone(), ip, metrics: self.metrics.clone(), _permit: permit })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.metrics.tcp.fetch_sub(1, Relaxed);
        let mut counts = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.ip) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.ip);
            }
        }
    }
}
