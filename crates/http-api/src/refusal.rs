//! From the errors of the use cases to problems.

use actix_web::http::header;
use core_monitor_application::server::{
    CreateStackError, DiffError, ImportError, Issue, LintDefinitionError, MakePlanError, PreviewError,
    RefusedCommand, RefusedDefinition, SaveVersionError, StatusError, StoreRegistryError,
};
use core_monitor_domain::names::NameError;
use core_monitor_domain::ports::{EnqueueError, LinkError, SaveError, StoreError};
use core_monitor_domain::stack::Revision;

use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemItem};

/// Seconds after which a database that is locked or full may have recovered.
const RETRY_DATABASE: &str = "2";
/// Seconds after which a worker that was just started has looked at the engine.
const RETRY_OBSERVATION: &str = "5";

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        // The whole chain goes to the log; the caller gets the words of the port, which hold no SQL.
        let chain = chain(&error);
        match error {
            StoreError::Unavailable { reason, .. } => {
                tracing::warn!(error = chain, "the database is unavailable");
                Self::new(
                    ErrorCode::DatabaseUnavailable,
                    format!("the database cannot be used right now: {reason}"),
                )
                .with_header(header::RETRY_AFTER, RETRY_DATABASE)
            }
            StoreError::Corrupt { .. } => {
                tracing::error!(error = chain, "the database holds something unexpected");
                Self::new(
                    ErrorCode::DatabaseCorrupt,
                    "a stored record cannot be understood; the server's log has the details",
                )
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

impl From<NameError> for Problem {
    fn from(error: NameError) -> Self {
        Self::new(ErrorCode::InvalidName, error.to_string())
    }
}

impl From<RefusedDefinition> for Problem {
    fn from(refused: RefusedDefinition) -> Self {
        let detail = match refused.issues.as_slice() {
            [only] => format!("the definition has an error: {}", only.message),
            issues => format!("the definition has {} errors", issues.len()),
        };
        Self::new(ErrorCode::InvalidDefinition, detail)
            .with_errors(refused.issues.into_iter().map(ProblemItem::from).collect())
            .with_warnings(refused.warnings.into_iter().map(ProblemItem::from).collect())
    }
}

impl From<Issue> for ProblemItem {
    fn from(issue: Issue) -> Self {
        let Issue { code, message, expected, hint, span } = issue;
        let (line, column, length) = match &span {
            Some(span) => (Some(span.line), Some(span.column), Some(span.length)),
            None => (None, None, None),
        };
        Self { code, message, expected, hint, file: span.map(|span| span.file), line, column, length }
    }
}

impl From<LintDefinitionError> for Problem {
    fn from(error: LintDefinitionError) -> Self {
        match error {
            LintDefinitionError::Name(error) => error.into(),
            LintDefinitionError::Definition(refused) => refused.into(),
        }
    }
}

impl From<CreateStackError> for Problem {
    fn from(error: CreateStackError) -> Self {
        match error {
            CreateStackError::Name(error) => error.into(),
            CreateStackError::Nameless => Self::new(ErrorCode::InvalidName, "the stack has no name")
                .with_hint("add `?name=NAME` to the address, or `name: NAME` to the file"),
            CreateStackError::Definition(refused) => refused.into(),
            CreateStackError::Save(error) => error.into(),
        }
    }
}

impl From<SaveVersionError> for Problem {
    fn from(error: SaveVersionError) -> Self {
        match error {
            SaveVersionError::Renamed { .. } => Self::new(ErrorCode::InvalidRequest, error.to_string())
                .with_hint("leave `name` out; a `name:` in the file is ignored"),
            SaveVersionError::Definition(refused) => refused.into(),
            SaveVersionError::Save(error) => error.into(),
        }
    }
}

impl From<SaveError> for Problem {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::NameTaken { ref name, holder } => Self::new(ErrorCode::NameTaken, error.to_string())
                .with_hint(format!("save a new version of it with POST /api/v1/stacks/{holder}/versions, or choose another name than `{name}`")),
            SaveError::Adopted { holder } => {
                Self::new(ErrorCode::ProjectOwned, format!("the project belongs to the stack `{holder}` already"))
            }
            SaveError::StackNotFound => stack_not_found(),
            SaveError::PreconditionFailed { current } => precondition_failed(current),
            SaveError::IdempotencyMismatch => idempotency_mismatch(),
            SaveError::Store(error) => error.into(),
        }
    }
}

impl From<LinkError> for Problem {
    fn from(error: LinkError) -> Self {
        let code = match error {
            LinkError::WorkerAway { .. } => ErrorCode::WorkerAway,
            LinkError::Refused { .. } => ErrorCode::EngineUnavailable,
        };
        Self::new(code, error.to_string()).with_header(header::RETRY_AFTER, RETRY_OBSERVATION)
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Name(error) => error.into(),
            ImportError::ProjectNotFound(_) => Self::new(ErrorCode::ProjectNotFound, error.to_string())
                .with_hint("GET /api/v1/projects lists those there are"),
            ImportError::Owned { holder, .. } => Self::new(ErrorCode::ProjectOwned, error.to_string())
                .with_hint(format!(
                    "GET /api/v1/stacks/{holder} shows it, if it is one of this installation"
                )),
            ImportError::Component(_) => Self::new(ErrorCode::ProjectOwned, error.to_string()),
            ImportError::Definition(refused) => refused.into(),
            ImportError::Desired(error) => Self::new(ErrorCode::InvalidDefinition, error.to_string()),
            ImportError::Link(error) => error.into(),
            ImportError::Save(error) => error.into(),
        }
    }
}

impl From<EnqueueError> for Problem {
    fn from(error: EnqueueError) -> Self {
        match error {
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
        let detail = error.to_string();
        match error {
            RefusedCommand::NotApplied => {
                Self::new(ErrorCode::NotApplied, detail).with_hint("apply a version of it first")
            }
            RefusedCommand::ServiceNotFound { known, .. } => Self::new(ErrorCode::ServiceUnknown, detail)
                .with_hint(format!("its services are: {}", known.join(", "))),
            RefusedCommand::PlanNotFound { .. } => Self::new(ErrorCode::PlanUnknown, detail),
            RefusedCommand::PlanStale { confirmed, now } => {
                let (stack, version) = (confirmed.stack_id, confirmed.version);
                Self::new(
                    ErrorCode::PlanStale,
                    format!(
                        "{detail}; it was made from what was seen at {}. Now it would be:\n{now}",
                        confirmed.observed_at
                    ),
                )
                .with_hint(format!(
                    "make a new plan with POST /api/v1/stacks/{stack}/plan/{version} and confirm that one"
                ))
            }
            RefusedCommand::PlanBlocked { problems } => {
                Self::new(ErrorCode::PlanBlocked, format!("{detail}: {}", problems.join("; ")))
            }
            RefusedCommand::Preview(error) => error.into(),
            RefusedCommand::Queue(error) => error.into(),
        }
    }
}

impl From<PreviewError> for Problem {
    fn from(error: PreviewError) -> Self {
        match error {
            PreviewError::NotObserved => Self::new(ErrorCode::NotObserved, error.to_string())
                .with_hint("start `core-monitor-worker`, which looks at the engine and reports what it sees")
                .with_header(header::RETRY_AFTER, RETRY_OBSERVATION),
            PreviewError::VersionNotFound => version_not_found(),
            PreviewError::Definition(error) => Self::new(ErrorCode::InvalidDefinition, error.to_string())
                .with_hint("this release reads the definition more strictly than the one that saved it; save a corrected version"),
            PreviewError::Store(error) => error.into(),
        }
    }
}

impl From<MakePlanError> for Problem {
    fn from(error: MakePlanError) -> Self {
        match error {
            MakePlanError::StackNotFound => stack_not_found(),
            MakePlanError::Preview(error) => error.into(),
        }
    }
}

impl From<DiffError> for Problem {
    fn from(error: DiffError) -> Self {
        match error {
            DiffError::StackNotFound => stack_not_found(),
            DiffError::VersionNotFound(_) => Self::new(ErrorCode::VersionNotFound, error.to_string()),
            DiffError::Store(error) => error.into(),
        }
    }
}

impl From<StoreRegistryError> for Problem {
    fn from(error: StoreRegistryError) -> Self {
        match error {
            StoreRegistryError::Store(error) => error.into(),
            StoreRegistryError::Vault(_) => {
                tracing::error!(error = chain(&error), "credentials cannot be sealed");
                Self::new(
                    ErrorCode::Internal,
                    "the credentials cannot be sealed; the server's log has the details",
                )
            }
        }
    }
}

impl From<StatusError> for Problem {
    fn from(error: StatusError) -> Self {
        match error {
            StatusError::StackNotFound => stack_not_found(),
            StatusError::Definition(error) => PreviewError::Definition(error).into(),
            StatusError::Store(error) => error.into(),
        }
    }
}

/// The answer wherever the stack of the path is not there.
pub(crate) fn stack_not_found() -> Problem {
    Problem::new(ErrorCode::StackNotFound, "there is no stack with this id")
        .with_hint("GET /api/v1/stacks lists them; `?name=NAME` finds one by its name")
}

/// The answer wherever the version of the path is not there.
pub(crate) fn version_not_found() -> Problem {
    Problem::new(ErrorCode::VersionNotFound, "the stack has no version with this number")
}

/// The answer wherever the command of the path is not there.
pub(crate) fn command_not_found() -> Problem {
    Problem::new(ErrorCode::CommandNotFound, "there is no command with this id")
}

fn precondition_failed(current: Revision) -> Problem {
    Problem::new(
        ErrorCode::PreconditionFailed,
        format!("the stack has changed since it was read, it is now at `{current}`"),
    )
    .with_hint(format!(
        "read the stack again; if the request still makes sense, repeat it with `If-Match: \"{current}\"`"
    ))
    .with_header(header::ETAG, format!("\"{current}\""))
}

fn idempotency_mismatch() -> Problem {
    Problem::new(ErrorCode::IdempotencyMismatch, "this `Idempotency-Key` was used for another request")
        .with_hint("use a new key for a new request")
}
