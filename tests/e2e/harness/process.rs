//! A server or a worker.

use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::log::Log;
use super::program::{built, command};

/// A running program of this workspace. Killed when it is dropped.
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    log: Arc<Log>,
}

impl Process {
    /// Starts it with nothing in its environment but `settings`.
    pub(crate) fn start<'a>(
        name: &'static str,
        data: &Path,
        settings: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut child = command(built(name))
            .env_clear()
            .env("CORE_MONITOR_DATA_DIR", data)
            .envs(settings)
            .current_dir(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Log::default());
        log.collect(child.stdout.take().unwrap());
        log.collect(child.stderr.take().unwrap());
        Self { name, child, log }
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub(crate) fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// The first line for which `wanted` has an answer, now or later.
    pub(crate) fn said<T>(&self, what: &str, limit: Duration, wanted: impl Fn(&str) -> Option<T>) -> T {
        self.log
            .find(limit, wanted)
            .unwrap_or_else(|| panic!("{} never said {what}, within {limit:?}", self.name))
    }

    /// Sends SIGKILL and waits for the process to end.
    pub(crate) fn kill(&mut self) {
        // Fails only for a process that has ended and was waited for already.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and how the process ended.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        kill_process(self.pid(), Signal::TERM).unwrap();
        self.ended()
    }

    /// Waits until the process ends by itself or is killed, and returns how.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let limit = Duration::from_secs(30);
        assert!(self.log.has_ended_within(limit), "{} still runs after {limit:?}", self.name);
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
