//! The cookie that carries the secret of a session.
//!
//! Over TLS its name begins with `__Host-`: browsers then keep it to this host and this scheme, and take it from nobody else. Over
//! plain HTTP under a name in a local network they would never send such a cookie back, so that it has another name there.
//!
//! Whether the browser came over TLS is known only from the proxy in front, in `X-Forwarded-Proto`. A client that forges the
//! header gets a cookie under the other name, or one of its own is not looked at: that hurts nobody but itself, and a browser lets no page
//! set the header for another origin.
//!
//! Cookies know no ports. So that two installations on one host name, such as two SSH tunnels, do not sign each other out and are not
//! sent each other's secrets to keep, the name ends with digits of the installation.

use std::time::Duration;

use actix_web::http::header::{self, HeaderMap};
use core_monitor_domain::ids::InstanceId;

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
    /// The one for a browser that signs in with these headers.
    pub(crate) fn to_begin(headers: &HeaderMap) -> Self {
        // Of a request that writes, the browser itself tells its own scheme, also where the proxy does not.
        let origin = single(headers, header::ORIGIN.as_str()).unwrap_or_default();
        let over_tls = origin.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
        if over_tls || came_over_tls(headers) { Self::Host } else { Self::Plain }
    }
}

/// The cookies of an installation.
#[derive(Debug, Clone)]
pub(crate) struct SessionCookies {
    host: String,
    plain: String,
}

impl SessionCookies {
    /// How the names begin, after `__Host-` over TLS.
    pub(crate) const PREFIX: &str = "core-monitor-session";

    /// Those of this installation. The end of its id is random; the beginning is the time when it was made.
    pub(crate) fn of(instance: InstanceId) -> Self {
        Self::named(Self::PREFIX, instance)
    }

    /// Those of its sign-ins that are under way at a provider.
    pub(crate) fn at_provider(instance: InstanceId) -> Self {
        Self::named("core-monitor-sign-in", instance)
    }

    fn named(prefix: &str, instance: InstanceId) -> Self {
        let id = instance.0.simple().to_string();
        let plain = format!("{prefix}-{}", id.get(24..).unwrap_or_default());
        Self { host: format!("__Host-{plain}"), plain }
    }

    /// The name of one of them.
    pub(crate) fn name(&self, cookie: SessionCookie) -> &str {
        match cookie {
            SessionCookie::Host => &self.host,
            SessionCookie::Plain => &self.plain,
        }
    }

    /// What makes a browser keep `secret`.
    pub(crate) fn begin(&self, cookie: SessionCookie, secret: &str, age: Duration) -> String {
        self.set(cookie, secret, age.as_secs())
    }

    /// What makes a browser forget it.
    pub(crate) fn end(&self, cookie: SessionCookie) -> String {
        self.set(cookie, "", 0)
    }

    fn set(&self, cookie: SessionCookie, value: &str, age: u64) -> String {
        let secure = if cookie == SessionCookie::Host { "; Secure" } else { "" };
        format!("{}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}", self.name(cookie))
    }

    /// The session of a request with these headers.
    pub(crate) fn find<'a>(&self, headers: &'a HeaderMap) -> (SessionCookie, Found<'a>) {
        let host = under(&self.host, headers);
        // Whoever listens in on plain HTTP could set the other one for the site that has TLS.
        if host != Found::Nothing || came_over_tls(headers) {
            return (SessionCookie::Host, host);
        }
        (SessionCookie::Plain, under(&self.plain, headers))
    }
}

fn under<'a>(name: &str, headers: &'a HeaderMap) -> Found<'a> {
    let pairs =
        headers.get_all(header::COOKIE).flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    let mut values = pairs.filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (found, value) = pair.split_at(equals);
        // What is not text is no secret either, but the cookie is there.
        (found.trim_ascii() == name.as_bytes())
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

    fn cookies() -> SessionCookies {
        SessionCookies::of("0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10".parse().unwrap())
    }

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
            assert_eq!(cookies().find(&headers(pairs)), (cookie, expected), "{pairs:?}");
        };
        let (host, plain) = (SessionCookie::Host, SessionCookie::Plain);
        check(&[], plain, Found::Nothing);
        check(&[("cookie", "a=1; core-monitor-session-5a9e7d11=x; b")], plain, Found::Nothing);
        check(&[("cookie", "ä=ö; core-monitor-session-5a9e7d10=s;b=2")], plain, Found::One("s"));
        check(
            &[("cookie", "a=1"), ("cookie", " core-monitor-session-5a9e7d10 = s ")],
            plain,
            Found::One("s"),
        );
        check(&[("cookie", "core-monitor-session-5a9e7d10=")], plain, Found::One(""));
        check(&[("cookie", "core-monitor-session-5a9e7d10=a=b")], plain, Found::One("a=b"));
        check(
            &[("cookie", "core-monitor-session-5a9e7d10=s; core-monitor-session-5a9e7d10=s")],
            plain,
            Found::Several,
        );
        check(
            &[("cookie", "core-monitor-session-5a9e7d10=s"), ("cookie", "core-monitor-session-5a9e7d10=t")],
            plain,
            Found::Several,
        );
        let both = ("cookie", "core-monitor-session-5a9e7d10=s; __Host-core-monitor-session-5a9e7d10=h");
        check(&[both], host, Found::One("h"));
        check(&[both, ("x-forwarded-proto", "https")], host, Found::One("h"));
        let only_plain = ("cookie", "core-monitor-session-5a9e7d10=s");
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
            cookies().begin(SessionCookie::to_begin(&headers(pairs)), "s", Duration::from_mins(1))
        };
        let plain = "core-monitor-session-5a9e7d10=s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict";
        let host =
            "__Host-core-monitor-session-5a9e7d10=s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure";
        assert_eq!(begun(&[]), plain);
        assert_eq!(begun(&[("origin", "http://monitor.lan:8080")]), plain);
        assert_eq!(begun(&[("origin", "null")]), plain);
        assert_eq!(begun(&[("origin", "https://monitor")]), host);
        assert_eq!(begun(&[("x-forwarded-proto", "https")]), host);
        assert_eq!(
            cookies().end(SessionCookie::Plain),
            "core-monitor-session-5a9e7d10=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
        );
    }
}
