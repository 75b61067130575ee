//! Problem bodies (RFC 9457).

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use core_monitor_message::Message;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::v1::message::MessageBody;
use crate::v1::words::{ErrorCodeWord, ItemCodeWord};

/// Why a request failed, with the headers of the response.
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
    #[schema(example = "Stack not found")]
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 404)]
    status: u16,
    /// Stable code for programs; `docs/reference/errors.md` lists all of them.
    #[schema(value_type = ErrorCodeWord, example = "stack-not-found")]
    code: ErrorCode,
    /// What happened in this case, in English.
    #[schema(example = "there is no stack `0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10`")]
    detail: String,
    /// The same as `detail`, for clients in other languages.
    message: MessageBody,
    /// What to try.
    hint: Option<MessageBody>,
    /// The individual errors, when there can be more than one.
    errors: Vec<ProblemItem>,
    /// Problems that would not cause a refusal but deserve attention; only for definitions.
    warnings: Vec<ProblemItem>,
}

/// One error or warning of several.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ProblemItem {
    /// Stable code for programs.
    #[schema(value_type = ItemCodeWord, example = "unknown-key")]
    pub(crate) code: String,
    /// What is wrong.
    pub(crate) message: MessageBody,
    /// What was expected instead.
    pub(crate) expected: Option<MessageBody>,
    /// What to try.
    pub(crate) hint: Option<MessageBody>,
    /// Path of the file among the definition's files; null for the request body itself.
    #[schema(example = "compose.yaml")]
    pub(crate) file: Option<String>,
    /// Line, from 1.
    #[schema(example = 3)]
    pub(crate) line: Option<u32>,
    /// Column in characters, from 1.
    #[schema(example = 5)]
    pub(crate) column: Option<u32>,
    /// Length of the affected text in characters, at least 1.
    #[schema(example = 5)]
    pub(crate) length: Option<u32>,
}

impl Problem {
    /// A problem with nothing to add to `detail`.
    pub(crate) fn new(code: ErrorCode, detail: Message) -> Self {
        let message = MessageBody::from(detail);
        let body = ProblemBody {
            kind: format!("urn:core-monitor:problem:{}", code.as_str()),
            title: code.title(),
            status: code.status().as_u16(),
            code,
            detail: message.text().to_owned(),
            message,
            hint: None,
            errors: Vec::new(),
            warnings: Vec::new(),
        };
        Self { body: Box::new(body), headers: Vec::new() }
    }

    /// Adds what to try.
    pub(crate) fn with_hint(mut self, hint: Message) -> Self {
        self.body.hint = Some(hint.into());
        self
    }

    /// Adds what to try, unless that is said already.
    pub(crate) fn or_hint(self, hint: Message) -> Self {
        if self.body.hint.is_some() { self } else { self.with_hint(hint) }
    }

    /// Adds the individual errors.
    pub(crate) fn with_errors(mut self, errors: Vec<ProblemItem>) -> Self {
        self.body.errors = errors;
        self
    }

    /// Adds the warnings.
    pub(crate) fn with_warnings(mut self, warnings: Vec<ProblemItem>) -> Self {
        self.body.warnings = warnings;
        self
    }

    /// Adds a header to the response.
    pub(crate) fn with_header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl Problem {
    /// The body to send.
    pub(crate) fn body(&self) -> &ProblemBody {
        &self.body
    }

    /// Its sentence, for an answer that shows why something would be refused.
    pub(crate) fn into_message(self) -> MessageBody {
        self.body.message
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
