//! Building an image with the engine's own builder (`POST /build`, version 1), which every engine since 20.10 has and
//! which needs nothing but a request: what only `BuildKit` does was refused when the definition was saved.

use std::sync::Arc;

use bollard::errors::Error;
use bytes::{Buf, BytesMut};
use core_monitor_domain::ids::ImageId;
use core_monitor_domain::ports::{EngineError, NewImage, Progress, ProgressSink};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::Deserialize;

use crate::classify::{self, Operation};
use crate::pull;
use crate::session::Session;
use crate::sources::Sources;

mod context;
mod output;
mod request;

use output::Output;

/// Longest message that is read; a longer one is not the engine talking.
const LONGEST: usize = 1 << 20;

/// One line of the answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message {
    stream: Option<String>,
    status: Option<String>,
    id: Option<String>,
    #[serde(rename = "progressDetail")]
    progress: Option<Amount>,
    aux: Option<Aux>,
    error: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Amount {
    current: Option<i64>,
    total: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Aux {
    #[serde(rename = "ID")]
    id: Option<String>,
}

/// Builds `new` and returns its id. Dropping the future closes the connection, which ends the build; the engine gives the
/// image its name last, so a build that ends early has none.
pub(crate) async fn build(
    session: &Session,
    sources: &Sources,
    new: &NewImage,
    progress: &dyn ProgressSink,
) -> Result<ImageId, EngineError> {
    let Some(source) = &sources.files else {
        let message = "there are no files to build from".to_owned();
        return Err(EngineError::Refused { status: 0, message });
    };
    let credentials = sources.all_credentials().await?;
    let body = context::stream(Arc::clone(source), new).await?;
    let answer = session.upload(&request::path(new), request::headers(&credentials), body).await;
    let mut output = Output::new(new);
    let answer = answer.map_err(|error| output.failure(error))?;
    let built = follow(answer.into_body(), &mut output, progress).await?;
    // The engine's "done" is not believed here either.
    match pull::find(session, &new.image).await? {
        Some(id) if built.is_none_or(|built| built == id.as_str()) => Ok(id),
        _ => Err(EngineError::Conflict {
            message: format!("the engine says it built `{}`, but does not have it", new.image),
        }),
    }
}

/// Reads the answer to its end, and gives the id that the engine names.
async fn follow(
    mut body: Incoming,
    output: &mut Output<'_>,
    progress: &dyn ProgressSink,
) -> Result<Option<String>, EngineError> {
    let (mut buffer, mut built) = (BytesMut::new(), None);
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|error| EngineError::Unavailable { reason: classify::root_cause(&error) })?;
        buffer.extend(frame.into_data().unwrap_or_default());
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line = buffer.split_to(end);
            buffer.advance(1);
            if let Ok(message) = serde_json::from_slice::<Message>(&line) {
                built = take(message, output, progress)?.or(built);
            }
        }
        if buffer.len() > LONGEST {
            let message = "the engine's answer has a line without an end".to_owned();
            return Err(EngineError::Refused { status: 200, message });
        }
    }
    Ok(built)
}

fn take(
    message: Message,
    output: &mut Output<'_>,
    progress: &dyn ProgressSink,
) -> Result<Option<String>, EngineError> {
    if let Some(error) = message.error {
        return Err(output.refusal(200, &error));
    }
    if let Some(text) = message.stream {
        output.write(&text, progress);
    }
    if let Some(status) = message.status {
        let bytes = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
        let amount = message.progress.unwrap_or_default();
        let part = message.id.unwrap_or_default();
        let (current, total) = (bytes(amount.current), bytes(amount.total));
        progress.report(Progress { status, part, current, total });
    }
    Ok(message.aux.and_then(|aux| aux.id))
}

impl Output<'_> {
    fn failure(&mut self, error: Error) -> EngineError {
        match error {
            Error::DockerResponseServerError { status_code, message } => self.refusal(status_code, &message),
            other => classify::failure(Operation::Read, other),
        }
    }

    fn refusal(&mut self, status: u16, message: &str) -> EngineError {
        classify::build(status, self.redacted(message), self.base_image(), self.take_lines())
    }
}
