//! Headers of writes, for the document: they are read together with the body.

use utoipa::IntoParams;

/// Headers of a write to an existing stack.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct QueuedHeaders {
    /// The `ETag` from the last time you read the stack, such as `"v2.42"`, or `*` to write in any state.
    #[param(
        rename = "If-Match",
        example = "*",
        pattern = r#"^(\*|"v[0-9]{1,9}\.[0-9]{1,18}(\.[1-9][0-9]{0,8})?"|v[0-9]{1,9}\.[0-9]{1,18}(\.[1-9][0-9]{0,8})?)$"#
    )]
    if_match: String,
    /// A request repeated with the same key is carried out only once. Use a UUID.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255, pattern = "^[ -~]+$")]
    idempotency_key: Option<String>,
}

/// Headers of a write to an existing stack, or to a new one, which has no state that could be expected.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct SavedHeaders {
    /// The `ETag` from the last time you read the stack, such as `"v2.42"`, or `*` to write in any state. Required with a `base`,
    /// and ignored without one: a new stack has no state.
    #[param(
        rename = "If-Match",
        example = "*",
        pattern = r#"^(\*|"v[0-9]{1,9}\.[0-9]{1,18}(\.[1-9][0-9]{0,8})?"|v[0-9]{1,9}\.[0-9]{1,18}(\.[1-9][0-9]{0,8})?)$"#
    )]
    if_match: Option<String>,
    /// A request repeated with the same key is carried out only once. Use a UUID.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255, pattern = "^[ -~]+$")]
    idempotency_key: Option<String>,
}

/// The header of a change to an existing stack that is no command.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct IfMatchHeader {
    /// The `ETag` from the last time you read the stack, such as `"v2.42"`, or `*` to write in any state.
    #[param(
        rename = "If-Match",
        example = "*",
        pattern = r#"^(\*|"v[0-9]{1,9}\.[0-9]{1,18}(\.[1-9][0-9]{0,8})?"|v[0-9]{1,9}\.[0-9]{1,18}(\.[1-9][0-9]{0,8})?)$"#
    )]
    if_match: String,
}

/// The header of a write that creates something.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct IdempotencyHeader {
    /// A request repeated with the same key is carried out only once. Use a UUID.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255, pattern = "^[ -~]+$")]
    idempotency_key: Option<String>,
}
