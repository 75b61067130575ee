//! Addresses that do not fit their route.

use actix_web::HttpRequest;

use crate::error_code::ErrorCode;
use crate::problem::Problem;

/// An id or number in the path that is none: there is nothing at this address.
pub(crate) fn path_problem(request: &HttpRequest) -> Problem {
    let path: String = request.path().chars().take(200).collect();
    Problem::new(ErrorCode::NotFound, format!("`{path}` is not an address: an id or a number in it is none"))
        .with_hint(
            "ids look like `0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10`, versions are numbered 1, 2, 3; \
             GET /api/v1/stacks?name=NAME finds the id of a stack by its name",
        )
}
