//! Runs a lifecycle hook in a container.

use std::collections::VecDeque;

use bollard::container::LogOutput;
use bollard::exec::{StartExecOptions, StartExecResults};
use bollard::models::ExecConfig;
use core_monitor_domain::desired::Hook;
use core_monitor_domain::effect::EffectOutcome;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineError, OutputChunk, OutputStream};
use core_monitor_domain::text::ELLIPSIS;
use futures::StreamExt as _;

use crate::classify::{self, Operation};
use crate::path;
use crate::session::Session;
use crate::terminal::Beginning;

/// Number of output lines in an error.
const LINES: usize = 50;
/// Maximum length of a line in characters; the rest is cut off, which an ellipsis shows.
const MAX_LINE: usize = 4_096;

/// Runs `hook` and waits until it ends.
pub(crate) async fn run(
    session: &Session,
    container: &ContainerId,
    hook: &Hook,
) -> Result<EffectOutcome, EngineError> {
    let failed = |error| classify::failure(Operation::Hook, error);
    let made = session.docker.create_exec(&path::segment(container.as_str()), config(hook)).await;
    let id = made.map_err(failed)?.id;
    let started = session.docker.start_exec(&path::segment(&id), Some(StartExecOptions::default())).await;
    let (mut tail, mut beginning) = (Tail::default(), Beginning::default());
    if let StartExecResults::Attached { mut output, .. } = started.map_err(failed)? {
        while let Some(part) = output.next().await {
            let part = part.map_err(failed)?;
            let is_error = matches!(part, LogOutput::StdErr { .. });
            let stream = if is_error { OutputStream::Stderr } else { OutputStream::Stdout };
            let bytes = part.into_bytes();
            tail.push(&String::from_utf8_lossy(&bytes));
            // What it passes on is in `tail` already.
            beginning.sift(OutputChunk { stream, bytes: bytes.to_vec() }, &mut VecDeque::new());
        }
    }
    let ended = session.docker.inspect_exec(&path::segment(&id)).await.map_err(failed)?;
    match ended.exit_code {
        Some(0) => Ok(EffectOutcome::Done),
        Some(code) => {
            let not_started = beginning.error(code);
            Err(EngineError::CommandFailed { code, not_started, lines: tail.finish() })
        }
        // The output ended but the command did not, for example because the container was stopped.
        None => Err(EngineError::Conflict { message: "the exit code of the command is unknown".to_owned() }),
    }
}

fn config(hook: &Hook) -> ExecConfig {
    let variable = |(name, value): (&String, &Option<String>)| match value {
        Some(value) => format!("{name}={value}"),
        None => name.clone(),
    };
    ExecConfig {
        cmd: Some(hook.command.clone()),
        user: hook.user.clone(),
        privileged: Some(hook.privileged),
        working_dir: hook.working_dir.clone(),
        env: Some(hook.environment.iter().map(variable).collect()),
        attach_stdout: Some(true),
        attach_stderr: Some(true),
        ..ExecConfig::default()
    }
}

/// Keeps the last lines of the output.
#[derive(Default)]
struct Tail {
    lines: VecDeque<String>,
    /// The unfinished line.
    open: String,
    /// How many characters it has, with those that were cut off.
    length: usize,
}

impl Tail {
    fn push(&mut self, text: &str) {
        for part in text.split_inclusive('\n') {
            for char in part.trim_end_matches(['\r', '\n']).chars().filter(|c| !c.is_control()) {
                if self.length < MAX_LINE {
                    self.open.push(char);
                } else if self.length == MAX_LINE {
                    self.open.push(ELLIPSIS);
                }
                self.length += 1;
            }
            if part.ends_with('\n') {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        self.lines.push_back(std::mem::take(&mut self.open));
        self.length = 0;
        if self.lines.len() > LINES {
            self.lines.pop_front();
        }
    }

    fn finish(mut self) -> Vec<String> {
        if !self.open.is_empty() {
            self.end_line();
        }
        self.lines.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept() {
        let mut tail = Tail::default();
        tail.push("first\nsec");
        tail.push("ond\r\n");
        (0..60).for_each(|number| tail.push(&format!("{number}\n")));
        tail.push("end");
        let lines = tail.finish();
        assert_eq!((lines.len(), lines[0].as_str(), lines[49].as_str()), (50, "11", "end"));
    }

    #[test]
    fn long_lines_are_truncated() {
        let mut tail = Tail::default();
        tail.push(&"x".repeat(3_000));
        tail.push(&"y".repeat(3_000));
        tail.push("\n");
        tail.push(&"z".repeat(MAX_LINE));
        let lines = tail.finish();
        assert_eq!(lines[0], format!("{}{}…", "x".repeat(3_000), "y".repeat(MAX_LINE - 3_000)));
        assert_eq!(lines[1], "z".repeat(MAX_LINE));
    }
}
