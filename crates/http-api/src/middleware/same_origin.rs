//! Refuses writes that a browser sends on behalf of another site.
//!
//! Another site cannot make a browser send the token header, so this is a second line of defence. It will also protect
//! browser sessions.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError as _};

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

/// Lets safe methods through, and unsafe methods without a foreign `Origin`.
pub(crate) async fn same_origin(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !request.method().is_safe() && is_foreign(request.headers()) {
        let problem = Problem::new(ErrorCode::CrossSite, said::cross_origin_request());
        return Ok(request.into_response(problem.error_response()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Whether a browser sent a request with these headers for a page of another origin.
pub(crate) fn is_foreign(headers: &HeaderMap) -> bool {
    // Two values are no value: a proxy may look at the other one.
    let text = |name: &str| {
        let mut values = headers.get_all(name);
        let first = values.next().map(|value| value.to_str().unwrap_or("?"));
        if values.next().is_some() { Some("?") } else { first }
    };
    let site = text("sec-fetch-site");
    // `same-site` is another origin: a subdomain, another port, or the page that came without TLS.
    if !matches!(site, None | Some("same-origin" | "none")) {
        return true;
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return false };
    let Some((scheme, authority)) = origin.split_once("://") else { return true };
    if Some(authority) != text(header::HOST.as_str()) {
        return true;
    }
    // A browser that reaches the server through TLS says with `Sec-Fetch-Site` that the scheme is the same too; one that
    // reaches it without TLS may not say so.
    let own = text("x-forwarded-proto").unwrap_or("http");
    site.is_none() && !scheme.eq_ignore_ascii_case(own)
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    async fn check(headers: &[(&str, &str)], refused: bool) {
        let world = World::new().await;
        let answer = world.send("POST", "/api/v1/stacks?name=shop", headers, "").await;
        assert_eq!(answer.status == StatusCode::FORBIDDEN, refused, "{headers:?}: {}", answer.status);
        let answer = world.send("GET", "/api/v1/stacks", headers, "").await;
        assert_eq!(answer.status, StatusCode::OK, "reading is always allowed");
    }

    #[actix_web::test]
    async fn a_foreign_page_cannot_write() {
        check(&[], false).await;
        check(&[("Host", "monitor:8080"), ("Origin", "http://monitor:8080")], false).await;
        check(&[("Host", "monitor:8080"), ("Origin", "http://evil.example")], true).await;
        check(&[("Host", "monitor:8080"), ("Origin", "null")], true).await;
        check(&[("Host", "monitor:8080"), ("Sec-Fetch-Site", "cross-site")], true).await;
        check(&[("Host", "monitor:8080"), ("Sec-Fetch-Site", "same-origin")], false).await;
        check(&[("Host", "monitor:8080"), ("Sec-Fetch-Site", "none")], false).await;
    }

    #[actix_web::test]
    async fn a_header_that_comes_twice_is_not_believed() {
        let (host, own) = (("Host", "monitor"), ("Origin", "http://monitor"));
        check(&[host, own, ("Origin", "http://evil.example")], true).await;
        check(&[host, own, own], true).await;
        check(&[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")], true).await;
    }

    #[actix_web::test]
    async fn another_origin_of_the_same_site_cannot_write() {
        let host = ("Host", "monitor");
        check(&[host, ("Sec-Fetch-Site", "same-site")], true).await;
        check(&[host, ("Origin", "http://monitor"), ("Sec-Fetch-Site", "same-site")], true).await;
        check(&[host, ("Origin", "http://monitor"), ("Sec-Fetch-Site", "cross-site")], true).await;
        check(&[host, ("Origin", "https://monitor")], true).await;
        check(&[host, ("Origin", "https://monitor"), ("Sec-Fetch-Site", "same-origin")], false).await;
        check(&[host, ("Origin", "https://monitor"), ("X-Forwarded-Proto", "https")], false).await;
        check(&[host, ("Origin", "http://monitor"), ("X-Forwarded-Proto", "https")], true).await;
    }
}
