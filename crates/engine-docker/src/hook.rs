//! Running a command in a container, beside its process.

use std::collections::VecDeque;

use bollard::exec::{StartExecOptions, StartExecResults};
use bollard::models::ExecConfig;
use core_monitor_domain::desired::Hook;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EffectOutcome, EngineError};
use futures::StreamExt as _;

use crate::classify::{self, Operation};
use crate::path;
use crate::session::Session;

/// Lines of its output that an error carries.
const LINES: usize = 50;
/// Characters of one line.
const LONGEST_LINE: usize = 4_096;

/// Runs `hook` and waits for its end.
pub(crate) async fn run(
    session: &Session,
    container: &ContainerId,
    hook: &Hook,
) -> Result<EffectOutcome, EngineError> {
    let failed = |error| classify::failure(Operation::Hook, error);
    let made = session.docker.create_exec(&path::segment(container.as_str()), config(hook)).await;
    let id = made.map_err(failed)?.id;
    let started = session.docker.start_exec(&path::segment(&id), Some(StartExecOptions::default())).await;
    let mut tail = Tail::default();
    if let StartExecResults::Attached { mut output, .. } = started.map_err(failed)? {
        while let Some(part) = output.next().await {
            tail.push(&String::from_utf8_lossy(&part.map_err(failed)?.into_bytes()));
        }
    }
    let ended = session.docker.inspect_exec(&path::segment(&id)).await.map_err(failed)?;
    match ended.exit_code {
        Some(0) => Ok(EffectOutcome::Done),
        Some(code) => Err(EngineError::CommandFailed { code, lines: tail.finish() }),
        // The output ended and the command did not: the container was stopped under it, for instance.
        None => Err(EngineError::Conflict { message: "the command's end was not seen".to_owned() }),
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

/// The last lines of an output of any length.
#[derive(Default)]
struct Tail {
    lines: VecDeque<String>,
    /// The line that has no end yet.
    open: String,
}

impl Tail {
    fn push(&mut self, text: &str) {
        for part in text.split_inclusive('\n') {
            let room = LONGEST_LINE.saturating_sub(self.open.chars().count());
            self.open
                .extend(part.trim_end_matches(['\r', '\n']).chars().filter(|c| !c.is_control()).take(room));
            if part.ends_with('\n') {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        self.lines.push_back(std::mem::take(&mut self.open));
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
    fn a_long_line_is_cut() {
        let mut tail = Tail::default();
        tail.push(&"x".repeat(3_000));
        tail.push(&"y".repeat(3_000));
        assert_eq!(tail.finish()[0].len(), LONGEST_LINE);
    }
}
