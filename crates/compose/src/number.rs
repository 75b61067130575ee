//! Parses numbers as Go does.

/// Parses a decimal number. `_` is allowed between digits; `inf` and `nan` are accepted.
pub(crate) fn float(text: &str) -> Option<f64> {
    if !text.contains('_') {
        return text.parse().ok();
    }
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let separates =
        |(at, byte): (usize, &u8)| *byte != b'_' || at > 0 && is_digit(at - 1) && is_digit(at + 1);
    bytes.iter().enumerate().all(separates).then(|| text.replace('_', "").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn underscores_separate_digits() {
        assert_eq!(float("1_000"), Some(1000.0));
        assert_eq!(float("1_0.5_0"), Some(10.5));
        assert_eq!(float("+.5"), Some(0.5));
        for text in ["_1", "1_", "1__0", "1_.5", "", "x"] {
            assert_eq!(float(text), None, "{text}");
        }
    }
}
