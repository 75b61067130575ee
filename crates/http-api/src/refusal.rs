//! From the errors of the use cases to problems.

use actix_web::http::header;
use core_monitor_application::server::{
    ChangeStackError, CreateStackError, DiffError, ImportError, Issue, ListProjectsError, PreviewError,
    QueryError, RefusedCommand, RefusedDefinition, SaveVersionError, StatisticsError, StatusError,
    StoreRegistryError,
};
use core_monitor_domain::names::NameError;
use core_monitor_domain::plan::PlanFor;
use core_monitor_domain::ports::{EnqueueError, LinkError, SaveError, StoreError};
use core_monitor_domain::stack::Revision;
use core_monitor_message::Message;

use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemItem};
use crate::said;

mod access;
mod allowed;
mod artifacts;
mod changes;
mod containers;
mod instances;
mod sessions;
mod templates;
mod users;

use changes::deletes_nothing;
pub(crate) use templates::template_not_found;

/// Seconds after which a database that is locked or full may have recovered.
const RETRY_DATABASE: &str = "2";
/// Seconds after which a newly started worker has observed the engine.
const RETRY_OBSERVATION: &str = "5";

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        // The whole chain goes to the log; the caller gets the words of the port, which hold no SQL.
        let chain = chain(&error);
        match error {
            StoreError::Unavailable { reason, .. } => {
                tracing::warn!(error = chain, "the database is unavailable");
                Self::new(ErrorCode::DatabaseUnavailable, said::database_unavailable(reason))
                    .with_header(header::RETRY_AFTER, RETRY_DATABASE)
            }
            StoreError::Corrupt { .. } => {
                tracing::error!(error = chain, "the database contains unexpected data");
                Self::new(ErrorCode::DatabaseCorrupt, said::record_unreadable())
            }
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Forbidden(error) => error.into(),
            QueryError::StackNotFound => stack_not_found(),
            QueryError::VersionNotFound(_) => version_not_found(),
            QueryError::CommandNotFound => command_not_found(),
            QueryError::FileNotFound => Self::new(ErrorCode::FileNotFound, said::no_such_file()),
            QueryError::PlanNotFound => Self::new(ErrorCode::PlanNotFound, said::no_such_plan()),
            QueryError::RegistryNotFound(host) => {
                Self::new(ErrorCode::RegistryNotFound, said::no_such_registry(host))
            }
            QueryError::Store(error) => error.into(),
        }
    }
}

impl From<ListProjectsError> for Problem {
    fn from(error: ListProjectsError) -> Self {
        match error {
            ListProjectsError::Forbidden(error) => error.into(),
            ListProjectsError::Link(error) => error.into(),
            ListProjectsError::Store(error) => error.into(),
        }
    }
}

impl From<NameError> for Problem {
    fn from(error: NameError) -> Self {
        Self::new(ErrorCode::InvalidName, error.message())
    }
}

impl From<RefusedDefinition> for Problem {
    fn from(refused: RefusedDefinition) -> Self {
        let detail = match refused.issues.as_slice() {
            [only] => said::definition_with_error(only.message.clone()),
            issues => said::definition_with_errors(issues.len()),
        };
        Self::new(ErrorCode::InvalidDefinition, detail)
            .with_errors(refused.issues.into_iter().map(ProblemItem::from).collect())
            .with_warnings(refused.warnings.into_iter().map(ProblemItem::from).collect())
    }
}

impl From<Issue> for ProblemItem {
    fn from(issue: Issue) -> Self {
        let Issue { code, message, expected, hint, span } = issue;
        let (message, expected, hint) = (message.into(), expected.map(Into::into), hint.map(Into::into));
        let (line, column, length) = match &span {
            Some(span) => (Some(span.line), Some(span.column), Some(span.length)),
            None => (None, None, None),
        };
        Self { code, message, expected, hint, file: span.map(|span| span.file), line, column, length }
    }
}

impl From<CreateStackError> for Problem {
    fn from(error: CreateStackError) -> Self {
        match error {
            CreateStackError::Forbidden(error) => error.into(),
            CreateStackError::Name(error) => error.into(),
            CreateStackError::Nameless => {
                Self::new(ErrorCode::InvalidName, said::stack_without_name()).with_hint(said::give_a_name())
            }
            CreateStackError::Definition(refused) => refused.into(),
            CreateStackError::Save(error) => error.into(),
        }
    }
}

impl From<SaveVersionError> for Problem {
    fn from(error: SaveVersionError) -> Self {
        match error {
            SaveVersionError::Forbidden(error) => error.into(),
            SaveVersionError::Renamed { is, wanted } => {
                Self::new(ErrorCode::InvalidRequest, said::stack_cannot_be_renamed(is, wanted))
                    .with_hint(said::leave_name_out())
            }
            SaveVersionError::OnFailure { stack, is } => {
                Self::new(ErrorCode::InvalidRequest, said::version_keeps_on_failure(is))
                    .with_hint(said::change_on_failure(stack))
            }
            SaveVersionError::Definition(refused) => refused.into(),
            SaveVersionError::Save(error) => error.into(),
        }
    }
}

impl From<ChangeStackError> for Problem {
    fn from(error: ChangeStackError) -> Self {
        match error {
            ChangeStackError::Forbidden(error) => error.into(),
            ChangeStackError::Save(error) => error.into(),
        }
    }
}

impl From<SaveError> for Problem {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::NameTaken { name, holder } => Self::new(ErrorCode::NameTaken, said::name_taken(&name))
                .with_hint(said::save_version_or_rename(holder, name)),
            SaveError::Adopted { holder } => {
                Self::new(ErrorCode::ProjectOwned, said::project_of_stack(holder))
            }
            SaveError::StackNotFound => stack_not_found(),
            SaveError::PreconditionFailed { current } => precondition_failed(current),
            SaveError::IdempotencyMismatch => idempotency_mismatch(),
            SaveError::Store(error) => error.into(),
        }
    }
}

impl From<StatisticsError> for Problem {
    fn from(error: StatisticsError) -> Self {
        match error {
            StatisticsError::Forbidden(error) => error.into(),
            StatisticsError::StackNotFound => stack_not_found(),
            StatisticsError::ServiceUnknown(service) => {
                Self::new(ErrorCode::ServiceUnknown, said::no_such_service(service))
            }
            StatisticsError::EmptyRange => Self::new(ErrorCode::InvalidRequest, said::range_empty()),
            StatisticsError::Link(error) => error.into(),
            StatisticsError::Store(error) => error.into(),
        }
    }
}

impl From<LinkError> for Problem {
    fn from(error: LinkError) -> Self {
        let code = match error {
            LinkError::WorkerAway { .. } | LinkError::OtherRelease { .. } => ErrorCode::WorkerAway,
            LinkError::Timeout { .. }
            | LinkError::Busy { .. }
            | LinkError::NotFound { .. }
            | LinkError::Conflict { .. }
            | LinkError::Refused { .. } => ErrorCode::EngineUnavailable,
        };
        let detail = match error {
            LinkError::WorkerAway { reason } => said::worker_away(reason),
            LinkError::OtherRelease { worker, server } => said::other_release(worker, server),
            LinkError::Timeout { after } => said::worker_did_not_answer(after.as_secs_f32()),
            LinkError::Busy { message } => said::worker_busy(message),
            LinkError::NotFound { message } | LinkError::Conflict { message } => Message::foreign(message),
            LinkError::Refused { message } => said::worker_cannot_answer(message),
        };
        Self::new(code, detail).with_header(header::RETRY_AFTER, RETRY_OBSERVATION)
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Forbidden(error) => error.into(),
            ImportError::Name(error) => error.into(),
            ImportError::ProjectNotFound(name) => {
                Self::new(ErrorCode::ProjectNotFound, said::no_such_project(name))
                    .with_hint(said::see_projects())
            }
            ImportError::Owned { name, holder } => {
                Self::new(ErrorCode::ProjectOwned, said::project_is_a_stack(name))
                    .with_hint(said::see_stack(holder))
            }
            ImportError::Component(name) => {
                Self::new(ErrorCode::ProjectOwned, said::project_is_core_monitor(name))
            }
            ImportError::Definition(refused) => refused.into(),
            ImportError::Desired(error) => Self::new(ErrorCode::InvalidDefinition, error.message()),
            ImportError::Link(error) => error.into(),
            ImportError::Save(error) => error.into(),
        }
    }
}

impl From<EnqueueError> for Problem {
    fn from(error: EnqueueError) -> Self {
        match error {
            EnqueueError::SystemOnly { kind } => {
                Self::new(ErrorCode::Forbidden, said::command_of_the_system(kind))
            }
            EnqueueError::StackNotFound => stack_not_found(),
            EnqueueError::VersionNotFound => version_not_found(),
            EnqueueError::PreconditionFailed { current } => precondition_failed(current),
            EnqueueError::IdempotencyMismatch => idempotency_mismatch(),
            EnqueueError::Store(error) => error.into(),
        }
    }
}

impl From<RefusedCommand> for Problem {
    fn from(error: RefusedCommand) -> Self {
        match error {
            RefusedCommand::Forbidden(error) => error.into(),
            RefusedCommand::NotApplied => Self::new(ErrorCode::NotApplied, said::stack_never_applied())
                .with_hint(said::apply_a_version_first()),
            RefusedCommand::ServiceNotFound { service, known } => {
                Self::new(ErrorCode::ServiceUnknown, said::no_such_service(service))
                    .with_hint(said::see_services(known.join(", ")))
            }
            RefusedCommand::PlanNotFound { id } => {
                Self::new(ErrorCode::PlanUnknown, said::no_such_plan_here(id))
            }
            RefusedCommand::PlanForAnother { id, purpose } => {
                Self::new(ErrorCode::PlanUnknown, said::plan_for_another(id, purpose))
                    .with_hint(said::make_plan_with_purpose(purpose.other()))
            }
            RefusedCommand::PlanForOtherDelete { id, stack } => {
                Self::new(ErrorCode::PlanUnknown, said::plan_for_other_delete(id))
                    .with_hint(said::make_delete_plan(stack))
            }
            RefusedCommand::DeletesNothing => deletes_nothing(),
            RefusedCommand::PlanStale { confirmed, differences, now } => {
                let (stack, version) = (confirmed.stack_id, confirmed.version);
                let hint = match confirmed.plan.purpose {
                    Some(PlanFor::Delete) => said::make_delete_plan(stack),
                    _ => said::make_plan_again(stack, version),
                };
                let detail = match differences.into_iter().reduce(said::and_also) {
                    Some(why) => said::plan_out_of_date_because(why, confirmed.observed_at, now),
                    None => said::plan_out_of_date(confirmed.observed_at, now),
                };
                Self::new(ErrorCode::PlanStale, detail).with_hint(hint)
            }
            RefusedCommand::PlanBlocked { blockers } => {
                let count = blockers.len();
                let detail = match blockers.into_iter().reduce(said::and_also) {
                    Some(all) => said::plan_blocked(count, all),
                    None => said::plan_not_possible(),
                };
                Self::new(ErrorCode::PlanBlocked, detail)
            }
            RefusedCommand::NotAllowed(error) => error.into(),
            RefusedCommand::Preview(error) => error.into(),
            RefusedCommand::Queue(error) => error.into(),
        }
    }
}

impl From<PreviewError> for Problem {
    fn from(error: PreviewError) -> Self {
        match error {
            PreviewError::NotObserved => Self::new(ErrorCode::NotObserved, said::not_observed())
                .with_hint(said::start_the_worker())
                .with_header(header::RETRY_AFTER, RETRY_OBSERVATION),
            PreviewError::VersionNotFound => version_not_found(),
            PreviewError::Definition(error) => Self::new(ErrorCode::InvalidDefinition, error.message())
                .with_hint(said::save_for_this_release()),
            PreviewError::Store(error) => error.into(),
        }
    }
}

impl From<DiffError> for Problem {
    fn from(error: DiffError) -> Self {
        match error {
            DiffError::Forbidden(error) => error.into(),
            DiffError::StackNotFound => stack_not_found(),
            DiffError::VersionNotFound(version) => {
                Self::new(ErrorCode::VersionNotFound, said::no_such_version_number(version))
                    .with_hint(said::see_versions())
            }
            DiffError::Store(error) => error.into(),
        }
    }
}

impl From<StoreRegistryError> for Problem {
    fn from(error: StoreRegistryError) -> Self {
        match error {
            StoreRegistryError::Forbidden(error) => error.into(),
            StoreRegistryError::Store(error) => error.into(),
            StoreRegistryError::Vault(_) => {
                tracing::error!(error = chain(&error), "cannot encrypt the credentials");
                Self::new(ErrorCode::Internal, said::credentials_not_encrypted())
            }
        }
    }
}

impl From<StatusError> for Problem {
    fn from(error: StatusError) -> Self {
        match error {
            StatusError::Forbidden(error) => error.into(),
            StatusError::StackNotFound => stack_not_found(),
            StatusError::Definition(error) => PreviewError::Definition(error).into(),
            StatusError::Store(error) => error.into(),
        }
    }
}

/// The error when the stack in the path does not exist.
pub(crate) fn stack_not_found() -> Problem {
    Problem::new(ErrorCode::StackNotFound, said::no_such_stack()).with_hint(said::see_stacks())
}

/// The error when the version in the path does not exist.
pub(crate) fn version_not_found() -> Problem {
    Problem::new(ErrorCode::VersionNotFound, said::no_such_version()).with_hint(said::see_versions())
}

/// The error when the command in the path does not exist.
pub(crate) fn command_not_found() -> Problem {
    Problem::new(ErrorCode::CommandNotFound, said::no_such_command())
}

fn precondition_failed(current: Revision) -> Problem {
    Problem::new(ErrorCode::PreconditionFailed, said::stack_has_changed(current))
        .with_hint(said::read_stack_again(current))
        .with_header(header::ETAG, format!("\"{current}\""))
}

fn idempotency_mismatch() -> Problem {
    Problem::new(ErrorCode::IdempotencyMismatch, said::idempotency_key_used())
        .with_hint(said::use_a_new_key())
}
