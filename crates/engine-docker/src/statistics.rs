//! Readings of a container, from the stream of its statistics.
//!
//! The engine sends one document of two to four kilobytes in each second, and it measures a container for as long as
//! somebody has its stream open, once for all of them. Documents that nobody waits for are not even parsed.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Buf as _, BytesMut};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{Clock, EngineError, Feed};
use core_monitor_domain::statistics::Reading;
use http_body_util::BodyExt as _;
use hyper::Method;
use hyper::body::Incoming;

use crate::session::Session;
use crate::{classify, path};

mod document;

use document::Document;

/// Longest accepted document; those of a container with 64 CPUs and ten networks have 8 KiB.
const MAX_DOCUMENT: usize = 1 << 20;

/// Opens the stream.
pub(crate) async fn measure(
    session: &Session,
    clock: Arc<dyn Clock>,
    id: &ContainerId,
    every: Duration,
) -> Result<DockerReadings, EngineError> {
    let path = format!("/containers/{}/stats?stream=1", path::segment(id.as_str()));
    let response = session.send(Method::GET, &path).await.map_err(classify::read)?;
    Ok(DockerReadings { body: response.into_body(), documents: Documents::new(every), clock })
}

/// The readings of one container.
pub(crate) struct DockerReadings {
    body: Incoming,
    documents: Documents,
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl Feed<Reading, EngineError> for DockerReadings {
    async fn next(&mut self) -> Result<Option<Reading>, EngineError> {
        loop {
            match self.documents.next(self.clock.elapsed())? {
                Next::Reading(reading) => return Ok(Some(reading)),
                Next::Ended => return Ok(None),
                Next::Incomplete => {}
            }
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.documents.buffer.extend_from_slice(&data);
                    }
                }
                Some(Err(error)) => return Err(broken(&classify::root_cause(&error))),
                // The container was removed.
                None => return Ok(None),
            }
        }
    }
}

fn broken(reason: &str) -> EngineError {
    EngineError::Unavailable { reason: format!("the container's statistics were interrupted: {reason}") }
}

/// What the received bytes contain.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Reading(Reading),
    /// The container does not run, or no longer.
    Ended,
    /// More bytes are needed.
    Incomplete,
}

/// Separates the documents, each of which ends with a line break.
#[derive(Debug)]
struct Documents {
    buffer: BytesMut,
    /// Bytes of the buffer that have no line break.
    searched: usize,
    every: Duration,
    /// Elapsed time before which no document is of interest.
    due: Duration,
}

impl Documents {
    fn new(every: Duration) -> Self {
        Self { buffer: BytesMut::new(), searched: 0, every, due: Duration::ZERO }
    }

    fn next(&mut self, now: Duration) -> Result<Next, EngineError> {
        while let Some(at) = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n') {
            let line = self.buffer.split_to(self.searched + at);
            self.buffer.advance(1);
            self.searched = 0;
            if now < self.due {
                continue;
            }
            let document: Document = serde_json::from_slice(&line)
                .map_err(|_| broken("the engine sent something else than a document"))?;
            // The documents come a little less often than once a second; this keeps their delays from adding up.
            self.due = (self.due + self.every).max(now + self.every / 2);
            return Ok(document.reading().map_or(Next::Ended, Next::Reading));
        }
        self.searched = self.buffer.len();
        if self.searched > MAX_DOCUMENT {
            return Err(broken("a document is too long"));
        }
        Ok(Next::Incomplete)
    }
}

#[cfg(test)]
mod tests;
