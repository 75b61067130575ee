//! Addresses that do not fit their route.

use actix_web::error::{PathError, QueryPayloadError};
use actix_web::{Error, HttpRequest};

use crate::error_code::ErrorCode;
use crate::problem::Problem;

/// An id or number in the path that is none: there is nothing at this address.
#[expect(clippy::needless_pass_by_value, reason = "the signature that actix-web calls")]
pub(crate) fn path_problem(error: PathError, request: &HttpRequest) -> Error {
    let path: String = request.path().chars().take(200).collect();
    Problem::new(ErrorCode::NotFound, format!("`{path}` is not an address: {error}")).into()
}

/// A query parameter that is unknown or has a wrong value.
#[expect(clippy::needless_pass_by_value, reason = "the signature that actix-web calls")]
pub(crate) fn query_problem(error: QueryPayloadError, _: &HttpRequest) -> Error {
    let text = error.to_string();
    let message = text.strip_prefix("Query deserialize error: ").unwrap_or(&text);
    Problem::new(ErrorCode::InvalidRequest, format!("the query is wrong: {message}")).into()
}
