//! Commands in containers: starts them, and lists processes.
//!
//! Not by bollard: it writes bodies to the debug log, where arguments and variables must not be, and guesses from the bytes
//! whether output is multiplexed.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{Clock, EngineError, ExecSession, within};
use core_monitor_domain::terminal::{ExecRequest, ProcessList, TerminalSize};
use hyper::{HeaderMap, Method};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Value, json};

mod input;
mod output;
mod unstarted;

pub(crate) use unstarted::Beginning;

use crate::classify::{self, Operation};
use crate::path;
use crate::session::Session;

use input::DockerInput;
use output::DockerExecOutput;

/// How often the size of a new terminal is set until its process exists, and the pause in between. The engine answers before it
/// has started the process.
const RESIZES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(25);
/// How long each time may take. An engine waits ten seconds for the process, also if it has given up starting it since it does not
/// know the user.
const RESIZE: Duration = Duration::from_millis(200);

/// A command that was created on the engine.
#[derive(Debug, Clone)]
struct Execution {
    session: Arc<Session>,
    /// Escaped for a path.
    id: String,
    container: ContainerId,
}

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "Id")]
    id: String,
}

/// The state of a command.
#[derive(Debug, Deserialize)]
struct State {
    #[serde(rename = "Running", default)]
    running: bool,
    #[serde(rename = "ExitCode", default)]
    exit_code: Option<i64>,
}

#[derive(Deserialize)]
struct Top {
    #[serde(rename = "Titles")]
    titles: Vec<String>,
    /// `null` instead of an empty list.
    #[serde(rename = "Processes", default)]
    processes: Option<Vec<Vec<String>>>,
}

/// Starts a command. Returns once it runs, or has ended.
pub(crate) async fn exec(
    session: Arc<Session>,
    clock: Arc<dyn Clock>,
    container: &ContainerId,
    request: &ExecRequest,
) -> Result<ExecSession<EngineError>, EngineError> {
    let failed = |error| classify::failure(Operation::Hook, error);
    let path = format!("/containers/{}/exec", path::segment(container.as_str()));
    let created: Created =
        session.json(Method::POST, &path, Some(&creation(request))).await.map_err(failed)?;
    let execution = Execution {
        session: Arc::clone(&session),
        id: path::segment(&created.id),
        container: container.clone(),
    };
    let start = json!({ "Detach": false, "Tty": request.terminal.is_some() });
    let path = format!("/exec/{}/start", execution.id);
    let connection = session.upgrade(&path, "tcp", HeaderMap::new(), Some(&start)).await.map_err(failed)?;
    let (reader, writer) = tokio::io::split(TokioIo::new(connection));
    let is_terminal = request.terminal.is_some();
    let input = DockerInput::new(execution.clone(), writer, is_terminal, Arc::clone(&clock));
    if let Some(size) = request.terminal {
        execution.first_size(size, &*clock).await?;
    }
    let output = DockerExecOutput::new(execution, reader, is_terminal, clock);
    Ok(ExecSession { input: Box::new(input), output: Box::new(output) })
}

fn creation(request: &ExecRequest) -> Value {
    let variables: Vec<_> =
        request.environment.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut body = json!({
        "AttachStdin": true,
        "AttachStdout": true,
        "AttachStderr": true,
        "Tty": request.terminal.is_some(),
        "Cmd": request.command,
        "Env": variables,
    });
    if let Some(user) = &request.user {
        body["User"] = json!(user);
    }
    if let Some(workdir) = &request.workdir {
        body["WorkingDir"] = json!(workdir);
    }
    if let Some(size) = request.terminal {
        // Read from API 1.42 on.
        body["ConsoleSize"] = json!([size.rows, size.columns]);
    }
    body
}

/// The processes of a container.
pub(crate) async fn processes(
    session: &Session,
    container: &ContainerId,
) -> Result<ProcessList, EngineError> {
    let path = format!("/containers/{}/top", path::segment(container.as_str()));
    let top: Top = session
        .json(Method::GET, &path, None)
        .await
        .map_err(|error| not_running(classify::failure(Operation::Hook, error)))?;
    Ok(ProcessList::new(top.titles, top.processes.unwrap_or_default()))
}

/// Older engines answer 500 for a container that is not running.
fn not_running(error: EngineError) -> EngineError {
    match error {
        EngineError::Refused { message, .. } | EngineError::Unexplained { message, .. }
            if message.contains("is not running") =>
        {
            EngineError::Conflict { message }
        }
        other => other,
    }
}

impl Execution {
    async fn state(&self) -> Result<State, EngineError> {
        let path = format!("/exec/{}/json", self.id);
        self.session.json(Method::GET, &path, None).await.map_err(classify::read)
    }

    async fn resize(&self, size: TerminalSize) -> Result<(), EngineError> {
        let path = format!("/exec/{}/resize?h={}&w={}", self.id, size.rows, size.columns);
        self.session.send(Method::POST, &path).await.map(|_| ()).map_err(classify::read)
    }

    /// Sets the size as soon as the process exists, unless it has ended.
    async fn first_size(&self, size: TerminalSize, clock: &dyn Clock) -> Result<(), EngineError> {
        for _ in 0..RESIZES {
            let resized = within(clock, RESIZE, self.resize(size)).await;
            if matches!(resized, Some(Ok(()))) || self.state().await?.has_ended() {
                break;
            }
            clock.sleep(PAUSE).await;
        }
        // Without it, the terminal works all the same.
        Ok(())
    }
}

impl State {
    fn has_ended(&self) -> bool {
        !self.running && self.exit_code.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_for_is_sent() {
        let mut request = ExecRequest {
            command: vec!["ls".into(), "-l".into()],
            user: None,
            workdir: None,
            environment: [("A".to_owned(), "b=c".to_owned())].into(),
            terminal: None,
        };
        let body = creation(&request);
        assert_eq!(body["Cmd"], json!(["ls", "-l"]));
        assert_eq!(body["Env"], json!(["A=b=c"]));
        assert_eq!(body["Tty"], json!(false));
        assert_eq!((body.get("User"), body.get("WorkingDir"), body.get("Privileged")), (None, None, None));
        request.user = Some("1:1".into());
        request.terminal = Some(TerminalSize { columns: 132, rows: 43 });
        let body = creation(&request);
        assert_eq!((&body["User"], &body["ConsoleSize"]), (&json!("1:1"), &json!([43, 132])));
    }

    #[test]
    fn a_container_that_does_not_run_is_a_conflict_on_every_engine() {
        let message = "Container 1 is not running".to_owned();
        for error in [
            EngineError::Unexplained { status: 500, message: message.clone() },
            EngineError::Refused { status: 400, message: message.clone() },
        ] {
            assert!(matches!(not_running(error), EngineError::Conflict { .. }));
        }
        let other = EngineError::Refused { status: 400, message: "ps failed".into() };
        assert!(matches!(not_running(other), EngineError::Refused { .. }));
    }
}
