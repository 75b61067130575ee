//! Plans.

use core_monitor_domain::ids::{PlanId, StackId, VersionNumber};
use core_monitor_domain::plan::{Blocker, Impact, PlanFor, RecordedStep};
use core_monitor_domain::ports::StoredPlan;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::actor::ActorBody;
use crate::v1::commands::of_stack;
use crate::v1::message::{MessageBody, bodies};
use crate::v1::plans::service::ServiceImpactBody;
use crate::v1::words::{FailureCodeWord, PlanPurposeWord, StepOpWord};

pub(crate) mod make;
pub(crate) mod service;
pub(crate) mod show;

/// A plan to review, and to confirm by its id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
pub(crate) struct PlanBody {
    /// Send it as `plan_id` to carry out exactly this plan.
    #[schema(value_type = uuid::Uuid, example = "0194f1c4-52c8-7d3e-a1f0-9b6c2d4e8f01")]
    plan_id: PlanId,
    #[schema(value_type = Option<uuid::Uuid>, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: Option<StackId>,
    /// The version it converges to; null in a plan for pruning or for a delete.
    #[schema(value_type = Option<u32>, example = 2)]
    version: Option<VersionNumber>,
    /// The command it was made for, which is the one that it confirms; null in plans of earlier releases.
    #[schema(value_type = Option<PlanPurposeWord>, example = "apply")]
    purpose: Option<PlanFor>,
    /// Who made it.
    author: ActorBody,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// Time of the observation the plan is based on.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T09:59:58Z")]
    observed_at: Timestamp,
    /// There is nothing to do and nothing is blocked: the engine already matches the version.
    #[schema(example = false)]
    empty: bool,
    /// The plan as readable text.
    #[schema(
        example = "  1. create network shop_default (does not exist)\n  2. create container shop-web-1 (does not exist) after 1\n  3. start shop-web-1 (not running) after 2\n"
    )]
    text: String,
    /// In an order that respects `after`.
    steps: Vec<StepBody>,
    /// What prevents the plan from being carried out. If there is one, no step is taken.
    blockers: Vec<PlanBlockerBody>,
    /// Remarks that do not block the plan.
    notes: Vec<MessageBody>,
    impact: ImpactBody,
    /// Two plans have the same fingerprint exactly when they do the same to the same objects.
    #[schema(example = "hmac-sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")]
    fingerprint: String,
}

/// One change to the engine, or one wait.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanStep)]
pub(crate) struct StepBody {
    /// Position in the plan, from 1.
    #[schema(example = 2)]
    id: u32,
    /// The operation.
    #[schema(value_type = StepOpWord, example = "create_container")]
    op: String,
    /// Name of the container, network, volume or image.
    #[schema(example = "shop-web-1")]
    subject: String,
    /// What it does.
    action: MessageBody,
    /// Why.
    cause: MessageBody,
    /// The service it is for; null for networks and volumes.
    #[schema(example = "web")]
    service: Option<String>,
    /// The replica it is for.
    #[schema(example = 1)]
    slot: Option<u32>,
    /// Steps that must succeed first.
    #[schema(example = json!([1]))]
    after: Vec<u32>,
    /// The step only waits and changes nothing.
    #[schema(example = false)]
    waits: bool,
    /// Bytes that the step frees, according to the engine; null for steps that free nothing.
    #[schema(example = json!(null))]
    size: Option<u64>,
}

/// Something that prevents a plan from being carried out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Blocker)]
pub(crate) struct PlanBlockerBody {
    /// Stable code, the same one a command fails with.
    #[schema(value_type = FailureCodeWord, example = "PORT_TAKEN")]
    code: &'static str,
    /// What is in the way.
    message: MessageBody,
    /// What to try.
    hint: Option<MessageBody>,
    /// Name of the object concerned.
    #[schema(example = "web")]
    subject: String,
}

/// What a plan means for the users of the services.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanImpact)]
pub(crate) struct ImpactBody {
    /// Services that get their first container.
    #[schema(example = json!(["web"]))]
    created: Vec<String>,
    /// Services that are interrupted.
    interrupted: Vec<InterruptionBody>,
    /// Services that lose containers for good.
    removed: Vec<String>,
    /// Volumes that are removed, with their data.
    volumes_removed: Vec<String>,
    /// Images to pull.
    #[schema(example = json!(["nginx:1.27"]))]
    pulls: Vec<String>,
    /// Images to build from the files of the version.
    #[schema(example = json!(["shop-web"]))]
    builds: Vec<String>,
    /// Bytes that pruning frees, according to the engine.
    #[schema(example = 0)]
    freed: u64,
    /// What it means for each service, also for those that are kept. Empty in plans for pruning and in those of earlier
    /// releases.
    services: Vec<ServiceImpactBody>,
}

/// A service that is interrupted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Interruption)]
pub(crate) struct InterruptionBody {
    #[schema(example = "web")]
    service: String,
    /// Longest grace period of the containers being stopped, in milliseconds. The time until the new containers are ready
    /// comes on top.
    #[schema(example = 10_000)]
    stop_grace_ms: u64,
    /// Why.
    because: Vec<MessageBody>,
}

impl From<StoredPlan> for PlanBody {
    fn from(stored: StoredPlan) -> Self {
        Self {
            plan_id: stored.id,
            stack_id: of_stack(stored.stack_id),
            version: of_stack(stored.stack_id)
                .filter(|_| stored.plan.purpose != Some(PlanFor::Delete))
                .map(|_| stored.version),
            purpose: stored.plan.purpose,
            author: stored.author.into(),
            created_at: stored.created_at,
            observed_at: stored.observed_at,
            empty: stored.plan.is_empty(),
            text: stored.plan.to_string(),
            steps: stored.plan.steps.into_iter().map(StepBody::from).collect(),
            blockers: stored.plan.blockers.into_iter().map(PlanBlockerBody::from).collect(),
            notes: bodies(&stored.plan.notes),
            impact: stored.plan.impact.into(),
            fingerprint: stored.plan.fingerprint.to_string(),
        }
    }
}

impl From<RecordedStep> for StepBody {
    fn from(step: RecordedStep) -> Self {
        Self {
            id: step.id.0,
            op: step.op,
            subject: step.subject,
            action: step.sentence.into(),
            cause: step.cause.into(),
            service: step.service.as_ref().map(ToString::to_string),
            slot: step.slot.map(|slot| slot.0),
            after: step.after.iter().map(|id| id.0).collect(),
            waits: step.waits,
            size: step.size,
        }
    }
}

impl From<Blocker> for PlanBlockerBody {
    fn from(blocker: Blocker) -> Self {
        Self {
            code: blocker.code.as_str(),
            message: blocker.message.into(),
            hint: blocker.hint.map(MessageBody::from),
            subject: blocker.subject,
        }
    }
}

impl From<Impact> for ImpactBody {
    fn from(impact: Impact) -> Self {
        let interrupted = impact.interrupted.into_iter().map(|replacement| InterruptionBody {
            service: replacement.service.to_string(),
            stop_grace_ms: replacement.stop_grace_ms,
            because: bodies(&replacement.because),
        });
        Self {
            created: impact.created.iter().map(ToString::to_string).collect(),
            interrupted: interrupted.collect(),
            removed: impact.removed.iter().map(ToString::to_string).collect(),
            volumes_removed: impact.volumes_removed,
            pulls: impact.pulls,
            builds: impact.builds,
            freed: impact.freed,
            services: impact.services.into_iter().map(ServiceImpactBody::from).collect(),
        }
    }
}
