//! The paths that are the gateway's own on every host that has a service.
//!
//! They have a part that is different in each process and that only its pages say, so that they are never the path of an
//! application, and that nobody can have another site ask for them.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::uri::PathAndQuery;
use subtle::ConstantTimeEq as _;

const BEFORE: &str = "/.core-monitor/";
/// The longest path and query that a page finds its way back to, in bytes.
const LONGEST: usize = 2048;

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

    /// One of them, for a page that is shown at a path with a query. Several services may share a host, and it says which one it is
    /// about; the form that tries again leads back there.
    pub(crate) fn path(&self, which: OwnPath, shown_at: &PathAndQuery) -> String {
        let name = match which {
            OwnPath::Events => "events",
            OwnPath::Status => "status",
            OwnPath::Retry => "retry",
        };
        let whole = if which == OwnPath::Retry { shown_at.as_str() } else { shown_at.path() };
        let mut at = in_ascii(whole);
        if at.len() > LONGEST {
            // Half of a query would be another one.
            at = in_ascii(shown_at.path());
            at.truncate(LONGEST);
        }
        format!("{BEFORE}{}/{name}?at={}", self.token, URL_SAFE_NO_PAD.encode(at))
    }
}

/// As it may stand in a header. Some browsers send what is not ASCII as it is.
fn in_ascii(path: &str) -> String {
    let mut ascii = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii() {
            ascii.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(ascii, "%{byte:02X}");
        }
    }
    ascii
}

/// The path and query of the page that asks, from the query of one of our own paths; `/` if it says none that is usable.
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
        let way = |which, at: &str| {
            let path = OwnPaths::new("abc").path(which, &at.parse().unwrap());
            let (path, query) = path.split_once('?').unwrap();
            (path.to_owned(), shown_at(Some(query)))
        };
        let (path, back_at) = way(OwnPath::Retry, "/shop/cart?item=1&x=//a.example");
        assert_eq!(
            (path.as_str(), back_at.as_str()),
            ("/.core-monitor/abc/retry", "/shop/cart?item=1&x=//a.example")
        );
        assert_eq!(
            way(OwnPath::Status, "/shop/cart?item=1").1,
            "/shop/cart",
            "only who goes back needs the query"
        );
        assert_eq!(way(OwnPath::Retry, "/é?é").1, "/%C3%A9?%C3%A9");
        assert_eq!(
            way(OwnPath::Retry, &format!("/a?{}", "b".repeat(3000))).1,
            "/a",
            "half a query is another one"
        );
        let back = |path: &str| shown_at(Some(&format!("at={}", URL_SAFE_NO_PAD.encode(path))));
        assert_eq!(back("/shop/cart"), "/shop/cart");
        for elsewhere in
            ["//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nx: y", "", "?a=b", "/a?b\\c"]
        {
            assert_eq!(back(elsewhere), "/", "{elsewhere:?}");
        }
        assert_eq!(shown_at(None), "/");
    }
}
