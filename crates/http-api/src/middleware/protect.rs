//! What a browser may do with an answer.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;

use crate::ui;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// On every answer. Nothing is kept by caches: answers contain definitions, which may contain passwords.
const ALWAYS: [(&str, &str); 6] = [
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];
/// Answers of the API are data: a browser that shows one runs, loads and frames nothing.
const DATA: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// Swagger UI needs its own scripts and the API, and sets styles on its elements.
const PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                    font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Adds the headers that tell a browser so.
pub(crate) async fn protect(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let policy = if request.path().starts_with("/swagger-ui/") { PAGE } else { DATA };
    let ui = ui::is_meant(request.method(), request.path(), request.headers());
    let policy = if ui { ui::POLICY } else { policy };
    match next.call(request).await {
        Ok(mut answer) => {
            // The files of the UI contain no data, and say themselves how long they are kept.
            let kept = answer.headers().get(header::CACHE_CONTROL).filter(|_| ui).cloned();
            restrict(answer.headers_mut(), policy);
            if let Some(kept) = kept {
                answer.headers_mut().insert(header::CACHE_CONTROL, kept);
            }
            Ok(answer.map_into_boxed_body())
        }
        Err(error) => {
            let mut answer = error.error_response();
            restrict(answer.headers_mut(), policy);
            Err(InternalError::from_response(error, answer).into())
        }
    }
}

/// The same as lines of a head, for what is answered before there is a request.
pub(crate) fn protection_lines() -> String {
    let policies = [("content-security-policy", DATA), ("permissions-policy", ui::PERMISSIONS)];
    let mut lines = String::new();
    for (name, value) in ALWAYS.into_iter().chain(policies) {
        lines.extend([name, ": ", value, "\r\n"]);
    }
    lines
}

fn restrict(headers: &mut HeaderMap, policy: &'static str) {
    for (name, value) in ALWAYS.into_iter().chain([("content-security-policy", policy)]) {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(ui::PERMISSIONS));
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::middleware::from_fn;
    use actix_web::{App, test, web};

    use super::*;
    use crate::error_code::ErrorCode;
    use crate::problem::Problem;
    use crate::testing::{Answer, World, YAML, read};

    fn check(answer: &Answer, policy: &str) {
        for (name, value) in ALWAYS {
            assert_eq!(answer.header(name), Some(value), "{name}: {}", answer.status);
        }
        assert_eq!(answer.header("content-security-policy"), Some(policy));
    }

    #[actix_web::test]
    async fn every_answer_tells_browsers_to_keep_and_run_nothing() {
        let world = World::new().await;
        check(&world.send("GET", "/api/v1/stacks", &[], "").await, DATA);
        check(&world.send("POST", "/api/v1/stacks?name=shop", &[YAML], "services: x").await, DATA);
        check(&world.send("GET", "/nothing", &[], "").await, DATA);
        check(&world.anonymous("GET", "/api/v1/stacks").await, DATA);
        check(&world.anonymous("GET", "/api/v1/openapi.json").await, DATA);
        check(&world.anonymous("GET", "/").await, ui::POLICY);
        let page = world.anonymous("GET", "/swagger-ui/index.html").await;
        check(&page, PAGE);
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.text.contains("<script src=") && !page.text.contains("<script>"),
            "its policy allows no inline script"
        );
        let settings = world.anonymous("GET", "/swagger-ui/swagger-initializer.js").await;
        assert!(settings.text.contains("\"persistAuthorization\": false"), "{}", settings.text);
    }

    #[actix_web::test]
    async fn an_error_of_a_layer_is_an_answer_too() {
        async fn broken() -> Result<&'static str, Error> {
            Err(Problem::new(ErrorCode::Internal, core_monitor_message::Message::foreign("on purpose"))
                .into())
        }
        let app = App::new().wrap(from_fn(protect)).route("/api/v1", web::get().to(broken));
        let app = test::init_service(app).await;
        let request = test::TestRequest::get().uri("/api/v1").to_request();
        let answer = read(test::call_service(&app, request).await).await;
        check(&answer, DATA);
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "internal"));
    }
}
