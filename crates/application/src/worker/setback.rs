//! What an engine error means for the command.

use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::observation::Observation;
use core_monitor_domain::plan::StepAction;
use core_monitor_domain::ports::EngineError;
use core_monitor_message::Message;

use super::said;
use super::tenure::Halt;

/// What engines say when no range of addresses is left for a network.
const NO_ADDRESS_POOL: [&str; 2] = [
    "could not find an available, non-overlapping",
    "all predefined address pools have been fully subnetted",
];

/// What engines say when no driver provides the devices that a container asks for, such as GPUs.
const NO_DEVICE_DRIVER: [&str; 2] = ["could not select device driver", "failed to discover GPU vendor"];

/// Why a pass over a plan ended before its last step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Setback {
    /// The engine is not in the state the plan assumed: observe it and plan again.
    LookAgain {
        /// The engine's message.
        words: Message,
        /// A container name that is taken.
        contested: Option<String>,
    },
    /// The engine failed without a reason: whether the effect happened is unknown. Observe it and plan again; if the same
    /// keeps happening, this is the failure.
    Unexplained(Box<Failure>),
    /// The host has the image only for another platform: pull it for the right one. If it is refused again, this is the
    /// failure.
    WrongPlatform {
        /// The image.
        image: ImageRef,
        /// See above.
        failure: Box<Failure>,
    },
    /// The engine does not answer right now. Whether the effect happened is unknown.
    Transient(Trouble),
    /// It cannot succeed until somebody fixes the cause.
    Failed(Box<Failure>),
    /// The worker was told to stop.
    Halted(Halt),
}

/// A transient error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// What was being done, and the engine's message.
    pub(crate) words: Message,
    /// The failure code if the error persists.
    pub(crate) code: FailureCode,
}

impl Setback {
    /// The more serious of the two, or the earlier one if they are equal.
    pub(crate) fn or(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::LookAgain { .. } => 0,
            Self::WrongPlatform { .. } => 1,
            Self::Unexplained(_) => 2,
            Self::Transient(_) => 3,
            Self::Failed(_) => 4,
            Self::Halted(_) => 5,
        }
    }

    /// Whether running pulls and builds are aborted: a command that has failed or was told to stop does not need them.
    pub(crate) fn ends_pulls(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Halted(_))
    }

    /// What the engine's error for `action` means.
    pub(crate) fn of(action: &StepAction, error: &EngineError) -> Self {
        let code = match error {
            // The engine has aborted the build, and another one would take just as long.
            EngineError::Timeout { .. } if matches!(action, StepAction::BuildImage(_)) => {
                FailureCode::BuildFailed
            }
            EngineError::Unavailable { .. } | EngineError::Timeout { .. } => {
                return Self::Transient(Trouble::of(action.message(), error));
            }
            EngineError::NotFound { .. } | EngineError::Conflict { .. } => {
                return Self::LookAgain { words: error.message(), contested: None };
            }
            EngineError::NameTaken { .. } => {
                let contested = match action {
                    StepAction::CreateContainer(create) => Some(create.name.clone()),
                    StepAction::RenameContainer { to, .. } => Some(to.clone()),
                    _ => None,
                };
                return Self::LookAgain { words: error.message(), contested };
            }
            EngineError::PortTaken { .. } => FailureCode::PortTaken,
            EngineError::ImageUnavailable { .. } | EngineError::WrongPlatform { .. } => {
                FailureCode::ImageUnavailable
            }
            EngineError::RegistryDenied { .. } => FailureCode::RegistryDenied,
            EngineError::BuildFailed { .. } => FailureCode::BuildFailed,
            EngineError::StartRefused { .. } => FailureCode::StartRefused,
            EngineError::CommandFailed { .. } if matches!(action, StepAction::ActivateArtifact { .. }) => {
                FailureCode::ActivationFailed
            }
            EngineError::CommandFailed { .. } => FailureCode::HookFailed,
            EngineError::Unexplained { .. } => FailureCode::EngineRefused,
            // Not the engine's answer: the artifact could not be read.
            EngineError::Refused { status: 0, .. } if matches!(action, StepAction::PutArtifact(_)) => {
                FailureCode::ArtifactUnavailable
            }
            EngineError::Protected(_) => FailureCode::SelfProtected,
            EngineError::NotAllowed(_) => FailureCode::RefusedByPolicy,
            EngineError::Refused { .. } => refused(action),
        };
        let mut failure =
            Failure::new(code, said::step_failed(action.message(), error.message())).about(action.subject());
        if let EngineError::CommandFailed { lines, .. } | EngineError::BuildFailed { lines, .. } = error {
            failure = failure.with_lines(lines.clone());
        }
        let hint = hint_about(error).or_else(|| hint(code));
        let failure = Box::new(match hint {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        });
        match (error, action) {
            (EngineError::WrongPlatform { .. }, StepAction::CreateContainer(create)) => {
                Self::WrongPlatform { image: create.image.clone(), failure }
            }
            (EngineError::Unexplained { .. }, _) => Self::Unexplained(failure),
            _ => Self::Failed(failure),
        }
    }
}

impl Trouble {
    /// `what` is a verb phrase, such as the message of a step.
    pub(crate) fn of(what: Message, error: &EngineError) -> Self {
        let code = match error {
            EngineError::Timeout { .. } => FailureCode::OperationTimeout,
            _ => FailureCode::EngineUnavailable,
        };
        Self { words: said::step_failed(what, error.message()), code }
    }

    /// The failure of a command whose retry budget is exhausted.
    pub(crate) fn give_up(self) -> Failure {
        let hint = match self.code {
            FailureCode::OperationTimeout => said::check_engine_log(),
            _ => said::make_sure_engine_runs(),
        };
        Failure::new(self.code, self.words).with_hint(hint)
    }
}

fn refused(action: &StepAction) -> FailureCode {
    match action {
        StepAction::CreateNetwork { .. }
        | StepAction::ConnectNetwork { .. }
        | StepAction::DisconnectNetwork { .. } => FailureCode::NetworkRefused,
        StepAction::CreateContainer(_) | StepAction::CopyFiles { .. } => FailureCode::SpecRefused,
        StepAction::RunHook { .. } => FailureCode::HookFailed,
        StepAction::ActivateArtifact { .. } => FailureCode::ActivationFailed,
        _ => FailureCode::EngineRefused,
    }
}

/// The hint, where it depends on more than the code.
fn hint_about(error: &EngineError) -> Option<Message> {
    match error {
        EngineError::RegistryDenied { registry, with_credentials: true, .. } => {
            Some(said::replace_rejected_credentials(registry))
        }
        EngineError::RegistryDenied { registry, .. } => Some(said::store_registry_credentials(registry)),
        EngineError::Unexplained { status, .. } => Some(said::engine_log_says_more(status)),
        EngineError::Refused { message, .. } | EngineError::StartRefused { message }
            if message.contains("is used by container `") =>
        {
            Some(said::choose_another_address())
        }
        EngineError::Refused { message, .. } if NO_ADDRESS_POOL.iter().any(|said| message.contains(said)) => {
            Some(said::free_an_address_pool())
        }
        EngineError::Refused { message, .. } | EngineError::StartRefused { message }
            if NO_DEVICE_DRIVER.iter().any(|said| message.contains(said)) =>
        {
            Some(said::install_the_device_driver())
        }
        EngineError::Refused { message, .. } if message.contains("overlap") => {
            Some(said::choose_another_range())
        }
        EngineError::WrongPlatform { .. } => Some(said::provide_the_platform()),
        EngineError::Protected(refusal) => Some(refusal.hint()),
        EngineError::NotAllowed(finding) => Some(finding.hint()),
        EngineError::BuildFailed { message, .. } if message.contains("requires BuildKit") => {
            Some(said::classic_builder_and_mounts())
        }
        _ => None,
    }
}

fn hint(code: FailureCode) -> Option<Message> {
    Some(match code {
        FailureCode::ImageUnavailable => said::check_image_or_load_it(),
        FailureCode::BuildFailed => said::read_build_output(),
        FailureCode::PortTaken => said::publish_different_port(),
        FailureCode::HookFailed => said::fix_hook(),
        FailureCode::ActivationFailed => said::fix_activation(),
        FailureCode::ArtifactUnavailable => said::send_artifact_again(),
        FailureCode::StartRefused => said::check_command_and_mounts(),
        FailureCode::SpecRefused => said::fix_definition_as_engine_says(),
        FailureCode::NetworkInUse => said::disconnect_containers(),
        FailureCode::NetworkRefused => said::check_network_addresses(),
        _ => return None,
    })
}

/// The failure when a container of somebody else holds `name`; `None` if the name is free, or if the holder belongs to
/// this installation, which the planner handles.
pub(crate) fn foreign_holder(name: &str, observed: &Observation) -> Option<Failure> {
    let holder = observed.host.occupant_named(name).filter(|holder| !holder.ours)?;
    let message = said::name_taken_by_foreign_container(name, holder.id.short(), &holder.image);
    Some(
        Failure::new(FailureCode::NameForeign, message)
            .with_hint(said::rename_container_then_retry())
            .about(name),
    )
}

#[cfg(test)]
mod tests;
