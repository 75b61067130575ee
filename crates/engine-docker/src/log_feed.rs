//! Reads the log of a container.

use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{LogEntry, LogRequest, LogTail, LogTime};
use core_monitor_domain::ports::{ContainerOutput, EngineError, Feed};
use futures::FutureExt as _;
use http_body_util::BodyExt as _;
use hyper::Method;
use hyper::body::Incoming;
use tokio::time::{Instant, sleep_until};

use crate::follow::Form;
use crate::log_entries::{Entries, broken};
use crate::session::Session;
use crate::{classify, observe, path};

/// Bytes after which a batch is handed on, even if more has arrived.
const BATCH: usize = 32 << 10;
/// How long entries are collected after a batch that was not full. The engine sends every entry by itself: passing on a
/// busy log entry by entry would cost more than reading it, and a person sees no difference. The first entry after a pause
/// of this length is passed on at once.
const COLLECT: Duration = Duration::from_millis(5);
/// What an entry costs besides its bytes.
const ENTRY_COST: usize = 48;

/// Starts reading. Returns once the engine has responded.
pub(crate) async fn read(
    session: &Session,
    id: &ContainerId,
    request: &LogRequest,
) -> Result<ContainerOutput<EngineError>, EngineError> {
    let Some(container) = observe::inspect(session, id).await? else {
        return Err(EngineError::NotFound { message: format!("no such container: {id}") });
    };
    let path = format!("/containers/{}/logs?{}", path::segment(id.as_str()), query(request));
    match session.send(Method::GET, &path).await {
        Ok(response) => {
            let form = if container.has_tty() { Form::Plain } else { Form::Multiplexed };
            Ok(ContainerOutput::Readable(Box::new(DockerLog {
                body: response.into_body(),
                entries: Entries::new(form),
                end: None,
                collect_until: Instant::now(),
            })))
        }
        Err(error) if is_unreadable(&error) => {
            Ok(ContainerOutput::Unreadable { driver: container.log_driver().to_owned() })
        }
        Err(error) => Err(classify::read(error)),
    }
}

/// Whether the engine cannot read what the log driver keeps: `logger.ErrReadLogsNotSupported` in moby. Drivers that send
/// output elsewhere can be read since 20.10, which keeps a copy, unless that is switched off.
fn is_unreadable(error: &bollard::errors::Error) -> bool {
    matches!(
        error,
        bollard::errors::Error::DockerResponseServerError { status_code: 501, message }
            if message.contains("does not support reading")
    )
}

fn query(request: &LogRequest) -> String {
    let flag = |name: &str, is_set: bool| format!("{name}={}", u8::from(is_set));
    let mut parts = vec![
        "timestamps=1".to_owned(),
        flag("follow", request.follow),
        flag("stdout", request.stdout),
        flag("stderr", request.stderr),
    ];
    parts.push(match request.tail {
        LogTail::All => "tail=all".to_owned(),
        LogTail::Last(lines) => format!("tail={lines}"),
    });
    let moment = |at: LogTime| {
        let (seconds, nanos) = at.parts();
        format!("{seconds}.{nanos:09}")
    };
    parts.extend(request.since.map(|at| format!("since={}", moment(at))));
    parts.extend(request.until.map(|at| format!("until={}", moment(at))));
    parts.join("&")
}

/// The log of one container. What nobody has asked for stays in the engine.
#[derive(Debug)]
struct DockerLog {
    body: Incoming,
    entries: Entries,
    /// How the body has ended.
    end: Option<Result<(), EngineError>>,
    /// Nothing is taken before.
    collect_until: Instant,
}

#[async_trait]
impl Feed<Vec<LogEntry>, EngineError> for DockerLog {
    async fn next(&mut self) -> Result<Option<Vec<LogEntry>>, EngineError> {
        sleep_until(self.collect_until).await;
        let (mut batch, mut size) = (Vec::new(), 0);
        loop {
            let complete = self.take(&mut batch, &mut size);
            if complete || (self.end.is_some() && !batch.is_empty()) {
                return Ok(Some(batch));
            }
            match self.end.take() {
                Some(Ok(())) => {
                    let last = self.entries.end()?;
                    self.end = Some(Ok(()));
                    return Ok(last.map(|entry| vec![entry]));
                }
                Some(Err(error)) => return Err(error),
                None => (),
            }
            // The engine sends each entry by itself: what has arrived is taken at once.
            let frame = if batch.is_empty() {
                self.body.frame().await
            } else {
                match self.body.frame().now_or_never() {
                    Some(frame) => frame,
                    None => {
                        self.collect_until = Instant::now() + COLLECT;
                        return Ok(Some(batch));
                    }
                }
            };
            match frame {
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        self.entries.add(data);
                    }
                }
                Some(Err(error)) => self.end = Some(Err(broken(&classify::root_cause(&error)))),
                None => self.end = Some(Ok(())),
            }
        }
    }
}

impl DockerLog {
    /// Takes the entries that have arrived; `true` if a batch is complete.
    fn take(&mut self, batch: &mut Vec<LogEntry>, size: &mut usize) -> bool {
        loop {
            match self.entries.next() {
                Ok(Some(entry)) => {
                    *size += entry.bytes.len() + ENTRY_COST;
                    batch.push(entry);
                    if *size >= BATCH {
                        return true;
                    }
                }
                Ok(None) => return false,
                Err(error) => {
                    self.end = Some(Err(error));
                    return false;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_is_asked_for_exactly_what_is_wanted() {
        assert_eq!(query(&LogRequest::ALL), "timestamps=1&follow=0&stdout=1&stderr=1&tail=all");
        let request = LogRequest {
            tail: LogTail::Last(5),
            since: Some(LogTime(1_500_000_000)),
            until: Some(LogTime(2_000_000_001)),
            stderr: false,
            ..LogRequest::FOLLOW
        };
        let expected = "timestamps=1&follow=1&stdout=1&stderr=0&tail=5&since=1.500000000&until=2.000000001";
        assert_eq!(query(&request), expected);
    }
}
