//! The access log and the request counters.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};

use crate::api::Api;
use crate::caller::Caller;

/// The header with the id of a request, which is also in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id accepted from the caller.
const LONGEST_ID: usize = 64;

/// Logs one line per request, without the query: people paste secrets into URLs.
pub(crate) async fn observe(
    api: web::Data<Api>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = api.clock.elapsed();
    let id = given_id(&request).unwrap_or_else(|| api.ids.next_uuid().to_string());
    let (method, path) = (request.method().to_string(), request.path().to_owned());
    let mut answer = next.call(request).await;
    let took = api.clock.elapsed().saturating_sub(started);
    let (status, route, caller) = match &answer {
        Ok(answer) => {
            let caller = answer.request().extensions().get::<Caller>().map(|caller| caller.0.to_string());
            (answer.status(), answer.request().match_pattern(), caller)
        }
        Err(error) => (error.as_response_error().status_code(), None, None),
    };
    api.metrics.count_request(&method, route.as_deref().unwrap_or("-"), status.as_u16(), took);
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let (status_code, caller) = (status.as_u16(), caller.as_deref().unwrap_or("-"));
    if is_defect(status) {
        tracing::error!(method, path, status = status_code, took_ms, caller, request_id = id, "request");
    } else {
        tracing::info!(method, path, status = status_code, took_ms, caller, request_id = id, "request");
    }
    if let (Ok(answer), Ok(value)) = (&mut answer, HeaderValue::from_str(&id)) {
        answer.headers_mut().insert(REQUEST_ID, value);
    }
    answer.map(ServiceResponse::map_into_boxed_body)
}

fn is_defect(status: StatusCode) -> bool {
    status == StatusCode::INTERNAL_SERVER_ERROR
}

/// The id chosen by a proxy or the caller, if it cannot be used to forge a log line.
fn given_id(request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let harmless = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (!id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(harmless)).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    #[actix_web::test]
    async fn a_request_keeps_its_id_or_gets_one() {
        let world = World::new().await;
        let id = async |given: &str| {
            let answer = world.send("GET", "/healthz", &[("X-Request-Id", given)], "").await;
            answer.header("x-request-id").unwrap().to_owned()
        };
        assert_eq!(id("abc-123").await, "abc-123");
        assert_ne!(id("two words").await, "two words");
        assert_ne!(id(&"a".repeat(65)).await, "a".repeat(65));
    }
}
