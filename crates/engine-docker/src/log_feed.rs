//! Reads the log of a container.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{LogEntry, LogRequest, LogTail, LogTime};
use core_monitor_domain::ports::{Clock, ContainerOutput, EngineError, Feed};
use futures::FutureExt as _;
use http_body_util::BodyExt as _;
use hyper::Method;
use hyper::body::Body;

use crate::follow::Form;
use crate::log_entries::{Entries, broken};
use crate::session::Session;
use crate::{classify, observe, path};

/// Bytes after which a batch is handed on, even if more has arrived.
const BATCH: usize = 32 << 10;
/// How long entries of a busy log are collected. The engine sends every entry by itself: passing each on by itself would cost
/// more than reading it, and a person sees no difference. An entry after a pause of this length is passed on at once.
const COLLECT: Duration = Duration::from_millis(5);
/// What an entry costs besides its bytes.
const ENTRY_COST: usize = 48;

/// Starts reading. Returns once the engine has responded.
pub(crate) async fn read(
    session: &Session,
    clock: &Arc<dyn Clock>,
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
            Ok(ContainerOutput::Readable(Box::new(DockerLog::new(
                response.into_body(),
                form,
                Arc::clone(clock),
            ))))
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
struct DockerLog<B> {
    body: B,
    entries: Entries,
    /// How the body has ended.
    end: Option<Result<(), EngineError>>,
    /// What is collected. A cancelled wait leaves it here.
    batch: Vec<LogEntry>,
    /// Bytes of it, with what its entries cost.
    size: usize,
    /// Elapsed time until which the log counts as busy.
    busy_until: Duration,
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl<B> Feed<Vec<LogEntry>, EngineError> for DockerLog<B>
where
    B: Body<Data = Bytes, Error: std::error::Error + 'static> + Send + Unpin,
{
    async fn next(&mut self) -> Result<Option<Vec<LogEntry>>, EngineError> {
        let clock = Arc::clone(&self.clock);
        let mut collecting = None;
        loop {
            let is_full = self.take();
            if is_full || (self.end.is_some() && !self.batch.is_empty()) {
                return Ok(Some(self.hand_on()));
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
            let frame = if self.batch.is_empty() {
                self.body.frame().await
            } else if let Some(frame) = self.body.frame().now_or_never() {
                frame
            } else {
                if collecting.is_none() && clock.elapsed() >= self.busy_until {
                    return Ok(Some(self.hand_on()));
                }
                let over = collecting.get_or_insert_with(|| clock.sleep(COLLECT));
                tokio::select! {
                    biased;
                    frame = self.body.frame() => frame,
                    () = over => return Ok(Some(self.hand_on())),
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

impl<B> DockerLog<B> {
    fn new(body: B, form: Form, clock: Arc<dyn Clock>) -> Self {
        let (entries, batch) = (Entries::new(form), Vec::new());
        Self { body, entries, end: None, batch, size: 0, busy_until: Duration::ZERO, clock }
    }

    fn hand_on(&mut self) -> Vec<LogEntry> {
        self.busy_until = self.clock.elapsed() + COLLECT;
        self.size = 0;
        std::mem::take(&mut self.batch)
    }

    /// Takes the entries that have arrived; `true` if the batch is full.
    fn take(&mut self) -> bool {
        loop {
            match self.entries.next() {
                Ok(Some(entry)) => {
                    self.size += entry.bytes.len() + ENTRY_COST;
                    self.batch.push(entry);
                    if self.size >= BATCH {
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
    use std::io;

    use core_monitor_domain::time::Timestamp;
    use futures::channel::mpsc;
    use http_body_util::StreamBody;
    use hyper::body::Frame;
    use tokio::time::{Instant, sleep};

    use super::*;

    /// The clock of a runtime whose time is paused.
    struct Paused(Instant);

    #[async_trait]
    impl Clock for Paused {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(0).unwrap()
        }

        fn elapsed(&self) -> Duration {
            self.0.elapsed()
        }

        async fn sleep(&self, duration: Duration) {
            sleep(duration).await;
        }
    }

    /// An engine that sends entries as they are written, each by itself, at these intervals.
    fn written(entries: usize, every: Duration) -> mpsc::UnboundedReceiver<Result<Frame<Bytes>, io::Error>> {
        let (sender, receiver) = mpsc::unbounded();
        tokio::spawn(async move {
            for number in 0..entries {
                sleep(every).await;
                let text = format!("2026-01-26T10:00:00.{number:09}Z line {number}\n");
                let head = [1, 0, 0, 0, 0, 0, 0, u8::try_from(text.len()).unwrap()];
                let frame = Frame::data(Bytes::from([&head[..], text.as_bytes()].concat()));
                sender.unbounded_send(Ok(frame)).unwrap();
            }
        });
        receiver
    }

    /// How many entries each batch has.
    async fn batches(entries: usize, every: Duration) -> Vec<usize> {
        let body = StreamBody::new(written(entries, every));
        let clock = Arc::new(Paused(Instant::now()));
        let mut log = DockerLog::new(body, Form::Multiplexed, clock);
        let mut batches = Vec::new();
        while let Some(batch) = log.next().await.unwrap() {
            batches.push(batch.len());
        }
        assert_eq!(batches.iter().sum::<usize>(), entries);
        batches
    }

    #[tokio::test(start_paused = true)]
    async fn the_entries_of_a_busy_log_are_passed_on_together() {
        let busy = batches(100, Duration::from_millis(1)).await;
        assert!(busy[0] == 1 && busy.len() < 50, "{busy:?}");
        assert_eq!(batches(10, Duration::from_millis(20)).await, [1; 10], "each at once");
    }

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
