//! Problem bodies (RFC 9457).

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error_code::ErrorCode;

/// Why a request was not answered as asked, with the headers that belong to it.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    body: Box<ProblemBody>,
    headers: Vec<(header::HeaderName, String)>,
}

/// A problem body.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// The code as a URI.
    #[serde(rename = "type")]
    #[schema(example = "urn:core-monitor:problem:stack-not-found")]
    kind: String,
    /// Short summary, the same for every occurrence of the code.
    #[schema(example = "There is no such stack")]
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 404)]
    status: u16,
    /// Stable word for programs; listed in `docs/reference/errors.md`.
    #[schema(value_type = String, example = "stack-not-found")]
    code: ErrorCode,
    /// What happened this time.
    #[schema(example = "there is no stack `0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10`")]
    detail: String,
    /// What to try.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// The single errors, where there can be several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemItem>,
    /// What would be accepted and deserves a look all the same; of definitions only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<ProblemItem>,
}

/// One error or warning of several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ProblemItem {
    /// Stable word for programs.
    #[schema(example = "unknown-key")]
    pub(crate) code: String,
    /// What is wrong.
    #[schema(example = "unknown key `imgae`")]
    pub(crate) message: String,
    /// What should stand there instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "a list")]
    pub(crate) expected: Option<String>,
    /// What to try.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "did you mean `image`?")]
    pub(crate) hint: Option<String>,
    /// Path of the file among the definition's files; absent for the request body itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "compose.yaml")]
    pub(crate) file: Option<String>,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 3)]
    pub(crate) line: Option<u32>,
    /// Column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 5)]
    pub(crate) column: Option<u32>,
    /// Characters from there on that it is about, at least 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 5)]
    pub(crate) length: Option<u32>,
}

impl Problem {
    /// A problem with nothing to add to `detail`.
    pub(crate) fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        let body = ProblemBody {
            kind: format!("urn:core-monitor:problem:{}", code.as_str()),
            title: code.title(),
            status: code.status().as_u16(),
            code,
            detail: detail.into(),
            hint: None,
            errors: Vec::new(),
            warnings: Vec::new(),
        };
        Self { body: Box::new(body), headers: Vec::new() }
    }

    /// Adds what to try.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.body.hint = Some(hint.into());
        self
    }

    /// Adds the single errors.
    pub(crate) fn with_errors(mut self, errors: Vec<ProblemItem>) -> Self {
        self.body.errors = errors;
        self
    }

    /// Adds what was warned about besides.
    pub(crate) fn with_warnings(mut self, warnings: Vec<ProblemItem>) -> Self {
        self.body.warnings = warnings;
        self
    }

    /// Adds a header to the answer.
    pub(crate) fn with_header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl Problem {
    /// What is told about it.
    pub(crate) fn body(&self) -> &ProblemBody {
        &self.body
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.body.code.as_str(), self.body.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.body.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        for (name, value) in &self.headers {
            answer.insert_header((name.clone(), value.as_str()));
        }
        // Strings, numbers and lists can always be written as JSON; `json` would set another content type.
        let body = serde_json::to_vec_pretty(&self.body).unwrap_or_default();
        answer.content_type("application/problem+json").body(body)
    }
}
