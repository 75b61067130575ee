//! The words of an alert.

use std::time::Duration;

use core_monitor_message::Message;

use super::{Fact, LOOP_WITHIN, StackRef, said};
use crate::attention::said as attention;
use crate::command::{CommandKind, FailureScope};
use crate::doctor::readable_size;
use crate::doctor::said::make_space;

/// The heading while it is the case.
pub(super) fn heading(fact: &Fact) -> Message {
    match fact {
        Fact::WorkerSilent { .. } => said::alert_worker_silent(),
        Fact::EngineUnreachable { .. } => said::alert_engine_unreachable(),
        Fact::QueueBlocked { stack, request, .. } => said::alert_queue_blocked(name(stack.as_ref()), request),
        Fact::CommandFailed { stack, request, .. } => {
            said::alert_command_failed(name(stack.as_ref()), request)
        }
        Fact::ServiceCrashLooping { stack, service, .. } => {
            said::alert_service_crashing(&stack.name, service)
        }
        Fact::ServiceFailed { stack, service, .. } => said::alert_service_failed(&stack.name, service),
        Fact::ServiceUnhealthy { stack, service, .. } => said::alert_service_unhealthy(&stack.name, service),
        Fact::StartFailing { stack, service, .. } => said::alert_start_failing(&stack.name, service),
        Fact::DiskLow { path, free_bytes, .. } => said::alert_disk_low(path, readable_size(*free_bytes)),
    }
}

/// The heading when it is over. It claims no more than that: the service may be gone.
pub(super) fn heading_of_end(fact: &Fact) -> Message {
    match fact {
        Fact::WorkerSilent { .. } => said::alert_worker_back(),
        Fact::EngineUnreachable { .. } => said::alert_engine_back(),
        Fact::QueueBlocked { stack, request, .. } => said::alert_queue_free(name(stack.as_ref()), request),
        Fact::CommandFailed { stack, request, .. } => {
            said::alert_command_settled(name(stack.as_ref()), request)
        }
        Fact::ServiceCrashLooping { stack, service, .. } => said::alert_service_steady(&stack.name, service),
        Fact::ServiceFailed { stack, service, .. } => said::alert_service_back(&stack.name, service),
        Fact::ServiceUnhealthy { stack, service, .. } => said::alert_service_recovered(&stack.name, service),
        Fact::StartFailing { stack, service, .. } => said::alert_start_recovered(&stack.name, service),
        Fact::DiskLow { path, .. } => said::alert_disk_fine(path),
    }
}

/// What is the case, and what to try.
pub(super) fn sentence(fact: &Fact) -> Message {
    let (what, hint) = match fact {
        Fact::WorkerSilent { .. } => (attention::worker_absent(), attention::look_after_worker()),
        Fact::EngineUnreachable { .. } => (said::alert_not_observed(), attention::look_at_engine()),
        Fact::QueueBlocked { request, why, scope, .. } => {
            let hint = match scope {
                FailureScope::Everything => attention::holds_everything(),
                FailureScope::Related => attention::holds_related(),
            };
            (failed(*request, why.as_ref()), hint)
        }
        Fact::CommandFailed { request, why, .. } => {
            (failed(*request, why.as_ref()), attention::holds_nothing())
        }
        Fact::ServiceCrashLooping { service, restarts, .. } => {
            let minutes = LOOP_WITHIN.as_secs() / 60;
            (said::alert_restarts(service, restarts, minutes), attention::read_its_logs())
        }
        Fact::ServiceFailed { service, status, .. } => {
            (attention::service_failed(service, status), attention::read_its_logs())
        }
        Fact::ServiceUnhealthy { service, .. } => {
            (attention::service_unhealthy(service), attention::read_its_logs())
        }
        Fact::StartFailing { service, times, why, .. } => {
            (said::alert_starts(service, times, why.clone()), said::alert_read_logs_of_start())
        }
        Fact::DiskLow { path, free_bytes, .. } => {
            (attention::disk_low(readable_size(*free_bytes), path), make_space())
        }
    };
    said::alert_and_try(what, hint)
}

fn failed(request: CommandKind, why: Option<&Message>) -> Message {
    match why {
        Some(why) => attention::command_failed(request, why.clone()),
        None => attention::command_failed_silently(request),
    }
}

/// What is about no stack is about the host.
fn name(stack: Option<&StackRef>) -> &str {
    stack.map_or("host", |stack| stack.name.as_str())
}

/// A length of time with its two largest units, such as `2 h 5 min`.
pub(super) fn span(length: Duration) -> String {
    let minutes = length.as_secs() / 60;
    let (hours, days) = (minutes / 60, minutes / 60 / 24);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{} s", length.as_secs()),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {} min", minutes % 60),
        (days, hours, _) => format!("{days} d {} h", hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_its_two_largest_units() {
        let of = |seconds| span(Duration::from_secs(seconds));
        assert_eq!([of(0), of(59), of(60), of(3_599)], ["0 s", "59 s", "1 min", "59 min"]);
        assert_eq!([of(3_600), of(7_500), of(86_400 + 7_200)], ["1 h 0 min", "2 h 5 min", "1 d 2 h"]);
    }
}
