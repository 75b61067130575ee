//! The paths that are the gateway's own on every host that has a service.
//!
//! They have a part that is different in each process and that only its pages say, so that they are never the path of an
//! application, and that nobody can have another site ask for them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_monitor_domain::command::PowerCause;
use subtle::ConstantTimeEq as _;

const BEFORE: &str = "/.core-monitor/";

/// The gateway's own paths.
#[derive(Debug)]
pub(crate) struct OwnPaths {
    token: String,
}

/// What one of them is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnPath {
    Events,
    Status,
    Retry,
}

impl OwnPaths {
    pub(crate) fn new(token: &str) -> Self {
        Self { token: token.to_owned() }
    }

    /// The part that is secret until a page says it.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Which of them a path is, if it is one.
    pub(crate) fn which(&self, path: &str) -> Option<OwnPath> {
        let (token, name) = path.strip_prefix(BEFORE)?.split_once('/')?;
        if !self.is_token(token.as_bytes()) {
            return None;
        }
        match name {
            "events" => Some(OwnPath::Events),
            "status" => Some(OwnPath::Status),
            "retry" => Some(OwnPath::Retry),
            _ => None,
        }
    }

    /// Whether somebody knows the token.
    pub(crate) fn is_token(&self, token: &[u8]) -> bool {
        bool::from(token.ct_eq(self.token.as_bytes()))
    }

    /// One of them, for a page that is shown at a path. Several services may share a host, and it says which one it is about.
    pub(crate) fn path(&self, which: OwnPath, shown_at: &str) -> String {
        let name = match which {
            OwnPath::Events => "events",
            OwnPath::Status => "status",
            OwnPath::Retry => "retry",
        };
        let mut end = shown_at.len().min(PowerCause::PATH_SHOWN);
        while !shown_at.is_char_boundary(end) {
            end -= 1;
        }
        format!("{BEFORE}{}/{name}?at={}", self.token, URL_SAFE_NO_PAD.encode(&shown_at[..end]))
    }
}

/// The path of the page that asks, from the query of one of our own paths; `/` if it says none that is usable.
pub(crate) fn shown_at(query: Option<&str>) -> String {
    let said = query.and_then(|query| query.split('&').find_map(|part| part.strip_prefix("at=")));
    let bytes = said.and_then(|said| URL_SAFE_NO_PAD.decode(said).ok());
    let path = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    // `//host` and `/\host` are other hosts.
    let is_path = path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_path { path } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_paths_with_the_token_are_the_gateways_own() {
        let own = OwnPaths::new("abc");
        assert_eq!(own.which("/.core-monitor/abc/events"), Some(OwnPath::Events));
        assert_eq!(own.which("/.core-monitor/abc/retry"), Some(OwnPath::Retry));
        for other in
            ["/.core-monitor/abd/events", "/.core-monitor/events", "/.core-monitor/abc/other", "/abc/events"]
        {
            assert_eq!(own.which(other), None, "{other}");
        }
    }

    #[test]
    fn a_page_finds_its_way_back_and_never_to_another_host() {
        let path = OwnPaths::new("abc").path(OwnPath::Retry, "/shop/é");
        let (path, query) = path.split_once('?').unwrap();
        assert_eq!(path, "/.core-monitor/abc/retry");
        assert_eq!(shown_at(Some(query)), "/", "what is not ASCII cannot be a path of a request");
        let back = |path: &str| shown_at(Some(&format!("at={}", URL_SAFE_NO_PAD.encode(path))));
        assert_eq!(back("/shop/cart"), "/shop/cart");
        for elsewhere in ["//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nx: y", ""] {
            assert_eq!(back(elsewhere), "/", "{elsewhere:?}");
        }
        assert_eq!(shown_at(None), "/");
    }
}
