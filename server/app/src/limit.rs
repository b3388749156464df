//! How often one connection may do something: a bucket that fills at a steady rate.

use std::time::Duration;

/// A token bucket. Time is an argument, counted from any fixed moment.
#[derive(Debug)]
pub(crate) struct Bucket {
    /// Tokens a second.
    rate: f64,
    /// Tokens it holds.
    most: f64,
    tokens: f64,
    filled: Duration,
}

impl Bucket {
    /// A full bucket of `most` tokens, of which `per_second` come back each second.
    pub(crate) fn new(per_second: u32, most: u32, now: Duration) -> Self {
        let (rate, most) = (f64::from(per_second), f64::from(most));
        Self { rate, most, tokens: most, filled: now }
    }

    /// Takes one token. False when there is none.
    pub(crate) fn take(&mut self, now: Duration) -> bool {
        let gained = now.saturating_sub(self.filled).as_secs_f64() * self.rate;
        self.tokens = (self.tokens + gained).min(self.most);
        self.filled = now;
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_the_rate_holds() {
        let mut bucket = Bucket::new(10, 20, Duration::ZERO);
        assert_eq!((0..100).filter(|_| bucket.take(Duration::ZERO)).count(), 20);
        assert_eq!((0..100).filter(|_| bucket.take(Duration::from_secs(1))).count(), 10);
        assert_eq!((0..100).filter(|_| bucket.take(Duration::from_secs(100))).count(), 20, "it holds no more");
    }
}
