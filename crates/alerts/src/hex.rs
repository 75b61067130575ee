//! Bytes as hexadecimal digits.

/// Two digits for each byte, in small letters.
pub(crate) fn digits(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit).collect()
}

fn digit(value: u8) -> char {
    char::from_digit(value.into(), 16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_has_two_digits() {
        assert_eq!(digits(&[0, 9, 10, 255]), "00090aff");
    }
}
