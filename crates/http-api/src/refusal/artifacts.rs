//! Problems of artifacts and their deployment.

use core_monitor_application::server::{ArtifactUseError, DeployError};
use core_monitor_domain::ports::ArtifactError;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

impl From<DeployError> for Problem {
    fn from(error: DeployError) -> Self {
        match error {
            DeployError::Forbidden(error) => error.into(),
            DeployError::Base(error) => error.into(),
            DeployError::SlotNotFound { service, slot, known } => {
                let problem = Self::new(ErrorCode::SlotUnknown, said::no_such_slot(slot, service));
                problem.with_hint(if known.is_empty() {
                    said::declare_a_slot()
                } else {
                    said::see_slots(known.join(", "))
                })
            }
            DeployError::Stopped { service } => {
                Self::new(ErrorCode::ServiceStopped, said::service_does_not_run(service))
                    .with_hint(said::start_the_service())
            }
            DeployError::Refused(refusal) => {
                let code =
                    if refusal.too_large { ErrorCode::ArtifactTooLarge } else { ErrorCode::ArtifactRefused };
                Self::new(code, refusal.message)
            }
            DeployError::NotAllowed(error) => error.into(),
            DeployError::Save(error) => error.into(),
        }
    }
}

impl From<ArtifactError> for Problem {
    fn from(error: ArtifactError) -> Self {
        match error {
            ArtifactError::Missing(digest) => {
                Self::new(ErrorCode::ArtifactNotFound, said::no_such_artifact(digest))
            }
            ArtifactError::TooLarge { limit } => {
                Self::new(ErrorCode::ArtifactTooLarge, said::artifact_larger_than(limit))
            }
            ArtifactError::DiskFull => Self::new(ErrorCode::StorageFull, said::no_space_for_artifact()),
            ArtifactError::Damaged(digest) => {
                tracing::error!(artifact = %digest, "a stored artifact is damaged");
                Self::new(ErrorCode::ArtifactNotFound, said::artifact_damaged(digest))
                    .with_hint(said::upload_artifact_again())
            }
            ArtifactError::NotATree(tree) => {
                let code =
                    if tree.too_large { ErrorCode::ArtifactTooLarge } else { ErrorCode::ArtifactRefused };
                let problem = Self::new(code, tree.message);
                match tree.hint {
                    Some(hint) => problem.with_hint(hint),
                    None => problem,
                }
            }
            ArtifactError::Unavailable { reason } => {
                tracing::error!(reason, "the store of artifacts cannot be used");
                Self::new(ErrorCode::Internal, said::artifacts_unusable(reason))
            }
        }
    }
}

impl From<ArtifactUseError> for Problem {
    fn from(error: ArtifactUseError) -> Self {
        match error {
            ArtifactUseError::Forbidden(error) => error.into(),
            ArtifactUseError::Artifact(error) => error.into(),
            ArtifactUseError::Store(error) => error.into(),
            ArtifactUseError::Nameless => Self::new(ErrorCode::InvalidRequest, said::artifact_without_name())
                .with_hint(said::send_file_name()),
        }
    }
}
