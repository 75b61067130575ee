//! Writes that a browser sends on behalf of another site are refused.
//!
//! A token in a header cannot be sent by another site without its owner's script, so this is a second wall. It also holds
//! once browsers carry a session.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError as _};

use crate::error_code::ErrorCode;
use crate::problem::Problem;

/// Lets safe methods through, and unsafe ones without a foreign `Origin`.
pub(crate) async fn same_origin(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !request.method().is_safe() && is_foreign(request.headers()) {
        let problem = Problem::new(ErrorCode::CrossSite, "the request comes from a page of another origin");
        return Ok(request.into_response(problem.error_response()));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if matches!(text("sec-fetch-site"), Some("cross-site")) {
        return true;
    }
    let Some(origin) = text(header::ORIGIN.as_str()) else { return false };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.is_none() || authority != text(header::HOST.as_str())
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
    }
}
