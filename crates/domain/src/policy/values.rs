//! How values are compared with what is allowed.

use super::Restricted;
use crate::protection::{is_within, plain};
use crate::wildcard;

/// What allows everything.
pub(super) const EVERYTHING: &str = "*";

/// Whether a value is one of those that an entry of a policy is for.
pub(super) fn is_in(what: Restricted, value: &str, allowed: &str) -> bool {
    if allowed == EVERYTHING {
        return true;
    }
    match what {
        Restricted::Binds => is_within(&plain(value), &plain(allowed)),
        Restricted::Ports => is_between(value, allowed),
        _ => wildcard::matches(allowed, value),
    }
}

/// The first and last port of `80` or `80-90`; `None` if it is neither.
pub(super) fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let port = |text: &str| text.trim().parse::<u16>().ok();
    let (first, last) = (port(first)?, port(last)?);
    (first <= last).then_some((first, last))
}

/// What is not a range is in none.
fn is_between(value: &str, allowed: &str) -> bool {
    let (Some(value), Some(allowed)) = (range(value), range(allowed)) else { return false };
    allowed.0 <= value.0 && value.1 <= allowed.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_to_be_allowed_whole() {
        let allowed = |value, allowed| is_in(Restricted::Ports, value, allowed);
        assert!(allowed("8080", "1024-65535") && allowed("1024-65535", "1024-65535") && allowed("80", "80"));
        assert!(allowed("1", "*"));
        assert!(
            !allowed("80", "1024-65535") && !allowed("1000-2000", "1024-65535") && !allowed("80-81", "80")
        );
        for strange in ["", "-", "0-", "70000", "90-80", "http", "1024-", "8080,80"] {
            assert!(!allowed(strange, "1-65535"), "{strange}");
        }
    }

    #[test]
    fn a_folder_is_allowed_with_what_is_in_it() {
        let allowed = |value, allowed| is_in(Restricted::Binds, value, allowed);
        assert!(
            allowed("/srv/a", "/srv/a") && allowed("/srv/a/b", "/srv/a/") && allowed("/srv/./a", "/srv/a")
        );
        assert!(
            !allowed("/srv/ab", "/srv/a") && !allowed("/srv", "/srv/a") && !allowed("/srv/a/../b", "/srv/a")
        );
        assert!(!allowed("/srv/*", "/srv/a") && !allowed("/srv/a", "/srv/*"), "a path is no pattern");
    }

    #[test]
    fn everything_else_is_compared_with_a_pattern() {
        let image = "docker.io/library/nginx@sha256:abc";
        assert!(is_in(Restricted::Images, image, "*@sha256:*"));
        assert!(is_in(Restricted::Images, image, "docker.io/library/*"));
        assert!(!is_in(Restricted::Images, image, "docker.io/mine/*"));
        assert!(!is_in(Restricted::Capabilities, "NET_ADMIN", "NET_RAW"));
    }
}
