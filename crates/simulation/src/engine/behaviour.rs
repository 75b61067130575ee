//! What the process in a container does.

/// A script for one command or image. Times are in ticks since the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    /// `false`: there is no such command, the engine refuses the start.
    pub command_exists: bool,
    /// Ends by itself after so many ticks with this code; `None` runs until it is stopped.
    pub exits: Option<(u64, i64)>,
    /// What its health check finds, when it has one.
    pub health: HealthScript,
    /// What it writes at each start: whether to standard error, and the line.
    pub lines: Vec<(bool, String)>,
    /// The code with which it ends when it is asked to stop.
    pub stop_code: i64,
    /// A file that has to have been put into it: without it, the process ends at once with 1.
    pub reads: Option<String>,
}

/// What a health check finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HealthScript {
    /// Passes from this tick on.
    HealthyAfter(u64),
    /// Has failed too often at this tick.
    UnhealthyAfter(u64),
}

impl Default for Behaviour {
    /// Runs until it is stopped, ends with 0, is healthy after one tick and writes nothing.
    fn default() -> Self {
        Self {
            command_exists: true,
            exits: None,
            health: HealthScript::HealthyAfter(1),
            lines: Vec::new(),
            stop_code: 0,
            reads: None,
        }
    }
}

impl Behaviour {
    /// Ends after `ticks` with `code`.
    pub fn exits(ticks: u64, code: i64) -> Self {
        Self { exits: Some((ticks, code)), ..Self::default() }
    }

    /// Its health check gives up after `ticks`.
    pub fn unhealthy(ticks: u64) -> Self {
        Self { health: HealthScript::UnhealthyAfter(ticks), ..Self::default() }
    }

    /// Becomes healthy after `ticks`.
    pub fn healthy(ticks: u64) -> Self {
        Self { health: HealthScript::HealthyAfter(ticks), ..Self::default() }
    }

    /// Ends after one tick, with 0 when this file was put into the container and with 1 otherwise.
    pub fn reading(path: &str) -> Self {
        Self { reads: Some(path.to_owned()), ..Self::exits(1, 0) }
    }

    /// A command that is not in the image.
    pub fn missing() -> Self {
        Self { command_exists: false, ..Self::default() }
    }

    /// Writes these lines to standard output at each start.
    #[must_use]
    pub fn saying(mut self, lines: &[&str]) -> Self {
        self.lines.extend(lines.iter().map(|line| (false, (*line).to_owned())));
        self
    }

    /// Writes these lines to standard error at each start.
    #[must_use]
    pub fn complaining(mut self, lines: &[&str]) -> Self {
        self.lines.extend(lines.iter().map(|line| (true, (*line).to_owned())));
        self
    }
}
