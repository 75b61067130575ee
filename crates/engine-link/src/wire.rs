//! What goes over the socket.

use std::io;

use core_monitor_domain::running_project::{ProjectSummary, RunningProject};
use core_monitor_domain::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Longest question, in bytes.
pub(crate) const LONGEST_QUESTION: u64 = 64 << 10;
/// Longest answer, in bytes: a host with thousands of containers.
pub(crate) const LONGEST_ANSWER: u64 = 64 << 20;

/// A question with what belongs to it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    /// Comes back with the answer.
    pub(crate) id: u64,
    /// How long the asker waits, in milliseconds.
    pub(crate) deadline_ms: u64,
    #[serde(flatten)]
    pub(crate) question: Question,
}

/// Everything that can be asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Question {
    ListProjects,
    FindProject { name: String },
    Refresh,
}

/// An answer to the question with this id.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {
    pub(crate) id: u64,
    pub(crate) answer: Answer,
}

/// One kind of answer per question, and one for all that went wrong.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    Projects(Vec<ProjectSummary>),
    Project(Option<Box<RunningProject>>),
    Refreshed(Timestamp),
    Refused(String),
}

/// Reads one line; `None` at the end of the stream.
pub(crate) async fn receive<T: DeserializeOwned>(
    stream: &mut (impl AsyncBufRead + Unpin),
    longest: u64,
) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    let read = stream.take(longest).read_until(b'\n', &mut line).await?;
    if read == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        let problem = if read as u64 == longest { "the line is too long" } else { "the line has no end" };
        return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
    }
    // What is in the line may be secret: the error says where it is wrong, not what stands there.
    serde_json::from_slice(&line).map(Some).map_err(|error| {
        let place = format!("the line is not understood at column {}", error.column());
        io::Error::new(io::ErrorKind::InvalidData, place)
    })
}

/// Writes one line.
pub(crate) async fn send<T: Serialize>(stream: &mut (impl AsyncWrite + Unpin), value: &T) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    stream.flush().await
}
