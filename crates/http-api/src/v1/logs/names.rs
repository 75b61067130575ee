//! Names of downloaded files.

use core_monitor_domain::time::Timestamp;

/// A name that is valid everywhere: that of the stack or container, and when it was downloaded.
pub(super) fn file(subject: &str, now: Timestamp, is_ndjson: bool) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    let subject: String = subject.chars().map(plain).take(100).collect();
    let at: String = now.to_string().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
    let at = at.split('.').next().unwrap_or_default().trim_end_matches('Z').to_owned();
    let ending = if is_ndjson { "ndjson" } else { "log" };
    format!("{subject}-{at}Z.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_what_it_has() {
        let now = Timestamp::parse("2026-01-26T10:00:00.5Z").unwrap();
        assert_eq!(file("shop", now, false), "shop-20260126T100000Z.log");
        assert_eq!(file("a\"/b\r\n", now, true), "a__b__-20260126T100000Z.ndjson");
    }
}
