//! The closed sets of words in bodies, for the `OpenAPI` document. Each is made from the list of who defines the words.

use std::borrow::Cow;

use core_monitor_application::server::{
    EntryCategory, EntryKind, EntryOrigin, InstancePhase, Link, NodeKind, OptionKind, ServiceState, Severity,
    StackSort, StackState, diagnostic_codes, lint_rules,
};
use core_monitor_archive::Fault;
use core_monitor_domain::access::{Action, Permission, Role};
use core_monitor_domain::alerts::{AlertKind, AlertSeverity, Phase};
use core_monitor_domain::attention::AttentionKind;
use core_monitor_domain::audit::{AuditFault, Change};
use core_monitor_domain::changes::ChangeTopic;
use core_monitor_domain::command::{CommandKind, CommandStatus, FailureCode, FailureScope};
use core_monitor_domain::container_file::FileKind;
use core_monitor_domain::journal::ErrorClass;
use core_monitor_domain::observation::{FileEdit, Health, ObjectKind};
use core_monitor_domain::on_demand::OnDemandState;
use core_monitor_domain::on_demand::back_test::Verdict;
use core_monitor_domain::on_demand::experience::PredictionOutcome;
use core_monitor_domain::on_demand::settings::WaitMode;
use core_monitor_domain::plan::{Operation, PlanFor, ReplaceOrder, RiskCode, ServiceChange};
use core_monitor_domain::policy::{Preset, Restricted};
use core_monitor_domain::statistics::DiskPurpose;
use core_monitor_domain::template::{ParameterKind, RolloutState, SweepCause};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::error_code::ErrorCode;
use crate::request::ITEM_CODES;
use crate::streaming::Interruption;
use crate::v1::compose::schema::SUPPORT;

macro_rules! words {
    ($($(#[doc = $about:literal])+ $type:ident as $name:literal = $words:expr;)*) => {$(
        $(#[doc = $about])+
        #[derive(Debug)]
        pub(crate) enum $type {}

        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                let words: Vec<_> = $words.into_iter().collect();
                let about = concat!($($about),+).trim_start();
                let schema = ObjectBuilder::new().schema_type(Type::String).description(Some(about));
                let first = words.first().cloned();
                schema.enum_values(Some(words)).examples(first).into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }
        }
    )*};
}

words! {
    /// Whether an entry of the catalogue is a part of a stack, or several with their connections.
    CatalogKindWord as "CatalogKind" = EntryKind::ALL.iter().map(|kind| kind.as_str());
    /// What an entry of the catalogue is for.
    CatalogCategoryWord as "CatalogCategory" = EntryCategory::ALL.iter().map(|category| category.as_str());
    /// Where an entry of the catalogue comes from.
    CatalogOriginWord as "CatalogOrigin" = EntryOrigin::ALL.iter().map(|origin| origin.as_str());
    /// The type of an option.
    CatalogOptionKindWord as "CatalogOptionKind" = OptionKind::ALL.iter().map(|kind| kind.as_str());
    /// What a parameter of a template takes.
    ParameterKindWord as "TemplateParameterKind" = ParameterKind::TYPES;
    /// What somebody may do. Each role may do what the ones before it may.
    RoleWord as "Role" = Role::ALL.map(Role::as_str);
    /// What somebody may do beside their role: run commands in containers, read the files of containers and volumes (and write them
    /// from `operator` on), read the secrets of containers.
    PermissionWord as "Permission" = Permission::ALL.map(Permission::as_str);
    /// A set of rules on what may run: `open` allows anything, `careful` what an application needs that does not manage the host,
    /// `locked` only images with a digest, ports on the loopback address, and nothing of the host or of others.
    PresetWord as "PolicyPreset" = Preset::ALL.map(Preset::as_str);
    /// What a policy restricts.
    RestrictedWord as "PolicyRestriction" = Restricted::ALL.map(Restricted::as_str);
    /// What a node of the graph is.
    GraphNodeKindWord as "GraphNodeKind" = NodeKind::ALL.iter().map(|kind| kind.as_str());
    /// How two nodes of the graph are joined.
    GraphEdgeKindWord as "GraphEdgeKind" = Link::ALL.iter().map(|link| link.as_str());
    /// What a command does.
    CommandKindWord as "CommandKind" = CommandKind::ALL.map(CommandKind::as_str);
    /// Status of a command. `DONE` and `CANCELLED` are final. A `FAILED` command blocks later writes until it is retried or
    /// cancelled; a failed `WAKE` or `SLEEP` blocks nothing.
    CommandStatusWord as "CommandStatus" = CommandStatus::ALL.map(CommandStatus::as_str);
    /// What a failed write holds up until it is retried or cancelled: every later write, or those of its stack and of stacks
    /// that share objects with it.
    FailureScopeWord as "FailureScope" = FailureScope::ALL.map(FailureScope::as_str);
    /// State of a stack.
    StackStateWord as "StackState" = StackState::ALL.map(StackState::as_str);
    /// Where an instance is in its life: `built` once everything is built and nothing runs yet, `asleep` if it wakes when it is
    /// asked for, `failed` if it does not run as it should.
    InstancePhaseWord as "InstancePhase" = InstancePhase::ALL.map(InstancePhase::as_str);
    /// How the upgrade of all instances of a template stands.
    RolloutStateWord as "RolloutState" = RolloutState::ALL.map(RolloutState::as_str);
    /// Why an instance is going to be removed: it was stopped for long enough, is old enough, or is not on the list of keys.
    SweepCauseWord as "SweepCause" = SweepCause::ALL.map(SweepCause::as_str);
    /// What stacks are sorted by.
    StackSortWord as "StackSort" = StackSort::ALL.map(StackSort::as_str);
    /// What an alert is about.
    AlertKindWord as "AlertKind" = AlertKind::ALL.map(AlertKind::as_str);
    /// Whether it began, is over, or still is the case.
    AlertPhaseWord as "AlertPhase" = Phase::ALL.map(Phase::as_str);
    /// How bad it is: `critical` if something does not work, `warning` if it is going wrong.
    AlertSeverityWord as "AlertSeverity" = AlertSeverity::ALL.map(AlertSeverity::as_str);
    /// How a service that wakes on demand stands.
    OnDemandStateWord as "OnDemandState" = OnDemandState::ALL.map(OnDemandState::as_str);
    /// What a browser gets while a service wakes: a page, or the answer of the service, later.
    WaitModeWord as "WaitMode" = WaitMode::ALL.map(WaitMode::as_str);
    /// What came of a start that nobody had asked for.
    PredictionOutcomeWord as "PredictionOutcome" = PredictionOutcome::ALL.map(PredictionOutcome::as_str);
    /// What a comparison says about a policy. `configured`: the configured time. `adopted`: it is better, and is followed.
    /// `too_few_days`, `too_few_pauses`: nothing can be said yet. `not_cheaper`, `not_cheapest`, `not_confirmed`: it is no better,
    /// another one is, or it was better in one week of two.
    PolicyVerdictWord as "PolicyVerdict" = Verdict::ALL.map(Verdict::as_str);
    /// State of a service or container.
    ServiceStateWord as "ServiceState" = ServiceState::ALL.map(ServiceState::as_str);
    /// What is on a disk.
    DiskPurposeWord as "DiskPurpose" = DiskPurpose::ALL.map(DiskPurpose::as_str);
    /// What something in a folder of a container is.
    FileKindWord as "FileKind" = FileKind::ALL.map(FileKind::as_str);
    /// What somebody did to a file of a stack's folder.
    FileEditWord as "FileEdit" = FileEdit::ALL.map(FileEdit::as_str);
    /// A kind of objects that a stack consists of.
    ObjectKindWord as "ObjectKind" = ObjectKind::ALL.map(ObjectKind::as_str);
    /// Why a request was refused; `docs/reference/errors.md` explains each.
    ErrorCodeWord as "ErrorCode" = ErrorCode::ALL.iter().map(|code| code.as_str());
    /// Why a command failed, or a plan is blocked; `docs/reference/errors.md` explains each.
    FailureCodeWord as "FailureCode" = FailureCode::ALL.iter().map(|code| code.as_str());
    /// Health of a container, by its health check.
    HealthWord as "Health" = ["healthy", "starting", "unhealthy"];
    /// What is wrong with one part of a request.
    ItemCodeWord as "ProblemItemCode" = item_codes();
    /// A rule of the lint; `docs/reference/lint.md` explains each.
    LintRuleWord as "LintRule" = lint_rules();
    /// `error`: the stack will fail to start, or is open to anybody. `warning`: it works, but may cause trouble. `info`: worth
    /// considering.
    SeverityWord as "Severity" = Severity::ALL.map(Severity::as_str);
    /// The kind of a step of a plan.
    StepOpWord as "StepOp" = Operation::ALL.iter().map(|operation| operation.as_str());
    /// The command that a plan was made for.
    PlanPurposeWord as "PlanPurpose" = PlanFor::ALL.into_iter().map(word);
    /// What happens to a service.
    ServiceChangeWord as "ServiceChange" = ServiceChange::ALL.map(ServiceChange::as_str);
    /// What comes first where a container is replaced.
    ReplaceOrderWord as "ReplaceOrder" = ReplaceOrder::ALL.map(ReplaceOrder::as_str);
    /// What the change of a service may cost.
    RiskCodeWord as "RiskCode" = RiskCode::ALL.map(RiskCode::as_str);
    /// Why an effect failed, by what it means for the effect.
    ErrorClassWord as "ErrorClass" = ErrorClass::ALL.into_iter().map(word);
    /// Who acts: a user, the holder of an API token, or a part of Core Monitor.
    ActorKindWord as "ActorKind" = ["user", "token", "system"];
    /// What becomes of an attribute of a compose file. `full`: it is carried out; `newer_engine`: by engines from `engine` on;
    /// `note`: it is for readers and other programs; `ignored`: it has no effect; `refused`: a definition with it is refused.
    ComposeSupportWord as "ComposeSupport" = SUPPORT;
    /// What can have changed.
    ChangeTopicWord as "ChangeTopic" = ChangeTopic::ALL.map(ChangeTopic::as_str);
    /// Why a stream ends that could go on: it is as old as it may be, or the server stops.
    StreamEndWord as "StreamEnd" = Interruption::ALL.map(Interruption::as_str);
    /// What needs attention.
    AttentionKindWord as "AttentionKind" = AttentionKind::ALL.map(AttentionKind::as_str);
    /// What can be done over the API or by the system, by the `operationId`.
    ActionWord as "Action" = Action::ALL.iter().map(|action| action.as_str());
    /// What happened to a resource.
    ChangeWord as "AuditChange" = Change::ALL.map(Change::as_str);
    /// What is wrong with a record of the audit: it, or the one before it, was changed; it is missing; it stands behind a later one; it
    /// has no value although the chain had begun; it is the newest, and the database names another value for that; it, or one behind
    /// it, cannot be read.
    AuditFaultWord as "AuditFault" = AuditFault::ALL.map(AuditFault::as_str);
}

/// The word for the health of a container.
pub(crate) fn health_word(health: Health) -> &'static str {
    match health {
        Health::Healthy => "healthy",
        Health::Starting => "starting",
        Health::Unhealthy => "unhealthy",
    }
}

/// The word that stands for a value of an enum without fields.
pub(crate) fn word(value: impl Serialize) -> String {
    // Such a value is always written as a string.
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn item_codes() -> Vec<&'static str> {
    let mut codes: Vec<_> = diagnostic_codes().chain(Fault::CODES).chain(ITEM_CODES).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}
