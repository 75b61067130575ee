//! Path parameters that cannot be parsed.

use actix_web::HttpRequest;

use crate::document::wrong_method;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::said;

/// The error for a malformed id or number in the path.
pub(crate) fn path_problem(request: &HttpRequest) -> Problem {
    // `GET /stacks/archive` is not about a stack with a malformed id.
    if let Some(problem) = wrong_method(request) {
        return problem;
    }
    let path: String = request.path().chars().take(200).collect();
    Problem::new(ErrorCode::NotFound, said::path_malformed(path)).with_hint(said::ids_look_like())
}
