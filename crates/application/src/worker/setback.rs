//! What an answer of the engine that is not a plain success means for the command.

use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::observation::Observation;
use core_monitor_domain::plan::Action;
use core_monitor_domain::ports::EngineError;

use super::tenure::Halt;

/// Why a pass over a plan ended before its last step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Setback {
    /// The world is not as the plan thought: look at it and plan again.
    LookAgain {
        /// The engine's words.
        words: String,
        /// A container name that somebody holds.
        contested: Option<String>,
    },
    /// The engine does not answer now. Nothing is known of the effect.
    Transient(Trouble),
    /// It will not work until somebody changes something.
    Failed(Box<Failure>),
    /// The worker was told to stop.
    Halted(Halt),
}

/// A transient error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// What was being done, and the engine's words.
    pub(crate) words: String,
    /// What the command fails with when it goes on for too long.
    pub(crate) code: FailureCode,
}

impl Setback {
    /// The more serious of two; the earlier one of equals.
    pub(crate) fn or(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::LookAgain { .. } => 0,
            Self::Transient(_) => 1,
            Self::Failed(_) => 2,
            Self::Halted(_) => 3,
        }
    }

    /// Whether fetching an image goes on: a command that has failed or was told to stop does not need it now.
    pub(crate) fn ends_pulls(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Halted(_))
    }

    /// What the engine's refusal of `action` means.
    pub(crate) fn of(action: &Action, error: &EngineError) -> Self {
        let code = match error {
            // The engine has ended it, and the next one would take as long.
            EngineError::Timeout { .. } if matches!(action, Action::BuildImage(_)) => {
                FailureCode::BuildFailed
            }
            EngineError::Unavailable { .. } | EngineError::Timeout { .. } => {
                return Self::Transient(Trouble::of(&action.to_string(), error));
            }
            EngineError::NotFound { message } | EngineError::Conflict { message } => {
                return Self::LookAgain { words: message.clone(), contested: None };
            }
            EngineError::NameTaken { message, .. } => {
                let contested = match action {
                    Action::CreateContainer(create) => Some(create.name.clone()),
                    Action::RenameContainer { to, .. } => Some(to.clone()),
                    _ => None,
                };
                return Self::LookAgain { words: message.clone(), contested };
            }
            EngineError::PortTaken { .. } => FailureCode::PortTaken,
            EngineError::ImageUnavailable { .. } => FailureCode::ImageUnavailable,
            EngineError::RegistryDenied { .. } => FailureCode::RegistryDenied,
            EngineError::BuildFailed { .. } => FailureCode::BuildFailed,
            EngineError::StartRefused { .. } => FailureCode::StartRefused,
            EngineError::CommandFailed { .. } => FailureCode::HookFailed,
            EngineError::Refused { .. } => refused(action),
        };
        let mut failure = Failure::new(code, format!("cannot {action}: {error}")).about(action.subject());
        if let EngineError::CommandFailed { lines, .. } | EngineError::BuildFailed { lines, .. } = error {
            failure.logs.clone_from(lines);
        }
        if let Some(hint) = hint_about(error) {
            return Self::Failed(Box::new(failure.with_hint(hint)));
        }
        Self::Failed(Box::new(match hint(code) {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }))
    }
}

impl Trouble {
    /// `what` is a verb phrase, e.g. `start shop-web-1`.
    pub(crate) fn of(what: &str, error: &EngineError) -> Self {
        let code = match error {
            EngineError::Timeout { .. } => FailureCode::OperationTimeout,
            _ => FailureCode::EngineUnavailable,
        };
        Self { words: format!("cannot {what}: {error}"), code }
    }

    /// The failure of a command whose retry budget is used up.
    pub(crate) fn give_up(self) -> Failure {
        let hint = match self.code {
            FailureCode::OperationTimeout => "look at the engine's own log, then retry the command",
            _ => "start the engine or make it reachable for the worker, then retry the command",
        };
        Failure::new(self.code, self.words).with_hint(hint)
    }
}

fn refused(action: &Action) -> FailureCode {
    match action {
        Action::RemoveNetwork { .. } => FailureCode::NetworkInUse,
        Action::CreateNetwork { .. } | Action::ConnectNetwork { .. } | Action::DisconnectNetwork { .. } => {
            FailureCode::NetworkRefused
        }
        Action::CreateContainer(_) | Action::CopyFiles { .. } => FailureCode::SpecRefused,
        Action::RunHook { .. } => FailureCode::HookFailed,
        _ => FailureCode::EngineRefused,
    }
}

/// What to try, where it depends on more than the code.
fn hint_about(error: &EngineError) -> Option<String> {
    match error {
        EngineError::RegistryDenied { registry, with_credentials, .. } => {
            let wrong = if *with_credentials { "the stored credentials do not open it: " } else { "" };
            Some(format!(
                "{wrong}check the image's name, and store a user name and a password or token for it with \
                 `PUT /api/v1/registries/{registry}`; then retry"
            ))
        }
        EngineError::BuildFailed { message, .. } if message.contains("requires BuildKit") => Some(
            "the classic builder builds on a network by its name and with limits, and knows no `--mount`: rewrite the step \
             without it, or drop `network`, `isolation`, `shm_size` and `ulimits` of `build`"
                .to_owned(),
        ),
        _ => None,
    }
}

fn hint(code: FailureCode) -> Option<&'static str> {
    Some(match code {
        FailureCode::ImageUnavailable => {
            "check the image's name and tag and that the host may fetch it, or load it on the host; then retry"
        }
        FailureCode::BuildFailed => {
            "read the last lines of the build, mend the Dockerfile or its files, and apply a version that has them; a build \
             that only took too long may get more time with `build_timeout`"
        }
        FailureCode::PortTaken => "publish another port, or stop what holds it; then retry",
        FailureCode::HookFailed => "mend the hook's command, or give it more time in the configuration",
        FailureCode::StartRefused => "check command, entrypoint, mounts and devices of the service",
        FailureCode::SpecRefused => "change the definition of the service as the engine's words say",
        FailureCode::NetworkInUse => "detach the containers that are still on the network, then retry",
        FailureCode::NetworkRefused => "check the driver, subnets and addresses of the network",
        _ => return None,
    })
}

/// The failure when a container that is not this installation's holds `name`; `None` when the name is free or the
/// holder is ours, which the planner deals with.
pub(crate) fn foreign_holder(name: &str, observed: &Observation) -> Option<Failure> {
    let holder = observed.host.occupant_named(name).filter(|holder| !holder.ours)?;
    let message = format!(
        "the name `{name}` belongs to a container that was not made here: {}, made from `{}`",
        holder.id.short(),
        holder.image
    );
    Some(
        Failure::new(FailureCode::NameForeign, message)
            .with_hint("rename or remove that container, then retry")
            .about(name),
    )
}

#[cfg(test)]
mod tests;
