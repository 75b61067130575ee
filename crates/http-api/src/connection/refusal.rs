//! What a client reads whose request never reaches the application.

use std::time::Duration;

use actix_web::ResponseError as _;
use actix_web::web::Bytes;
use futures::future::BoxFuture;

use crate::error_code::ErrorCode;
use crate::middleware::protection_lines;
use crate::problem::Problem;
use crate::said;

/// Longest target of a request that the HTTP library reads.
const LONGEST_TARGET: usize = 65_534;

/// How long the client has to read the answer. A connection that is closed with something unread is reset, and the answer lost.
pub(super) const LINGER: Duration = Duration::from_secs(1);

/// An answer after which the connection is closed, with these further fields in its head.
pub(super) fn last_answer(problem: &Problem, fields: &str) -> String {
    let status = problem.status_code();
    // Strings, numbers and lists can always be written as JSON.
    let body = serde_json::to_string_pretty(problem.body()).unwrap_or_default();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\n{fields}{}\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        protection_lines(),
        body.len()
    )
}

/// The answer to a head that took too long.
pub(super) fn too_slow() -> String {
    let problem = Problem::new(ErrorCode::RequestTimeout, said::request_head_too_slow());
    last_answer(&problem, "")
}

/// The end of a connection whose request the library refuses.
pub(super) struct Refusal {
    /// What is left to write.
    pub(super) left: Bytes,
    /// How far the client is in reading it.
    pub(super) reading: Reading,
}

/// Whether the client has read its answer.
pub(super) enum Reading {
    /// The end of the answer is not written yet.
    Unfinished,
    /// The client may still send what it has begun, until this is over.
    Begun(BoxFuture<'static, ()>),
    /// It has closed its end, or had the time.
    Over,
}

impl Refusal {
    /// What is written instead of the library's own answer, which has no body; `None` if that says all there is. `target` is
    /// the length of the target of the request.
    pub(super) fn instead_of(answer: &[u8], target: usize) -> Option<Self> {
        let status = answer.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3))?;
        let problem = match status {
            b"400" | b"431" if target > LONGEST_TARGET => {
                Problem::new(ErrorCode::TargetTooLong, said::request_target_too_long(LONGEST_TARGET))
            }
            b"400" => Problem::new(ErrorCode::InvalidRequest, said::request_head_malformed()),
            b"431" => Problem::new(ErrorCode::HeadTooLarge, said::request_head_too_large()),
            _ => return None,
        };
        let left = Bytes::from(last_answer(&problem, ""));
        Some(Self { left, reading: Reading::Unfinished })
    }
}
