//! The programs.

/// The program whose configuration is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// `core-monitor-server`.
    Server,
    /// `core-monitor-worker`.
    Worker,
    /// `core-monitor-gateway`.
    Gateway,
}

impl Program {
    /// The name of the binary.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "core-monitor-server",
            Self::Worker => "core-monitor-worker",
            Self::Gateway => "core-monitor-gateway",
        }
    }

    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Server => {
                "The API server of Core Monitor: stores stacks and versions, and accepts commands."
            }
            Self::Worker => {
                "The worker of Core Monitor: executes queued commands on the Docker Engine and observes it."
            }
            Self::Gateway => {
                "The gateway of Core Monitor: carries requests to services, wakes those that sleep, and lets them sleep when \
                 nobody uses them."
            }
        }
    }
}
