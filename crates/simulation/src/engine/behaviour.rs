//! The behaviour of a container's process.

/// The behaviour of a command or image. Times are in ticks since the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    /// `false`: the command does not exist and the start fails.
    pub command_exists: bool,
    /// Exits after this many ticks with this code; `None` runs until it is stopped.
    pub exits: Option<(u64, i64)>,
    /// The result of its health check, if it has one.
    pub health: HealthScript,
    /// Output at each start: whether it goes to standard error, and the line.
    pub lines: Vec<(bool, String)>,
    /// The exit code when it is stopped.
    pub stop_code: i64,
    /// A file that must have been copied into it: without it, the process exits at once with 1.
    pub reads: Option<String>,
}

/// The results of a health check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HealthScript {
    /// Healthy from this tick on.
    HealthyAfter(u64),
    /// Unhealthy from this tick on.
    UnhealthyAfter(u64),
}

impl Default for Behaviour {
    /// Runs until it is stopped, exits with 0, is healthy after one tick and writes nothing.
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
    /// Exits after `ticks` with `code`.
    pub fn exits(ticks: u64, code: i64) -> Self {
        Self { exits: Some((ticks, code)), ..Self::default() }
    }

    /// Becomes unhealthy after `ticks`.
    pub fn unhealthy(ticks: u64) -> Self {
        Self { health: HealthScript::UnhealthyAfter(ticks), ..Self::default() }
    }

    /// Becomes healthy after `ticks`.
    pub fn healthy(ticks: u64) -> Self {
        Self { health: HealthScript::HealthyAfter(ticks), ..Self::default() }
    }

    /// Exits after one tick, with 0 if this file was copied into the container and with 1 otherwise.
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
