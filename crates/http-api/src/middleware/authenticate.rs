//! The token. Outside of everything else: what lies behind does not even learn that a request came.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, ResponseError as _, web};
use core_monitor_application::server;

use crate::api::Api;
use crate::caller::Caller;
use crate::error_code::ErrorCode;
use crate::problem::Problem;

/// Addresses that hold no data of anybody: health for load balancers, the description of the API, the page that shows it.
fn is_public(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/api/v1/openapi.json" | "/swagger-ui" | "/")
        || path.starts_with("/swagger-ui/")
}

/// Lets requests with a valid token through, and remembers whose it was.
pub(crate) async fn authenticate(
    api: web::Data<Api>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if is_public(request.path()) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    match caller(&api, &request).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Err(problem) => Ok(request.into_response(problem.error_response())),
    }
}

async fn caller(api: &Api, request: &ServiceRequest) -> Result<Caller, Problem> {
    let header = request.headers().get(header::AUTHORIZATION);
    let secret = header.and_then(|value| value.to_str().ok()).and_then(bearer);
    let Some(secret) = secret else {
        return Err(refuse("the request has no `Authorization: Bearer` header"));
    };
    match server::authenticate(api.server.tokens.as_ref(), secret).await? {
        Some(principal) => Ok(Caller(principal.name)),
        None => Err(refuse("the token is not valid")),
    }
}

/// The scheme is case-insensitive (RFC 9110, 11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, secret) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !secret.trim().is_empty()).then(|| secret.trim())
}

fn refuse(detail: &str) -> Problem {
    Problem::new(ErrorCode::Unauthorized, detail)
        .with_hint("send `Authorization: Bearer <token>`; the first token is in the file `admin-token` in the server's data folder")
        .with_header(header::WWW_AUTHENTICATE, "Bearer")
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    #[actix_web::test]
    async fn every_documented_route_but_health_and_the_description_needs_a_token() {
        let world = World::new().await;
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let mut open = Vec::new();
        let mut closed = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                let address = path
                    .replace("{id}", "00000000-0000-0000-0000-000000000000")
                    .replace("{version}", "1")
                    .replace("{a}", "1")
                    .replace("{b}", "2");
                match world.anonymous(&method.to_uppercase(), &address).await.status {
                    StatusCode::UNAUTHORIZED => closed += 1,
                    _ => open.push(format!("{method} {path}")),
                }
            }
        }
        assert_eq!(open, ["get /api/v1/openapi.json", "get /healthz", "get /readyz"]);
        assert!(closed >= 26, "{closed} routes need a token");
    }

    #[actix_web::test]
    async fn an_address_that_does_not_exist_is_not_told_to_strangers() {
        let world = World::new().await;
        assert_eq!(world.anonymous("GET", "/api/v1/nothing").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(world.anonymous("GET", "/metrics").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(world.anonymous("GET", "//api/v1/stacks").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(
            world.anonymous("GET", "/swagger-ui/../api/v1/stacks").await.status,
            StatusCode::NOT_FOUND,
            "dots are not resolved, so nothing behind the token can be reached this way"
        );
    }

    #[actix_web::test]
    async fn only_the_header_carries_a_token() {
        let world = World::new().await;
        let token = world.token();
        let address = format!("/api/v1/stacks?token={token}&access_token={token}");
        assert_eq!(world.anonymous("GET", &address).await.status, StatusCode::UNAUTHORIZED);
        for (value, expected) in [
            (format!("Bearer {token}"), StatusCode::OK),
            (format!("bearer {token}"), StatusCode::OK),
            (format!("Basic {token}"), StatusCode::UNAUTHORIZED),
            (format!("Bearer {token}x"), StatusCode::UNAUTHORIZED),
            ("Bearer ".to_owned(), StatusCode::UNAUTHORIZED),
            (token.to_owned(), StatusCode::UNAUTHORIZED),
        ] {
            let answer =
                world.send_anonymously("GET", "/api/v1/stacks", &[("Authorization", &value)], "").await;
            assert_eq!(answer.status, expected, "{value}");
        }
    }
}
