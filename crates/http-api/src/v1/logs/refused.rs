//! From the errors of reading logs to problems.

use core_monitor_application::server::LogsError;

use super::said;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::refusal::stack_not_found;

impl From<LogsError> for Problem {
    fn from(error: LogsError) -> Self {
        match error {
            LogsError::Forbidden(error) => error.into(),
            LogsError::StackNotFound => stack_not_found(),
            LogsError::ContainerNotFound(container) => {
                Self::new(ErrorCode::ContainerNotFound, said::no_container_named(shown(&container)))
                    .with_hint(said::list_containers())
            }
            LogsError::Foreign(container) => {
                Self::new(ErrorCode::ContainerNotFound, said::foreign_container(shown(&container)))
                    .with_hint(said::import_it())
            }
            LogsError::Ambiguous(beginning) => {
                Self::new(ErrorCode::ContainerNotFound, said::ambiguous_container(shown(&beginning)))
                    .with_hint(said::give_more_of_the_id())
            }
            LogsError::ServiceUnknown(service) => {
                Self::new(ErrorCode::ServiceUnknown, crate::said::no_such_service(service))
            }
            LogsError::Unreadable { container, driver } => {
                Self::new(ErrorCode::LogsUnreadable, said::unreadable(container, driver))
                    .with_hint(said::use_a_readable_driver())
            }
            LogsError::TooMany { count, most } => {
                Self::new(ErrorCode::TooManyContainers, said::too_many_logs(count, most))
                    .with_hint(said::choose_services())
            }
            LogsError::SecretsUnknown => Self::new(ErrorCode::SecretsUnreadable, said::secrets_unknown())
                .with_hint(said::restore_the_key()),
            LogsError::Link(error) => error.into(),
            LogsError::Store(error) => error.into(),
        }
    }
}

/// What somebody wrote in a path, as far as it is shown.
fn shown(text: &str) -> String {
    text.escape_debug().take(80).collect()
}
