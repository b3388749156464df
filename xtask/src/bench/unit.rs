//! Figures as people read them.

/// A number with a unit that suits its size: 1234567 ns is 1.23 ms.
pub fn readable(value: f64, unit: &str) -> String {
    let (value, unit) = match unit {
        "ns" if value >= 1e9 => (value / 1e9, "s"),
        "ns" if value >= 1e6 => (value / 1e6, "ms"),
        "ns" if value >= 1e3 => (value / 1e3, "µs"),
        _ => (value, unit),
    };
    let digits = if value >= 100.0 { 0 } else { 2 };
    format!("{value:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_get_a_unit_of_their_size() {
        assert_eq!(readable(12.345, "ns"), "12.35 ns");
        assert_eq!(readable(1_234_567.0, "ns"), "1.23 ms");
        assert_eq!(readable(456_700.0, "ns"), "457 µs");
        assert_eq!(readable(456_700.0, "B"), "456700 B");
    }
}
