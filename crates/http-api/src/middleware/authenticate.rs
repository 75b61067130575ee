//! Authentication by a token or a session. It comes before the routes: without either, nothing of the API sees the request.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, ResponseError as _, web};
use core_monitor_application::server::CurrentSession;
use core_monitor_message::Message;

use super::ends_with_caller::ends_with_caller;
use super::same_origin::is_foreign;
use crate::api::Api;
use crate::caller::Caller;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::session_cookie::Found;
use crate::ui;

/// Where tickets are used up.
const TERMINAL: &str = "/api/v1/terminal";
/// Where a session begins.
const SIGNING_IN: [&str; 4] = [
    "/api/v1/session",
    "/api/v1/session/password",
    "/api/v1/session/oidc/code",
    "/api/v1/invitations/accept",
];
/// Beginning that at a provider, and whether there is one.
const PROVIDER: &str = "/api/v1/session/oidc";
/// Creating the first user, and whether that is still to be done.
const SETUP: &str = "/api/v1/setup";
/// The header in which a browser repeats the CSRF token of its session.
const CSRF_TOKEN: &str = "x-csrf-token";

/// What needs no token: health checks for load balancers, the API description, and the page that shows it; what asks for a ticket
/// instead of a token; and signing in.
pub(crate) fn is_public(method: &Method, path: &str) -> bool {
    matches!(path, TERMINAL | "/healthz" | "/readyz" | "/api/v1/openapi.json" | "/swagger-ui" | "/")
        || path.starts_with("/swagger-ui/")
        || (SIGNING_IN.contains(&path) && method == Method::POST)
        || matches!(path, SETUP | PROVIDER)
}

/// Lets requests with a valid token or session through and records the caller.
pub(crate) async fn authenticate(
    api: web::Data<Api>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (method, path) = (request.method(), request.path());
    if is_public(method, path) || ui::is_meant(method, path, request.headers()) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    match identify(&api, &request).await {
        Ok((caller, session)) => {
            let hash = session.as_ref().map(|current| current.session.hash);
            let actor = caller.0.clone();
            request.extensions_mut().insert(caller);
            if let Some(session) = session {
                request.extensions_mut().insert(session);
            }
            let answer = next.call(request).await?.map_into_boxed_body();
            Ok(ends_with_caller(answer, api, actor, hash))
        }
        Err(problem) => Ok(request.into_response(problem.error_response())),
    }
}

/// A request that says who it is by a token is not looked at for a session: a program never acts as whoever uses the browser.
async fn identify(api: &Api, request: &ServiceRequest) -> Result<(Caller, Option<CurrentSession>), Problem> {
    if request.headers().contains_key(header::AUTHORIZATION) {
        return Ok((by_token(api, request).await?, None));
    }
    let session = by_session(api, request).await?;
    Ok((Caller(session.session.actor.clone()), Some(session)))
}

async fn by_token(api: &Api, request: &ServiceRequest) -> Result<Caller, Problem> {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    let value = values.next();
    if values.next().is_some() {
        // A proxy in front may have checked another one than this server would.
        return Err(refuse(said::several_authorization_headers()));
    }
    let secret = value.and_then(|value| value.to_str().ok()).and_then(bearer);
    let Some(secret) = secret else {
        return Err(refuse(said::authorization_missing()));
    };
    match api.server.authenticate(secret).await? {
        Some(actor) => Ok(Caller(actor)),
        None => Err(refuse(said::token_invalid())),
    }
}

async fn by_session(api: &Api, request: &ServiceRequest) -> Result<CurrentSession, Problem> {
    let headers = request.headers();
    let secret = match api.cookies.find(headers).1 {
        Found::Nothing => return Err(refuse(said::authorization_missing())),
        Found::Several => {
            return Err(Problem::new(ErrorCode::SessionEnded, said::several_session_cookies())
                .with_hint(said::remove_cookies()));
        }
        Found::One(secret) => secret,
    };
    let reads = request.method().is_safe();
    // The browser sends the cookie for a page on another port of this host, too. Writes are refused with a better reason.
    if reads && is_foreign(headers) {
        return Err(refuse(said::session_of_another_origin()));
    }
    let Some(session) = api.server.authenticate_session(secret).await? else {
        return Err(
            Problem::new(ErrorCode::SessionEnded, said::session_ended()).with_hint(said::sign_in_again())
        );
    };
    let mut tokens = headers.get_all(CSRF_TOKEN);
    let token = tokens.next().and_then(|token| token.to_str().ok()).filter(|_| tokens.next().is_none());
    if !reads && !token.is_some_and(|token| session.accepts(token)) {
        let detail = match token {
            Some(_) => said::csrf_token_of_another_session(),
            None => said::csrf_token_missing(),
        };
        return Err(Problem::new(ErrorCode::CsrfInvalid, detail).with_hint(said::send_csrf_token()));
    }
    Ok(session)
}

/// The scheme is case-insensitive (RFC 9110, 11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, secret) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !secret.trim().is_empty()).then(|| secret.trim())
}

fn refuse(detail: Message) -> Problem {
    Problem::new(ErrorCode::Unauthorized, detail)
        .with_hint(said::send_authorization())
        .with_header(header::WWW_AUTHENTICATE, "Bearer")
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::{World, filled};

    #[actix_web::test]
    async fn every_documented_route_but_health_and_the_description_needs_a_token() {
        let world = World::new().await;
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let mut open = Vec::new();
        let mut closed = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                let address = filled(path, "00000000-0000-0000-0000-000000000000");
                match world.anonymous(&method.to_uppercase(), &address).await.status {
                    StatusCode::UNAUTHORIZED => closed += 1,
                    _ => open.push(format!("{method} {path}")),
                }
            }
        }
        let known = [
            "post /api/v1/invitations/accept",
            "get /api/v1/openapi.json",
            "post /api/v1/session",
            "get /api/v1/session/oidc",
            "post /api/v1/session/oidc",
            "post /api/v1/session/oidc/code",
            "post /api/v1/session/password",
            "get /api/v1/setup",
            "post /api/v1/setup",
            "get /healthz",
            "get /readyz",
        ];
        assert_eq!(open, known);
        assert!(closed >= 26, "{closed} routes need a token");
    }

    #[actix_web::test]
    async fn unknown_paths_are_not_revealed_without_a_token() {
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

    #[actix_web::test]
    async fn two_tokens_are_refused_even_if_both_are_valid() {
        let world = World::new().await;
        let token = format!("Bearer {}", world.token());
        let send = async |first: &str, second: &str| {
            let headers = [("Authorization", first), ("Authorization", second)];
            world.send_anonymously("GET", "/api/v1/stacks", &headers, "").await
        };
        for (first, second) in [(&*token, &*token), (&token, "Bearer x"), ("Basic x", &token)] {
            let answer = send(first, second).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{first}, {second}");
            assert!(answer.text.contains("more than one"), "{}", answer.text);
        }
    }
}
