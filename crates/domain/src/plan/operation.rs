//! The kinds of steps, by name.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// The kind of a step, without its object: the name used in the journal, JSON and logs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Operation {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl Operation {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

operations! {
    /// Pull an image.
    PullImage = "pull_image",
    /// Build an image.
    BuildImage = "build_image",
    /// Create a network.
    CreateNetwork = "create_network",
    /// Remove a network.
    RemoveNetwork = "remove_network",
    /// Create a volume.
    CreateVolume = "create_volume",
    /// Remove a volume.
    RemoveVolume = "remove_volume",
    /// Create a container.
    CreateContainer = "create_container",
    /// Attach a container to a network.
    ConnectNetwork = "connect_network",
    /// Detach a container from a network.
    DisconnectNetwork = "disconnect_network",
    /// Copy files into a container.
    CopyFiles = "copy_files",
    /// Put an artifact into a container.
    PutArtifact = "put_artifact",
    /// Activate an artifact in a running container.
    ActivateArtifact = "activate_artifact",
    /// Run a hook after the start.
    PostStart = "post_start",
    /// Run a hook before the stop.
    PreStop = "pre_stop",
    /// Start a container.
    StartContainer = "start_container",
    /// Stop a container.
    StopContainer = "stop_container",
    /// Restart a container.
    RestartContainer = "restart_container",
    /// Pause a container.
    PauseContainer = "pause_container",
    /// Unpause a container.
    UnpauseContainer = "unpause_container",
    /// Rename a container.
    RenameContainer = "rename_container",
    /// Remove a container.
    RemoveContainer = "remove_container",
    /// Remove an image.
    RemoveImage = "remove_image",
    /// Remove what no build uses from the cache of builds.
    PruneBuildCache = "prune_build_cache",
    /// All images are available and all new containers are created.
    Prepared = "prepared",
    /// Wait for a health check.
    AwaitHealthy = "await_healthy",
    /// Wait for a job to complete.
    AwaitCompleted = "await_completed",
    /// Wait until a container has been up for the configured time.
    AwaitStable = "await_stable",
    /// Wait until an artifact is seen to work.
    VerifyArtifact = "verify_artifact",
}

impl Operation {
    /// The operation with this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.as_str() == word)
    }

    /// Whether a container that is up afterwards counts as started by this step.
    ///
    /// Only stopped containers are started, so the observed run is the requested one. After a restart it may still be
    /// the previous run; then the restart is repeated, and hooks that have already run are run again.
    pub fn begins_a_run(self) -> bool {
        matches!(self, Self::StartContainer | Self::RestartContainer)
    }

    /// Whether it ends the run of a container, or begins by ending it: until the container is started again, it is down on
    /// account of the command.
    pub fn ends_a_run(self) -> bool {
        matches!(self, Self::StopContainer | Self::RestartContainer)
    }

    /// Whether it writes nothing to the engine and only waits for a container.
    pub fn is_wait(self) -> bool {
        matches!(self, Self::AwaitHealthy | Self::AwaitCompleted | Self::AwaitStable | Self::VerifyArtifact)
    }

    /// Whether a command that was interrupted does it again although it succeeded: it prepares the step after it, which
    /// was not done yet. The closed list of what may come twice under a confirmed plan.
    pub fn prepares_the_next_step(self) -> bool {
        matches!(self, Self::CopyFiles | Self::PreStop)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_serializes_as_its_name() {
        for operation in Operation::ALL {
            assert_eq!(Operation::named(operation.as_str()), Some(*operation));
            assert_eq!(serde_json::to_value(operation).unwrap(), operation.as_str());
        }
        assert_eq!(Operation::named("explode"), None);
    }
}
