//! Human-readable values.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;

/// No clock can count much more from now on.
const LONGEST: Duration = Duration::from_hours(100 * 366 * 24);

/// A duration such as `5s`, `1m30s`, `250ms` or `2h`. A unit is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct HumanDuration(pub Duration);

impl FromStr for HumanDuration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid = || format!("`{text}` is not a duration such as `5s`, `1m30s` or `250ms`");
        let parsed: jiff::SignedDuration = text.parse().map_err(|_| invalid())?;
        let duration = Duration::try_from(parsed).map_err(|_| invalid())?;
        if duration > LONGEST {
            return Err(format!("`{text}` is longer than a century"));
        }
        Ok(Self(duration))
    }
}

impl TryFrom<String> for HumanDuration {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for HumanDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::SignedDuration::try_from(self.0) {
            Ok(duration) => write!(f, "{duration:#}"),
            Err(_) => write!(f, "{}s", self.0.as_secs()),
        }
    }
}

/// An IP address and a port such as `127.0.0.1:8080` or `[::1]:8080`. Host names are rejected, since they can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ListenAddress(pub SocketAddr);

impl FromStr for ListenAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid = |_| format!("`{text}` is not an IP address and a port such as `127.0.0.1:8080`");
        text.parse().map(Self).map_err(invalid)
    }
}

impl TryFrom<String> for ListenAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// A number of bytes such as `65536`, `64KiB` or `1MiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ByteSize(pub usize);

impl FromStr for ByteSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let factor = match &text[digits.len()..] {
            "" | "B" => Some(1),
            "KiB" => Some(1 << 10),
            "MiB" => Some(1 << 20),
            "GiB" => Some(1 << 30),
            _ => None,
        };
        let bytes =
            factor.and_then(|factor: usize| digits.trim_end().parse::<usize>().ok()?.checked_mul(factor));
        bytes.map(Self).ok_or_else(|| format!("`{text}` is not a size such as `65536`, `64KiB` or `1MiB`"))
    }
}

impl TryFrom<String> for ByteSize {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        let check = |text: &str, expected: Option<Duration>| {
            assert_eq!(text.parse::<HumanDuration>().ok().map(|d| d.0), expected, "{text}");
        };
        check("5s", Some(Duration::from_secs(5)));
        check("1m30s", Some(Duration::from_secs(90)));
        check("250ms", Some(Duration::from_millis(250)));
        check("5", None);
        check("-5s", None);
        check("", None);
        check("876000h", Some(Duration::from_hours(876_000)));
        check("2562047788015215h", None);
        assert_eq!(HumanDuration(Duration::from_secs(90)).to_string(), "1m 30s");
    }

    #[test]
    fn listen_addresses_have_an_ip_and_a_port() {
        let check = |text: &str, expected: Option<&str>| {
            let parsed = text.parse::<ListenAddress>().ok().map(|address| address.0.to_string());
            assert_eq!(parsed.as_deref(), expected, "{text}");
        };
        check("0.0.0.0:80", Some("0.0.0.0:80"));
        check("[::1]:8080", Some("[::1]:8080"));
        check("localhost:8080", None);
        check(":8080", None);
        check("127.0.0.1", None);
        check("127.0.0.1:99999", None);
    }

    #[test]
    fn sizes_are_binary() {
        let check = |text: &str, expected: Option<usize>| {
            assert_eq!(text.parse::<ByteSize>().ok().map(|s| s.0), expected, "{text}");
        };
        check("65536", Some(65_536));
        check("64KiB", Some(65_536));
        check("1 MiB", Some(1 << 20));
        check("1MB", None);
        check("18446744073709551615MiB", None);
        check("é", None);
    }
}
