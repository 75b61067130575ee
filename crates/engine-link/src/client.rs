//! The server's end.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ports::{EngineLink, LinkError};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};
use core_monitor_domain::time::Timestamp;
use tokio::io::BufReader;
use tokio::net::UnixStream;

use crate::wire::{Answer, LONGEST_ANSWER, Question, Request, Response, receive, send};

/// How long an answer may take. A look at a busy engine takes seconds.
const DEADLINE: Duration = Duration::from_secs(30);

/// Asks the worker that listens at a socket. Holds no connection: a worker that was started again is found at once.
#[derive(Debug)]
pub struct EngineLinkClient {
    socket: PathBuf,
    last_id: AtomicU64,
}

impl EngineLinkClient {
    /// For the socket of a worker, whether it listens now or later.
    pub fn new(socket: PathBuf) -> Self {
        Self { socket, last_id: AtomicU64::new(0) }
    }

    async fn ask(&self, question: Question) -> Result<Answer, LinkError> {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let deadline_ms = u64::try_from(DEADLINE.as_millis()).unwrap_or(u64::MAX);
        let request = Request { id, deadline_ms, question };
        let answered = match tokio::time::timeout(DEADLINE, exchange(&self.socket, &request)).await {
            Ok(answered) => answered,
            Err(_) => Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("no answer within {} s", DEADLINE.as_secs()),
            )),
        };
        match answered {
            Ok(Response { id: answered, .. }) if answered != id => Err(nonsense()),
            Ok(Response { answer: Answer::Refused(message), .. }) => Err(LinkError::Refused { message }),
            Ok(Response { answer, .. }) => Ok(answer),
            Err(error) => Err(away(&error)),
        }
    }
}

async fn exchange(socket: &PathBuf, request: &Request) -> io::Result<Response> {
    let mut stream = BufReader::new(UnixStream::connect(socket).await?);
    send(&mut stream, request).await?;
    let answer = receive(&mut stream, LONGEST_ANSWER).await?;
    answer.ok_or_else(|| {
        io::Error::new(io::ErrorKind::UnexpectedEof, "it ended the connection without an answer")
    })
}

fn away(error: &io::Error) -> LinkError {
    let reason = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
            "it does not run, or has another data folder".to_owned()
        }
        _ => error.to_string(),
    };
    LinkError::WorkerAway { reason }
}

fn nonsense() -> LinkError {
    LinkError::Refused {
        message: "its answer is to another question; are both programs of the same release?".to_owned(),
    }
}

#[async_trait]
impl EngineLink for EngineLinkClient {
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError> {
        match self.ask(Question::ListProjects).await? {
            Answer::Projects(projects) => Ok(projects),
            _ => Err(nonsense()),
        }
    }

    async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError> {
        match self.ask(Question::FindProject { name: name.to_owned() }).await? {
            Answer::Project(project) => Ok(project.map(|project| *project)),
            _ => Err(nonsense()),
        }
    }

    async fn refresh(&self) -> Result<Timestamp, LinkError> {
        match self.ask(Question::Refresh).await? {
            Answer::Refreshed(at) => Ok(at),
            _ => Err(nonsense()),
        }
    }
}
