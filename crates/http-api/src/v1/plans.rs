//! Plans.

use core_monitor_domain::ids::{PlanId, StackId, VersionNumber};
use core_monitor_domain::plan::{Impact, Problem as PlanProblem, Step};
use core_monitor_domain::ports::StoredPlan;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) mod make;
pub(crate) mod show;

/// A plan that can be read, and confirmed by its id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
pub(crate) struct PlanBody {
    /// Send it as `plan_id` to carry out exactly this plan.
    #[schema(value_type = uuid::Uuid, example = "0194f1c4-52c8-7d3e-a1f0-9b6c2d4e8f01")]
    plan_id: PlanId,
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: StackId,
    /// The version it converges to.
    #[schema(value_type = u32, example = 2)]
    version: VersionNumber,
    /// Who asked for it.
    #[schema(example = "admin")]
    author: String,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// When the observation was taken that it is based on.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T09:59:58Z")]
    observed_at: Timestamp,
    /// Nothing to do and nothing in the way: the engine is as the version asks.
    #[schema(example = false)]
    empty: bool,
    /// The plan for people.
    #[schema(
        example = "  1. create network shop_default (missing)\n  2. create container shop-web-1 (missing) after 1\n  3. start shop-web-1 (not running) after 2\n"
    )]
    text: String,
    /// In an order that respects `after`.
    steps: Vec<StepBody>,
    /// What keeps it from being carried out. With any, no step is taken.
    problems: Vec<PlanProblemBody>,
    /// What a person should know, although it does not stand in the way.
    notes: Vec<String>,
    impact: ImpactBody,
    /// The same things would happen to the same objects exactly when the fingerprints are the same.
    #[schema(example = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")]
    fingerprint: String,
}

/// One write to the engine, or one wait for it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanStep)]
pub(crate) struct StepBody {
    /// Place in the plan, from 1.
    #[schema(example = 2)]
    id: u32,
    /// What it does, in one word.
    #[schema(example = "create_container")]
    op: &'static str,
    /// The container, network, volume or image, by name.
    #[schema(example = "shop-web-1")]
    subject: String,
    /// What it does, for people.
    #[schema(example = "create container shop-web-1")]
    text: String,
    /// Why.
    #[schema(example = "missing")]
    cause: String,
    /// The service it is for; null for networks and volumes.
    #[schema(example = "web")]
    service: Option<String>,
    /// The replica it is for.
    #[schema(example = 1)]
    slot: Option<u32>,
    /// Steps that must have succeeded before.
    #[schema(example = json!([1]))]
    after: Vec<u32>,
    /// It only waits, and writes nothing.
    #[schema(example = false)]
    waits: bool,
}

/// What keeps a plan from being carried out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanProblem)]
pub(crate) struct PlanProblemBody {
    /// Stable word, the same that a command fails with.
    #[schema(example = "PORT_TAKEN")]
    code: &'static str,
    #[schema(example = "port 8081 of the host is taken by the container `other`")]
    message: String,
    /// What to try.
    hint: Option<String>,
    /// What it is about, by name.
    #[schema(example = "web")]
    subject: String,
}

/// What a plan means for the people who use the services.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanImpact)]
pub(crate) struct ImpactBody {
    /// Services that get their first container.
    #[schema(example = json!(["web"]))]
    created: Vec<String>,
    /// Services that are interrupted.
    interrupted: Vec<InterruptionBody>,
    /// Services of which containers go away for good.
    removed: Vec<String>,
    /// Volumes that are removed with their data.
    volumes_removed: Vec<String>,
    /// Images to be fetched.
    #[schema(example = json!(["nginx:1.27"]))]
    pulls: Vec<String>,
    /// Images to be built from the files of the version.
    #[schema(example = json!(["shop-web"]))]
    builds: Vec<String>,
}

/// A service that is interrupted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Interruption)]
pub(crate) struct InterruptionBody {
    #[schema(example = "web")]
    service: String,
    /// Longest time its old containers get to stop, in milliseconds; the time the new ones need to get ready comes on top.
    #[schema(example = 10_000)]
    stop_grace_ms: u64,
    /// Why.
    #[schema(example = json!(["image changed"]))]
    because: Vec<String>,
}

impl From<StoredPlan> for PlanBody {
    fn from(stored: StoredPlan) -> Self {
        Self {
            plan_id: stored.id,
            stack_id: stored.stack_id,
            version: stored.version,
            author: stored.author,
            created_at: stored.created_at,
            observed_at: stored.observed_at,
            empty: stored.plan.is_empty(),
            text: stored.plan.to_string(),
            steps: stored.plan.steps.iter().map(StepBody::from).collect(),
            problems: stored.plan.problems.into_iter().map(PlanProblemBody::from).collect(),
            notes: stored.plan.notes,
            impact: stored.impact.into(),
            fingerprint: stored.fingerprint,
        }
    }
}

impl From<&Step> for StepBody {
    fn from(step: &Step) -> Self {
        Self {
            id: step.id.0,
            op: step.action.op(),
            subject: step.action.subject().to_owned(),
            text: step.action.to_string(),
            cause: step.cause.to_string(),
            service: step.service.as_ref().map(ToString::to_string),
            slot: step.slot.map(|slot| slot.0),
            after: step.after.iter().map(|id| id.0).collect(),
            waits: step.action.is_wait(),
        }
    }
}

impl From<PlanProblem> for PlanProblemBody {
    fn from(problem: PlanProblem) -> Self {
        Self {
            code: problem.code.as_str(),
            message: problem.message,
            hint: problem.hint,
            subject: problem.subject,
        }
    }
}

impl From<Impact> for ImpactBody {
    fn from(impact: Impact) -> Self {
        let interrupted = impact.interrupted.into_iter().map(|replacement| InterruptionBody {
            service: replacement.service.to_string(),
            stop_grace_ms: replacement.stop_grace_ms,
            because: replacement.because,
        });
        Self {
            created: impact.created.iter().map(ToString::to_string).collect(),
            interrupted: interrupted.collect(),
            removed: impact.removed.iter().map(ToString::to_string).collect(),
            volumes_removed: impact.volumes_removed,
            pulls: impact.pulls,
            builds: impact.builds,
        }
    }
}
