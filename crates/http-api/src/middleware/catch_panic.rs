//! A panic in one request must not affect other requests.

use std::panic::AssertUnwindSafe;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use futures::FutureExt as _;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

/// Turns a panic into a problem. The panic hook has already logged it.
pub(crate) async fn catch_panic(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // Everything shared with the handler has its own locks, which are not held across this call.
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(answer) => Ok(answer?.map_into_boxed_body()),
        Err(_) => Err(Problem::new(ErrorCode::Internal, said::server_failed()).into()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::middleware::from_fn;
    use actix_web::{App, HttpResponse, test, web};

    use super::catch_panic;

    async fn broken() -> HttpResponse {
        panic!("on purpose")
    }

    #[actix_web::test]
    async fn a_panic_is_answered_and_the_next_request_works() {
        let app = App::new()
            .wrap(from_fn(catch_panic))
            .route("/broken", web::get().to(broken))
            .route("/whole", web::get().to(HttpResponse::Ok));
        let app = test::init_service(app).await;
        let answer = test::try_call_service(&app, test::TestRequest::get().uri("/broken").to_request()).await;
        let status = answer.err().map(|error| error.as_response_error().status_code());
        assert_eq!(status, Some(StatusCode::INTERNAL_SERVER_ERROR));
        let answer = test::call_service(&app, test::TestRequest::get().uri("/whole").to_request()).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
}
