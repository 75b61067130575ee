//! Bytes for people.

/// The units of `docker images`: powers of 1000.
const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];

/// A number of bytes with three digits, as `docker` writes it: `512 B`, `1.5 kB`, `187 MB`.
pub fn human_size(bytes: u64) -> String {
    let (mut whole, mut rest, mut unit) = (bytes, 0, 0);
    while whole >= 1000 && unit + 1 < UNITS.len() {
        rest = whole % 1000;
        whole /= 1000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    match whole {
        _ if unit == 0 || rest < 10 => format!("{whole} {name}"),
        0..10 => format!("{whole}.{:02} {name}", rest / 10),
        10..100 => format!("{whole}.{} {name}", rest / 100),
        _ => format!("{whole} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_three_digits() {
        let sizes = [0, 999, 1_000, 1_540, 45_600, 187_200_000, 3_000_000_000, u64::MAX];
        let texts: Vec<_> = sizes.into_iter().map(human_size).collect();
        assert_eq!(texts, ["0 B", "999 B", "1 kB", "1.54 kB", "45.6 kB", "187 MB", "3 GB", "18446744 TB"]);
    }
}
