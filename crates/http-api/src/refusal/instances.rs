//! What is done to instances of templates.

use core_monitor_application::server::InstanceError;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::instances::instance_not_found;

use super::templates::{template_not_found, template_version_not_found};

impl From<InstanceError> for Problem {
    fn from(error: InstanceError) -> Self {
        match error {
            InstanceError::Forbidden(error) => error.into(),
            InstanceError::TemplateNotFound => template_not_found(),
            InstanceError::VersionNotFound(version) => template_version_not_found(version),
            InstanceError::NotFound => instance_not_found(),
            InstanceError::Key(error) => error.into(),
            InstanceError::KeyRefused(message) => Self::new(ErrorCode::InvalidName, message),
            InstanceError::NothingToBuild => Self::new(ErrorCode::NothingToBuild, said::nothing_to_build())
                .with_hint(said::declare_build()),
            InstanceError::SavedByHand(message) => {
                Self::new(ErrorCode::InstanceChanged, message).with_hint(said::apply_it_or_change_instance())
            }
            InstanceError::NoRollout => {
                Self::new(ErrorCode::NoRollout, said::no_rollout()).with_hint(said::start_rollout())
            }
            InstanceError::RolloutUnderWay(version) => {
                Self::new(ErrorCode::RolloutUnderWay, said::rollout_under_way(version))
                    .with_hint(said::cancel_rollout())
            }
            InstanceError::Definition(refused) => refused.into(),
            InstanceError::Busy => Self::new(ErrorCode::ServerBusy, said::launches_collide()),
            InstanceError::Save(error) => error.into(),
            InstanceError::Command(error) => error.into(),
        }
    }
}
