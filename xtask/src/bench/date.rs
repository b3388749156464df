//! Dates for the names of recorded runs, in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

/// `2026-03-09-1405` for the given moment: sorts by time and is safe in a folder's name.
pub fn stamp(moment: SystemTime) -> String {
    let seconds = moment.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (year, month, day) = civil(seconds / 86_400);
    let minutes = seconds / 60;
    format!("{year:04}-{month:02}-{day:02}-{:02}{:02}", minutes / 60 % 24, minutes % 60)
}

/// Year, month and day of a day counted from 1970-01-01, in the proleptic Gregorian calendar.
fn civil(mut days: u64) -> (u64, u64, u64) {
    let mut year = 1970;
    while days >= days_in_year(year) {
        days -= days_in_year(year);
        year += 1;
    }
    let february = days_in_year(year) - 337;
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

fn days_in_year(year: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    if leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn at(seconds: u64) -> String {
        stamp(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    #[test]
    fn known_moments_have_their_dates() {
        assert_eq!(at(0), "1970-01-01-0000");
        assert_eq!(at(951_782_399), "2000-02-28-2359");
        assert_eq!(at(951_825_660), "2000-02-29-1201");
        assert_eq!(at(1_735_689_599), "2024-12-31-2359");
        assert_eq!(at(1_773_065_100), "2026-03-09-1405");
    }
}
