//! The two programs.

/// Which program reads its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// `core-monitor-server`.
    Server,
    /// `core-monitor-worker`.
    Worker,
}

impl Program {
    /// The name of the binary.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "core-monitor-server",
            Self::Worker => "core-monitor-worker",
        }
    }

    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Server => "The API of Core Monitor: keeps stacks and versions, accepts commands.",
            Self::Worker => {
                "The worker of Core Monitor: carries out the queue on the Docker Engine, and watches it."
            }
        }
    }
}
