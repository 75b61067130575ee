//! The closed sets of words in bodies, for the `OpenAPI` document. Each has a test that holds it to the domain.

use utoipa::ToSchema;

/// What a command does.
#[derive(ToSchema)]
#[schema(as = CommandType, rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum CommandTypeWord {
    Create,
    Update,
    Apply,
    Rollback,
    Deploy,
    Start,
    Stop,
    Restart,
    Delete,
}

/// Where a command stands. `DONE` and `CANCELLED` are final; `FAILED` blocks the queue until it is retried or cancelled.
#[derive(ToSchema)]
#[schema(as = CommandStatus, rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum CommandStatusWord {
    Pending,
    Running,
    Done,
    Failed,
    Cancelled,
}

/// A stack in one word.
#[derive(ToSchema)]
#[schema(as = StackState, rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum StackStateWord {
    NotApplied,
    Running,
    Partial,
    Stopped,
    Completed,
    Degraded,
    Unknown,
}

/// A service or container in one word.
#[derive(ToSchema)]
#[schema(as = ServiceState, rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum ServiceStateWord {
    Running,
    Completed,
    Starting,
    Partial,
    Stopped,
    Unhealthy,
    Failed,
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::command::{CommandKind, CommandStatus};
    use utoipa::PartialSchema;

    use super::*;

    fn check<T: PartialSchema>(expected: &[&str]) {
        let schema = serde_json::to_value(T::schema()).unwrap();
        let words: Vec<_> =
            schema["enum"].as_array().unwrap().iter().map(|w| w.as_str().unwrap().to_owned()).collect();
        assert_eq!(words, expected);
    }

    #[test]
    fn the_words_are_those_of_the_domain() {
        check::<CommandTypeWord>(&CommandKind::ALL.map(CommandKind::as_str));
        check::<CommandStatusWord>(&CommandStatus::ALL.map(CommandStatus::as_str));
    }
}
