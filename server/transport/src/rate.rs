//! How often an address may open sessions: a bucket of tokens for each, in a table of bounded size. Reads no clock.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Addresses remembered at a time. A full bucket needs no entry, so only busy ones are.
const MAX_ADDRESSES: usize = 16_384;
/// Pause between two searches for buckets that have filled up again.
const SWEEP: Duration = Duration::from_secs(1);
/// Whose bucket those share that the table has no room for.
const OTHERS: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The buckets of one server.
#[derive(Debug)]
pub(crate) struct Rate {
    /// Time in which a token comes back.
    interval: Duration,
    /// Time in which an empty bucket fills up.
    whole: Duration,
    max_addresses: usize,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    /// When each bucket will be full again, since the server's start. One number says all about a bucket.
    full_at: HashMap<IpAddr, Duration>,
    next_sweep: Duration,
}

impl Rate {
    /// Buckets of `burst` tokens, of which `per_second` come back each second.
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        let interval = Duration::from_secs(1).checked_div(per_second).unwrap_or(Duration::MAX);
        let whole = interval.saturating_mul(burst);
        Self { interval, whole, max_addresses: MAX_ADDRESSES, table: Mutex::default() }
    }

    /// Takes a token of `ip`.
    ///
    /// # Errors
    /// The time until there is one again.
    pub(crate) fn take(&self, ip: IpAddr, now: Duration) -> Result<(), Duration> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if table.full_at.len() >= self.max_addresses && now >= table.next_sweep {
            table.next_sweep = now.saturating_add(SWEEP);
            table.full_at.retain(|_, at| *at > now);
        }
        let known = table.full_at.len() < self.max_addresses || table.full_at.contains_key(&ip);
        let full_at = table.full_at.entry(if known { ip } else { OTHERS }).or_insert(now);
        let after = (*full_at).max(now).saturating_add(self.interval);
        match after.saturating_sub(now).checked_sub(self.whole) {
            None | Some(Duration::ZERO) => {
                *full_at = after;
                Ok(())
            }
            Some(wait) => Err(wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: IpAddr = IpAddr::V4(Ipv4Addr::new(1, 0, 0, 1));
    const B: IpAddr = IpAddr::V4(Ipv4Addr::new(1, 0, 0, 2));

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_burst_is_taken_and_then_one_at_each_interval() {
        let rate = Rate::new(10, 3);
        for _ in 0..3 {
            assert_eq!(rate.take(A, ms(0)), Ok(()));
        }
        assert_eq!(rate.take(A, ms(0)), Err(ms(100)));
        assert_eq!(rate.take(B, ms(0)), Ok(()), "another address has a bucket of its own");
        assert_eq!(rate.take(A, ms(99)), Err(ms(1)));
        assert_eq!(rate.take(A, ms(100)), Ok(()));
        assert_eq!(rate.take(A, ms(100)), Err(ms(100)), "a refusal costs nothing, and what was taken is gone");
        for _ in 0..3 {
            assert_eq!(rate.take(A, ms(10_000)), Ok(()), "the bucket holds no more than a burst");
        }
        assert_eq!(rate.take(A, ms(10_000)), Err(ms(100)));
    }

    #[test]
    fn addresses_beyond_the_table_share_a_bucket_until_others_have_filled_up() {
        let rate = Rate { max_addresses: 2, ..Rate::new(1, 1) };
        let address = |n| IpAddr::V4(Ipv4Addr::new(2, 0, 0, n));
        assert!(rate.take(address(1), ms(0)).is_ok() && rate.take(address(2), ms(0)).is_ok());
        assert!(rate.take(address(3), ms(0)).is_ok(), "the first of the others");
        assert!(rate.take(address(4), ms(0)).is_err(), "the second of them");
        assert!(rate.table.lock().expect("no panic").full_at.len() <= 3);
        assert!(rate.take(address(5), ms(1_000)).is_ok() && rate.take(address(6), ms(1_000)).is_ok());
        assert!(rate.table.lock().expect("no panic").full_at.len() <= 3);
    }
}
