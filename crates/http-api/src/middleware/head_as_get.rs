//! HEAD is answered like GET, without the content (RFC 9110, 9.3.2).

use actix_web::Error;
use actix_web::body::{BodySize, BoxBody, MessageBody, None};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;

/// Handles a HEAD request as a GET and drops the content.
pub(crate) async fn head_as_get(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.method() != Method::HEAD {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    request.head_mut().method = Method::GET;
    let answer = next.call(request).await?;
    Ok(answer.map_body(|_, body| match body.size() {
        // The connection knows that the request is a HEAD: it writes the length but no content.
        BodySize::Sized(_) => body.boxed(),
        // Nobody would read the stream.
        BodySize::None | BodySize::Stream => BoxBody::new(None::new()),
    }))
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    #[actix_web::test]
    async fn head_returns_headers_without_content() {
        let world = World::new().await;
        for address in ["/healthz", "/api/v1/stacks", "/metrics", "/api/v1/openapi.json"] {
            let (get, head) =
                (world.send("GET", address, &[], "").await, world.send("HEAD", address, &[], "").await);
            assert_eq!((head.status, head.header("content-type")), (get.status, get.header("content-type")));
        }
        assert_eq!(world.anonymous("HEAD", "/api/v1/stacks").await.status, StatusCode::UNAUTHORIZED);
        let missing = world.send("HEAD", "/api/v1/stakcs", &[], "").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        let written = world.send("HEAD", "/api/v1/lint", &[], "").await;
        assert_eq!((written.status, written.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, Some("POST")));
    }

    #[actix_web::test]
    async fn a_stream_ends_before_it_begins() {
        let world = World::new().await;
        // Returns at all: the events of the system go on for ever.
        let answer = world.send("HEAD", "/api/v1/events/stream", &[], "").await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
        assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    }
}
