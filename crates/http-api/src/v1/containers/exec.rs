//! `POST /containers/{id}/exec`

use std::collections::BTreeMap;
use std::string::FromUtf8Error;
use std::time::Duration;

use actix_web::{HttpResponse, post, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core_monitor_application::server::{ExecInContainer, ExecResult, Output};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::terminal::{ExecEnd, ExecRequest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{Body, NoQuery};
use crate::said;

/// How long a command is waited for, in seconds: usually, and at most.
const USUAL: u64 = 30;
const MOST: u64 = 600;

/// A command to run to its end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExecRequest)]
pub(crate) struct ExecBody {
    /// A program in the container and its arguments. No shell reads it.
    #[schema(example = json!(["cat", "/etc/hostname"]), min_items = 1)]
    command: Vec<String>,
    /// Name or number of a user, optionally with `:` and a group; the container's own without it.
    #[schema(example = "0:0")]
    user: Option<String>,
    /// An absolute path in the container; the container's own without it.
    #[schema(example = "/")]
    workdir: Option<String>,
    /// Variables in addition to those of the container.
    #[serde(default)]
    #[schema(example = json!({"LANG": "C"}))]
    environment: BTreeMap<String, String>,
    /// What the command reads; its input ends behind it.
    #[serde(default)]
    #[schema(example = "")]
    stdin: String,
    /// How long to wait for its end, in seconds, from 1 to 600; 30 without it.
    #[schema(example = 30, minimum = 1, maximum = 600)]
    timeout_seconds: Option<u64>,
}

/// What became of a command.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExecResult)]
pub(crate) struct ExecResultBody {
    /// Its exit code; null if it is not known.
    #[schema(example = 0)]
    exit_code: Option<i64>,
    /// Whether it was still running when the time was over. The engine cannot end it, so it may run on.
    timed_out: bool,
    /// Whether its container stopped before it ended.
    container_stopped: bool,
    /// Its output.
    stdout: OutputBody,
    /// Its error output.
    stderr: OutputBody,
}

/// What a command wrote, as text or in Base64.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExecOutput)]
pub(crate) struct OutputBody {
    /// The output; null if it is not text in UTF-8.
    #[schema(example = "0f3c5a9e7d10\n")]
    text: Option<String>,
    /// The output in Base64, if it is not text.
    base64: Option<String>,
    /// Whether it was longer than 1 MiB, and only the beginning is here.
    cut: bool,
}

answers!(
    Answers,
    Write,
    [
        ContainerNotFound,
        ContainerNotRunning,
        InvalidExec,
        ProgramNotFound,
        CommandNotStarted,
        TerminalsOff,
        TooManyTerminals,
        WorkerAway,
        EngineUnavailable,
    ]
);

/// Run a command in a container of a stack, without a terminal.
///
/// The answer comes when the command has ended or the time is over. Starts and ends are in the audit with the program, but
/// without its arguments, input and output.
#[utoipa::path(
    tag = "containers",
    params(("id" = String, Path, description = "The id or the name of the container.", example = "shop-web-1")),
    request_body(content = ExecBody, content_type = "application/json"),
    responses((status = 200, description = "What became of it.", body = ExecResultBody), Answers)
)]
#[post("/containers/{id}/exec")]
pub(crate) async fn exec_in_container(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<String>,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let body: ExecBody = body.json()?;
    let seconds = body.timeout_seconds.unwrap_or(USUAL);
    if !(1..=MOST).contains(&seconds) {
        return Err(Problem::new(ErrorCode::InvalidExec, said::exec_timeout_out_of_range(MOST)));
    }
    let request = ExecRequest {
        command: body.command,
        user: body.user,
        workdir: body.workdir,
        environment: body.environment,
        terminal: None,
    };
    let exec =
        ExecInContainer { request, stdin: body.stdin.into_bytes(), timeout: Duration::from_secs(seconds) };
    let result = api.server.exec_in_container(&caller.0, &ContainerId(id.into_inner()), exec).await?;
    Ok(HttpResponse::Ok().json(ExecResultBody::from(result)))
}

impl From<ExecResult> for ExecResultBody {
    fn from(result: ExecResult) -> Self {
        let ExecResult { end, stdout, stderr } = result;
        Self {
            exit_code: match end {
                Some(ExecEnd::Exited { code }) => Some(code),
                _ => None,
            },
            timed_out: end.is_none(),
            container_stopped: end == Some(ExecEnd::ContainerStopped),
            stdout: stdout.into(),
            stderr: stderr.into(),
        }
    }
}

impl From<Output> for OutputBody {
    fn from(Output { bytes, cut }: Output) -> Self {
        match text(bytes, cut) {
            Ok(text) => Self { text: Some(text), base64: None, cut },
            Err(bytes) => Self { text: None, base64: Some(STANDARD.encode(bytes)), cut },
        }
    }
}

/// The text of `bytes`. Where they were cut, a character may be incomplete.
fn text(bytes: Vec<u8>, cut: bool) -> Result<String, Vec<u8>> {
    String::from_utf8(bytes).or_else(|error| {
        let valid = error.utf8_error().valid_up_to();
        let is_half = cut && error.utf8_error().error_len().is_none();
        let mut bytes = error.into_bytes();
        if !is_half {
            return Err(bytes);
        }
        bytes.truncate(valid);
        String::from_utf8(bytes).map_err(FromUtf8Error::into_bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_text_if_it_can_be() {
        let check = |bytes: &[u8], cut, expected: Option<&str>| {
            let body = OutputBody::from(Output { bytes: bytes.to_vec(), cut });
            assert_eq!(body.text.as_deref(), expected, "{bytes:?}");
            assert_eq!(body.base64.is_some(), expected.is_none());
        };
        check("é\n".as_bytes(), false, Some("é\n"));
        check(b"", false, Some(""));
        check(b"a\xc3", true, Some("a"));
        check(b"a\xc3", false, None);
        check(b"\xff\x00", true, None);
    }
}
