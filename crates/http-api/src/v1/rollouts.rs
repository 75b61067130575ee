//! Rollouts: the upgrade of all instances of a template, a few at a time.

use core_monitor_application::server::ShownRollout;
use core_monitor_domain::ids::{CommandId, VersionNumber};
use core_monitor_domain::names::InstanceKey;
use core_monitor_domain::template::AfterFailure;
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::v1::actor::ActorBody;
use crate::v1::message::MessageBody;
use crate::v1::words::RolloutStateWord;

pub(crate) mod cancel;
pub(crate) mod plan;
pub(crate) mod show;
pub(crate) mod start;

/// What the failure of one upgrade means for the instances that wait: they stay as they are, or are upgraded all the same.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RolloutOnFailure)]
pub(crate) enum OnFailureBody {
    #[default]
    Stop,
    Continue,
}

impl From<OnFailureBody> for AfterFailure {
    fn from(body: OnFailureBody) -> Self {
        match body {
            OnFailureBody::Stop => Self::Stop,
            OnFailureBody::Continue => Self::Continue,
        }
    }
}

impl From<AfterFailure> for OnFailureBody {
    fn from(after: AfterFailure) -> Self {
        match after {
            AfterFailure::Stop => Self::Stop,
            AfterFailure::Continue => Self::Continue,
        }
    }
}

/// The upgrade of all instances of a template.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rollout)]
pub(crate) struct RolloutBody {
    /// The version of the template that the instances get.
    #[schema(value_type = u32, example = 3)]
    version: VersionNumber,
    /// How it stands. After a failure it is `stopping` until the upgrades under way have ended, and then `stopped`.
    #[schema(value_type = RolloutStateWord, example = "running")]
    state: &'static str,
    /// How many upgrades may be under way at once.
    #[schema(example = 5)]
    at_once: u8,
    /// What a failure means for the instances that wait.
    on_failure: OnFailureBody,
    /// What the versions of the stacks say.
    #[schema(example = "newer base image")]
    comment: String,
    started_by: ActorBody,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    started_at: Timestamp,
    /// When its last upgrade ended; null while it goes on.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    ended_at: Option<Timestamp>,
    /// How many instances wait for their upgrade; if it ended early, those that it did not reach.
    #[schema(example = 12)]
    waiting: u32,
    /// The upgrades under way, by key.
    under_way: Vec<UpgradeUnderWay>,
    /// How many instances it has upgraded.
    #[schema(example = 7)]
    upgraded: u32,
    /// The instances that it could not upgrade, by key. What runs of them is what ran before.
    failed: Vec<FailedUpgrade>,
}

/// An upgrade under way.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UpgradeUnderWay {
    /// The key of the instance.
    #[schema(value_type = String, example = "shop")]
    key: InstanceKey,
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    command_id: CommandId,
}

/// An instance that could not be upgraded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FailedUpgrade {
    /// The key of the instance.
    #[schema(value_type = String, example = "shop")]
    key: InstanceKey,
    /// Why.
    message: MessageBody,
}

impl From<ShownRollout> for RolloutBody {
    fn from(ShownRollout { rollout, waiting }: ShownRollout) -> Self {
        let under_way = rollout.under_way.into_iter();
        let failed = rollout.failures.into_iter();
        Self {
            version: rollout.version,
            state: rollout.state.as_str(),
            at_once: rollout.at_once.get(),
            on_failure: rollout.after_failure.into(),
            comment: rollout.comment,
            started_by: rollout.by.into(),
            started_at: rollout.started_at,
            ended_at: rollout.ended_at,
            waiting,
            under_way: under_way.map(|(key, command_id)| UpgradeUnderWay { key, command_id }).collect(),
            upgraded: rollout.upgraded,
            failed: failed.map(|(key, why)| FailedUpgrade { key, message: why.into() }).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
