//! Builds an image with one of the engine's builders (`POST /build`): `BuildKit`, as docker compose does, or the classic
//! builder for the few features that only it supports.

use bollard::errors::Error;
use bytes::{Buf, BytesMut};
use core_monitor_domain::desired::BuildSpec;
use core_monitor_domain::effect::NewImage;
use core_monitor_domain::ids::ImageId;
use core_monitor_domain::observation::ApiVersion;
use core_monitor_domain::ports::{EngineError, Progress, ProgressSink};
use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::Value;

use crate::classify::{self, Operation};
use crate::pull;
use crate::session::Session;
use crate::sources::Sources;

mod answers;
mod archive;
mod context;
mod output;
mod request;
mod secrets;
mod sync;
mod trace;

use answers::Answers;
use context::Version;
use output::Output;
use trace::Trace;

/// Longest accepted message; the engine sends none that long.
const MAX_MESSAGE: usize = 1 << 20;

/// The id of messages that wrap `BuildKit`'s own.
const TRACE: &str = "moby.buildkit.trace";

/// The first version whose `BuildKit` applies limits and the size of `/dev/shm`: Engine 23.0.
const APPLIES_LIMITS: ApiVersion = ApiVersion { major: 1, minor: 42 };

/// One line of the response.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message {
    stream: Option<String>,
    status: Option<String>,
    id: Option<String>,
    #[serde(rename = "progressDetail")]
    progress: Option<Amount>,
    aux: Option<Value>,
    error: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Amount {
    current: Option<i64>,
    total: Option<i64>,
}

/// Builds `new` and returns its id. Dropping the future closes the connections, which aborts the build; the engine tags
/// the image last, so an aborted build leaves no tag.
pub(crate) async fn build(
    session: &Session,
    sources: &Sources,
    new: &NewImage,
    progress: &dyn ProgressSink,
) -> Result<ImageId, EngineError> {
    let Some(source) = &sources.files else {
        let message = "no source of build files is configured".to_owned();
        return Err(EngineError::Refused { status: 0, message });
    };
    let credentials = sources.all_credentials().await?;
    let secrets = secrets::read(source.as_ref(), new).await?;
    let version = Version::new(source, new);
    let mut output = Output::new(new, &secrets);
    let classic = needs_classic_builder(&new.spec, session.api());
    if classic && !secrets.is_empty() {
        let message =
            "a build with `secrets` cannot use a named `network` or `isolation`, and needs Engine 23.0 for \
                       `shm_size` or `ulimits`"
                .to_owned();
        return Err(EngineError::Refused { status: 0, message });
    }
    let built = if classic {
        let folder = context::with_instructions(&version.files().await?, &new.spec)?;
        let headers = request::classic_headers(&credentials);
        let answer = session.upload(&request::classic(new), headers, archive::stream(version, folder)).await;
        follow(answer, &mut output, progress).await?
    } else {
        let answers = Answers::new(version, &new.spec, credentials, &secrets).await?;
        let conversation = answers.offer(session, &new.spec.hash).await.map_err(classify::read)?;
        let path = request::buildkit(new, &conversation.id);
        let building = async { follow(session.send(Method::POST, &path).await, &mut output, progress).await };
        tokio::select! {
            built = building => built?,
            never = conversation.hold() => match never {},
        }
    };
    // The engine's success report is verified here too.
    match pull::find(session, &new.image).await? {
        Some(id) if built.is_none_or(|built| built == id.as_str()) => Ok(id),
        _ => Err(EngineError::Conflict {
            message: format!(
                "the engine reported that it built `{}`, but the image does not exist",
                new.image
            ),
        }),
    }
}

/// `BuildKit` does not support the host's networks, and before Engine 23.0 it ignored limits silently.
fn needs_classic_builder(spec: &BuildSpec, api: ApiVersion) -> bool {
    let limits = spec.shm_size.is_some() || !spec.ulimits.is_empty();
    spec.named_network().is_some() || spec.isolation.is_some() || (limits && api < APPLIES_LIMITS)
}

/// Reads the response to its end and returns the image id that the engine reports.
async fn follow(
    answer: Result<hyper::Response<Incoming>, Error>,
    output: &mut Output<'_>,
    progress: &dyn ProgressSink,
) -> Result<Option<String>, EngineError> {
    let mut body = answer.map_err(|error| output.failure(error))?.into_body();
    let (mut buffer, mut built, mut trace) = (BytesMut::new(), None, Trace::default());
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|error| EngineError::Unavailable { reason: classify::root_cause(&error) })?;
        buffer.extend(frame.into_data().unwrap_or_default());
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line = buffer.split_to(end);
            buffer.advance(1);
            if let Ok(message) = serde_json::from_slice::<Message>(&line) {
                built = take(message, &mut trace, output, progress)?.or(built);
            }
        }
        if buffer.len() > MAX_MESSAGE {
            let message = "the engine sent a line that is too long".to_owned();
            return Err(EngineError::Refused { status: 200, message });
        }
    }
    Ok(built)
}

/// Handles a message; returns the image id if the message contains it.
fn take(
    message: Message,
    trace: &mut Trace,
    output: &mut Output<'_>,
    progress: &dyn ProgressSink,
) -> Result<Option<String>, EngineError> {
    if let Some(error) = message.error {
        return Err(output.refusal(200, &error));
    }
    if let Some(text) = message.stream {
        output.write("", &text, progress);
    }
    if let Some(Value::String(account)) = &message.aux
        && message.id.as_deref() == Some(TRACE)
    {
        trace.take(account, output, progress);
    }
    if let Some(status) = message.status {
        let bytes = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
        let amount = message.progress.unwrap_or_default();
        let part = message.id.unwrap_or_default();
        let (current, total) = (bytes(amount.current), bytes(amount.total));
        progress.report(Progress { status, part, current, total });
    }
    let id = message.aux.as_ref().and_then(|aux| aux.get("ID")).and_then(Value::as_str);
    Ok(id.map(ToOwned::to_owned))
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
