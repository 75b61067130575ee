//! The cookie that carries the secret of a session.
//!
//! Over TLS its name begins with `__Host-`: browsers then keep it to this host and this scheme, and take it from nobody else. Over
//! plain HTTP under a name in a local network they would never send such a cookie back, so that it has another name there.
//!
//! Whether the browser came over TLS is known only from the proxy in front, in `X-Forwarded-Proto`. A client that forges the
//! header gets a cookie under the other name, or one of its own is not looked at: that hurts nobody but itself, and a browser lets no page
//! set the header for another origin.

use std::time::Duration;

use actix_web::http::header::{self, HeaderMap};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SessionCookie {
    /// Over TLS.
    Host,
    /// Over plain HTTP.
    Plain,
}

/// What a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// No session.
    Nothing,
    /// One, by the secret in its cookie; it may be any text.
    One(&'a str),
    /// More than one, of which nobody can say which is meant: a page on another port of the host can add one.
    Several,
}

impl SessionCookie {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Host => "__Host-core-monitor-session",
            Self::Plain => "core-monitor-session",
        }
    }

    /// The one for a browser that signs in with these headers.
    pub(crate) fn to_begin(headers: &HeaderMap) -> Self {
        // Of a request that writes, the browser itself tells its own scheme, also where the proxy does not.
        let origin = single(headers, header::ORIGIN.as_str()).unwrap_or_default();
        let over_tls = origin.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
        if over_tls || came_over_tls(headers) { Self::Host } else { Self::Plain }
    }

    /// What makes a browser keep `secret`.
    pub(crate) fn begin(self, secret: &str, age: Duration) -> String {
        self.set(secret, age.as_secs())
    }

    /// What makes a browser forget it.
    pub(crate) fn end(self) -> String {
        self.set("", 0)
    }

    fn set(self, value: &str, age: u64) -> String {
        let secure = if self == Self::Host { "; Secure" } else { "" };
        format!("{}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}", self.name())
    }
}

/// The session of a request with these headers.
pub(crate) fn find(headers: &HeaderMap) -> (SessionCookie, Found<'_>) {
    let host = under(SessionCookie::Host, headers);
    // Whoever listens in on plain HTTP could set the other one for the site that has TLS.
    if host != Found::Nothing || came_over_tls(headers) {
        return (SessionCookie::Host, host);
    }
    (SessionCookie::Plain, under(SessionCookie::Plain, headers))
}

fn under(cookie: SessionCookie, headers: &HeaderMap) -> Found<'_> {
    let pairs =
        headers.get_all(header::COOKIE).flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    let mut values = pairs.filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (name, value) = pair.split_at(equals);
        // What is not text is no secret either, but the cookie is there.
        (name.trim_ascii() == cookie.name().as_bytes())
            .then(|| std::str::from_utf8(value[1..].trim_ascii()).unwrap_or_default())
    });
    match (values.next(), values.next()) {
        (None, _) => Found::Nothing,
        (Some(value), None) => Found::One(value),
        (Some(_), Some(_)) => Found::Several,
    }
}

/// Whether a proxy in front says that the browser came over TLS.
pub(crate) fn came_over_tls(headers: &HeaderMap) -> bool {
    single(headers, "x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
}

/// A header that comes once; two are none, since a proxy may look at the other one.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name);
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            headers.append(HeaderName::from_static(name), value);
        }
        headers
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let check = |pairs: &[(&'static str, &str)], cookie: SessionCookie, expected: Found<'_>| {
            assert_eq!(find(&headers(pairs)), (cookie, expected), "{pairs:?}");
        };
        let (host, plain) = (SessionCookie::Host, SessionCookie::Plain);
        check(&[], plain, Found::Nothing);
        check(&[("cookie", "a=1; core-monitor-sessions=x; b")], plain, Found::Nothing);
        check(&[("cookie", "ä=ö; core-monitor-session=s;b=2")], plain, Found::One("s"));
        check(&[("cookie", "a=1"), ("cookie", " core-monitor-session = s ")], plain, Found::One("s"));
        check(&[("cookie", "core-monitor-session=")], plain, Found::One(""));
        check(&[("cookie", "core-monitor-session=a=b")], plain, Found::One("a=b"));
        check(&[("cookie", "core-monitor-session=s; core-monitor-session=s")], plain, Found::Several);
        check(
            &[("cookie", "core-monitor-session=s"), ("cookie", "core-monitor-session=t")],
            plain,
            Found::Several,
        );
        let both = ("cookie", "core-monitor-session=s; __Host-core-monitor-session=h");
        check(&[both], host, Found::One("h"));
        check(&[both, ("x-forwarded-proto", "https")], host, Found::One("h"));
        let only_plain = ("cookie", "core-monitor-session=s");
        check(&[only_plain, ("x-forwarded-proto", "HTTPS")], host, Found::Nothing);
        check(&[only_plain, ("x-forwarded-proto", "http")], plain, Found::One("s"));
        check(
            &[only_plain, ("x-forwarded-proto", "https"), ("x-forwarded-proto", "http")],
            plain,
            Found::One("s"),
        );
    }

    #[test]
    fn name_and_flags_follow_the_scheme() {
        let begun = |pairs: &[(&'static str, &str)]| {
            SessionCookie::to_begin(&headers(pairs)).begin("s", Duration::from_mins(1))
        };
        let plain = "core-monitor-session=s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict";
        let host = "__Host-core-monitor-session=s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure";
        assert_eq!(begun(&[]), plain);
        assert_eq!(begun(&[("origin", "http://monitor.lan:8080")]), plain);
        assert_eq!(begun(&[("origin", "null")]), plain);
        assert_eq!(begun(&[("origin", "https://monitor")]), host);
        assert_eq!(begun(&[("x-forwarded-proto", "https")]), host);
        assert_eq!(
            SessionCookie::Plain.end(),
            "core-monitor-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
        );
    }
}
